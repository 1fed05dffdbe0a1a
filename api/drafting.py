"""A questionnaire being written, as its author reads it: questions in words, what is wrong beside each."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from api.reader import Reader
from api.services import Services
from core.errors import Fault
from surveys.authoring.choices import choices_of
from surveys.authoring.conditions import ITSELF, WITHOUT_VALUE, Test, read_condition
from surveys.authoring.fields import languages, read, texts
from surveys.authoring.outline import Entry, outline
from surveys.authoring.sheets import Sheets
from surveys.authoring.texts import missing
from surveys.drafts import DraftState, Examined, examine_sheets, files_of_draft, get_draft
from surveys.library import by_code
from surveys.xlsform.languages import UNNAMED, language_code


@dataclass(frozen=True, slots=True)
class Card:
    """One question or group on the page of a draft."""

    entry: Entry
    key: str
    label: Markup
    plain: str
    kind: str
    condition: str
    untranslated: int
    required: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything that the page of a draft says."""

    id: int
    turn: int
    title: str
    sentence: str
    can_undo: bool
    cards: tuple[Card, ...]
    faults: tuple[str, ...]
    fault_count: int
    missing: tuple[tuple[str, int], ...]
    spots: tuple[tuple[int, str], ...] = field(default=())


async def examined_draft(services: Services, draft_id: int) -> tuple[DraftState, Examined]:
    """A draft, read as if it had been uploaded."""
    draft = await services.database.read(get_draft, draft_id)
    files = await services.database.read(files_of_draft, draft_id) if draft.questionnaire_id else ()
    pairs = tuple((file.name, file.content) for file in files)
    return draft, await asyncio.to_thread(examine_sheets, draft.sheets, pairs)


def title_of(reader: Reader, sheets: Sheets) -> str:
    """What a draft is called."""
    return read(sheets, "settings", 2, "title") or reader.text("editor.untitled")


def language_label(reader: Reader, language: str) -> str:
    """A language as its author calls it, without the code behind it."""
    if not language:
        return reader.language_name("es")
    return language.partition("(")[0].strip() or language


def code_of(language: str) -> str:
    """The code of a language, for screen readers."""
    return language_code(language or UNNAMED)


def draft_page(reader: Reader, draft: DraftState, examined: Examined) -> DraftPage:
    """A draft with its faults, each beside the question that it belongs to."""
    sheets = draft.sheets
    entries = outline(sheets)
    by_row, loose = _placed(reader, sheets, entries, examined.faults)
    asked = sum(1 for entry in entries if not entry.is_group)
    spoken = ", ".join(language_label(reader, language) for language in languages(sheets))
    return DraftPage(
        id=draft.id,
        turn=draft.turn,
        title=title_of(reader, sheets),
        sentence=reader.plural("editor.draft_sentence", asked, languages=spoken),
        can_undo=draft.can_undo,
        cards=tuple(_card(reader, sheets, entry, by_row.get(entry.row, ())) for entry in entries),
        faults=tuple(loose),
        fault_count=len(examined.faults),
        missing=tuple(
            (language_label(reader, language), count) for language, count in missing(sheets).items() if count
        ),
        spots=tuple((entry.row, label_of(reader, sheets, entry)) for entry in entries),
    )


def label_of(reader: Reader, sheets: Sheets, entry: Entry) -> str:
    """What a question is called in a list: what it asks, else its name."""
    return reader.plain(by_code(texts(sheets, "survey", entry.row, "label"))) or entry.name or entry.type


def _card(reader: Reader, sheets: Sheets, entry: Entry, faults: tuple[str, ...] | list[str]) -> Card:
    said = texts(sheets, "survey", entry.row, "label")
    spoken = languages(sheets)
    lacking = sum(1 for language in spoken if not said.get(language)) if any(said.values()) else 0
    for choice in choices_of(sheets, entry.list_name) if entry.list_name else ():
        lacking += sum(1 for language in spoken if not choice.labels.get(language))
    return Card(
        entry=entry,
        key=entry.name or str(entry.row),
        label=reader.local(by_code(said)) if any(said.values()) else Markup.escape(entry.name or entry.type),
        plain=label_of(reader, sheets, entry),
        kind=kind_label(reader, entry),
        condition=condition_in_words(reader, sheets, read(sheets, "survey", entry.row, "relevant")),
        untranslated=lacking,
        required=read(sheets, "survey", entry.row, "required").lower() in ("yes", "true", "true()"),
        faults=tuple(faults),
    )


def kind_label(reader: Reader, entry: Entry) -> str:
    """The type of a question in plain words; as written where there are none."""
    return reader.text("editor.kind_" + entry.kind) if entry.kind else entry.type


def condition_in_words(reader: Reader, sheets: Sheets, expression: str) -> str:
    """When a question is asked, as one would say it; the expression itself where it cannot be said."""
    if not expression:
        return ""
    condition = read_condition(expression)
    if condition is None:
        return expression
    joiner = reader.text("editor.joined_or" if condition.any_of else "editor.joined_and")
    return f" {joiner} ".join(_test_in_words(reader, sheets, test) for test in condition.tests)


def _test_in_words(reader: Reader, sheets: Sheets, test: Test) -> str:
    entry = next((each for each in outline(sheets) if each.name == test.subject), None)
    subject = label_of(reader, sheets, entry) if entry else test.subject.replace(ITSELF, "")
    said = f"«{subject}» {reader.text('editor.operator_' + test.operator)}"
    if test.operator in WITHOUT_VALUE:
        return said
    return f"{said} {value_in_words(reader, sheets, entry, test.value)}"


def value_in_words(reader: Reader, sheets: Sheets, entry: Entry | None, value: str) -> str:
    """A value as the person sees it: the label of the choice, where it is one."""
    for choice in choices_of(sheets, entry.list_name) if entry and entry.list_name else ():
        if choice.value == value:
            return reader.plain(by_code(choice.labels)) or value
    return value


def _placed(
    reader: Reader, sheets: Sheets, entries: tuple[Entry, ...], faults: tuple[Fault, ...]
) -> tuple[Mapping[int, list[str]], list[str]]:
    """Faults by the row of their question, and those that belong to none."""
    survey, choices = sheets.get("survey").title, sheets.get("choices").title
    by_row: dict[int, list[str]] = {}
    loose: list[str] = []
    for fault in faults:
        said = reader.fault(fault)
        row = fault.row if fault.sheet == survey else None
        if fault.sheet == choices and fault.row:
            name = read(sheets, "choices", fault.row, "list_name")
            row = next((entry.row for entry in entries if entry.list_name == name), None)
        row = next((entry.row for entry in entries if row in (entry.row, entry.end)), None) if row else None
        if row is None:
            loose.append(said)
        elif said not in by_row.setdefault(row, []):
            by_row[row].append(said)
    return by_row, loose
