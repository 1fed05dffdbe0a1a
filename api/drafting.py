"""A questionnaire being written, as its author reads it: questions in words, what is wrong beside each."""

import asyncio
from dataclasses import dataclass, field

from markupsafe import Markup

from api.reader import Reader
from api.services import Services
from core.errors import Fault
from surveys.authoring.choices import WrittenChoice, all_choices
from surveys.authoring.conditions import WITHOUT_VALUE, Test, read_condition
from surveys.authoring.fields import languages, read, texts
from surveys.authoring.kinds import UNASKED
from surveys.authoring.outline import Entry, outline
from surveys.authoring.sheets import Sheets
from surveys.authoring.texts import missing
from surveys.drafts import (
    DraftState,
    Examined,
    examine_draft,
    examined_lately,
    files_of_draft,
    get_draft,
)
from surveys.library import by_code
from surveys.questionnaire import Localized
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
    if found := examined_lately(draft):
        return draft, found
    files = await services.database.read(files_of_draft, draft_id) if draft.questionnaire_id else ()
    return draft, await asyncio.to_thread(examine_draft, draft, files)


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


class Book:
    """A questionnaire being written, looked through once: what each question and each choice is called."""

    def __init__(self, reader: Reader, sheets: Sheets) -> None:
        self.reader = reader
        self.sheets = sheets
        self.entries = outline(sheets)
        self.choices = all_choices(sheets)
        self.by_name = {entry.name: entry for entry in reversed(self.entries) if entry.name}

    def label_of(self, entry: Entry) -> str:
        """What a question is called in a list: what it asks, else its name."""
        said = by_code(texts(self.sheets, "survey", entry.row, "label"))
        return self.reader.plain(said) or entry.name or entry.type

    def kind_of(self, entry: Entry) -> str:
        """The type of a question in plain words; as written where there are none."""
        return self.reader.text("editor.kind_" + entry.kind) if entry.kind else entry.type

    def choices_of(self, entry: Entry | None) -> tuple[WrittenChoice, ...]:
        """What a question offers."""
        return self.choices.get(entry.list_name, ()) if entry else ()

    def choice_label(self, choice: WrittenChoice) -> str:
        """A choice as the person sees it."""
        return self.reader.plain(by_code(choice.labels)) or choice.value

    def value_in_words(self, entry: Entry | None, value: str) -> str:
        """A value as the person sees it: the label of the choice, where it is one."""
        found = (choice for choice in self.choices_of(entry) if choice.value == value)
        return next((self.choice_label(choice) for choice in found), value)

    def condition_in_words(self, expression: str) -> str:
        """When a question is asked, as one would say it; the expression itself where it cannot be said."""
        condition = read_condition(expression) if expression else None
        if condition is None:
            return expression
        joiner = self.reader.text("editor.joined_or" if condition.any_of else "editor.joined_and")
        return f" {joiner} ".join(map(self._test_in_words, condition.tests))

    def _test_in_words(self, test: Test) -> str:
        entry = self.by_name.get(test.subject)
        subject = self.label_of(entry) if entry else test.subject
        said = f"«{subject}» {self.reader.text('editor.operator_' + test.operator)}"
        if test.operator in WITHOUT_VALUE:
            return said
        return f"{said} {self.value_in_words(entry, test.value)}"


def draft_page(reader: Reader, draft: DraftState, examined: Examined) -> DraftPage:
    """A draft with its faults, each beside the question that it belongs to."""
    book = Book(reader, draft.sheets)
    by_row, loose = _placed(book, examined.faults)
    spoken = languages(draft.sheets)
    asked = [entry for entry in book.entries if not entry.is_group and entry.kind not in UNASKED]
    count = sum(1 for _ in examined.questionnaire.asked()) if examined.questionnaire else len(asked)
    names = ", ".join(language_label(reader, language) for language in spoken)
    return DraftPage(
        id=draft.id,
        turn=draft.turn,
        title=title_of(reader, draft.sheets),
        sentence=reader.plural("editor.draft_sentence", count, languages=names),
        can_undo=draft.can_undo,
        cards=tuple(_card(book, spoken, entry, by_row.get(entry.row, [])) for entry in book.entries),
        faults=tuple(loose),
        fault_count=len(examined.faults),
        missing=tuple(
            (language_label(reader, language), count)
            for language, count in missing(draft.sheets).items()
            if count
        ),
        spots=tuple((entry.row, book.label_of(entry)) for entry in book.entries),
    )


def _card(book: Book, spoken: tuple[str, ...], entry: Entry, faults: list[str]) -> Card:
    said = texts(book.sheets, "survey", entry.row, "label")
    labels: list[Localized] = [said] if any(said.values()) else []
    labels += [choice.labels for choice in book.choices_of(entry)]
    label = book.reader.local(by_code(said)) if any(said.values()) else Markup.escape(book.label_of(entry))
    return Card(
        entry=entry,
        key=entry.name or str(entry.row),
        label=label,
        plain=book.label_of(entry),
        kind=book.kind_of(entry),
        condition=book.condition_in_words(read(book.sheets, "survey", entry.row, "relevant")),
        untranslated=sum(1 for each in labels for language in spoken if not each.get(language)),
        required=read(book.sheets, "survey", entry.row, "required").lower() in ("yes", "true", "true()"),
        faults=tuple(faults),
    )


def _placed(book: Book, faults: tuple[Fault, ...]) -> tuple[dict[int, list[str]], list[str]]:
    """Faults by the row of their question, and those that belong to none."""
    sheets = book.sheets
    survey, choices = sheets.get("survey").title, sheets.get("choices").title
    by_row: dict[int, list[str]] = {}
    loose: list[str] = []
    for fault in faults:
        said = book.reader.fault(fault)
        rows = {fault.row} if fault.sheet == survey and fault.row else set()
        if fault.sheet == choices and fault.row:
            name = read(sheets, "choices", fault.row, "list_name")
            rows = {entry.row for entry in book.entries if entry.list_name == name}
        row = next((entry.row for entry in book.entries if rows & {entry.row, entry.end}), None)
        if row is None:
            loose.append(said)
        elif said not in by_row.setdefault(row, []):
            by_row[row].append(said)
    return by_row, loose
