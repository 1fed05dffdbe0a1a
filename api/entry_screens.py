"""What a tablet shows of a form: the screen of one question, and all of them to be kept without a connection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from api.entry_fields import Field, field_of, named, our_language, refusal_sentence, spoken_in
from api.reader import Reader
from api.services import Services
from api.visitor import Visitor
from i18n.localized import pick
from surveys.conversation.outline import SEVERAL
from surveys.conversation.turns import Ask, AskRepeat, Finished
from surveys.conversation.wording import left_open
from surveys.entry.entries import EntryForm
from surveys.entry.tablet_forms import EntryScreen
from surveys.entry.written_forms import Value
from surveys.questionnaire import ATTACHED, NOT_IN_CHAT, SILENT, Group, Kind, Localized, Node, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the tablet shows: a question, whether there is one more, all answers to look over, or that it was sent."""

    kind: str
    path: str = ""
    progress: str = ""
    notes: tuple[Markup, ...] = ()
    label: Markup | str = ""
    hint: Markup | str = ""
    guidance: Markup | str = ""
    field: Field | None = None
    refusal: str = ""
    can_skip: bool = False
    can_go_back: bool = False
    lines: tuple[tuple[str, Markup, Markup | str], ...] = ()
    fell_back: bool = False


def screen_of(reader: Reader, language: str, taken: EntryScreen) -> Screen:
    """The screen of where a form stands."""
    spoken = spoken_in(reader, language)
    match taken.outcome:
        case Ask() as ask:
            return _ask_screen(reader, spoken, taken, ask)
        case AskRepeat() as ask:
            return _repeat_screen(
                spoken, ask.group.label, ask.path, _notes(spoken, ask.notes), back=ask.can_go_back
            )
        case Finished() as finished:
            lines = tuple(_line(spoken, *line) for line in (taken.form.lines if taken.form else ()))
            return Screen(kind="review", lines=lines, notes=_notes(spoken, finished.notes), can_go_back=True)
    return Screen(kind="sent")


def _ask_screen(reader: Reader, spoken: Reader, taken: EntryScreen, ask: Ask) -> Screen:
    refusals = {each.path: each.refusal for each in taken.form.objections} if taken.form else {}
    refusal = refusals.get(ask.path)
    value = taken.written.get(ask.path, ask.value) if refusal else ask.value
    language = our_language(spoken.language)
    total = reader.translator.text("chat.progress", language, number=ask.number, total=ask.total)
    return Screen(
        kind="ask",
        path=ask.path,
        progress=total,
        notes=_notes(spoken, ask.notes),
        label=named(ask.question.label, spoken, ask.question.name),
        hint=_hint(spoken, ask.question, ask.limits),
        guidance=reader.local(ask.question.guidance),
        field=field_of(ask.question, ask.choices, value, spoken, name="value"),
        refusal=refusal_sentence(reader, refusal) if refusal else "",
        can_skip=ask.can_skip,
        can_go_back=ask.can_go_back,
        fell_back=pick(ask.question.label, spoken.language).fell_back,
    )


def _repeat_screen(
    spoken: Reader, label: Localized, path: str, notes: tuple[Markup, ...], *, back: bool
) -> Screen:
    language = our_language(spoken.language)
    asked = spoken.translator.text("chat.repeat_question", language, group=spoken.plain(label))
    return Screen(kind="repeat", path=path, label=asked, notes=notes, can_go_back=back)


def _notes(spoken: Reader, notes: Sequence[Localized]) -> tuple[Markup, ...]:
    return tuple(named(note, spoken, "") for note in notes)


def _hint(spoken: Reader, question: Question, limits: Any = None) -> Markup | str:
    """The author's hint, else how many may be chosen."""
    if any(question.hint.values()):
        return named(question.hint, spoken, "")
    if question.kind is Kind.SELECT_MULTIPLE and limits and "maximum" in limits:
        return spoken.translator.text("chat.hint_select_most", our_language(spoken.language), **limits)
    if question.kind is Kind.GEOPOINT:
        return spoken.translator.text("entry.place_hint", our_language(spoken.language))
    return ""


def _line(spoken: Reader, path: str, question: Question, value: Value) -> tuple[str, Markup, Markup | str]:
    if isinstance(value, str) and value.startswith(ATTACHED):
        attached = spoken.translator.text("entry.attached", our_language(spoken.language))
        return path, named(question.label, spoken, question.name), attached
    labels = {
        choice.value: spoken.plain(left_open(choice.label)) or choice.value for choice in question.choices
    }
    values = value if isinstance(value, list) else [value]
    if question.kind in SEVERAL and isinstance(value, str):
        values = value.split()
    if question.kind is Kind.DATE and isinstance(value, str) and value:
        values = [
            Reader(our_language(spoken.language), spoken.translator, spoken.zone).day(
                date.fromisoformat(value)
            )
        ]
    return (
        path,
        named(question.label, spoken, question.name),
        ", ".join(labels.get(each, each) for each in values),
    )


def around_of(services: Services, visitor: Visitor, form: EntryForm, language: str) -> dict[str, Any]:
    """What every screen says beside its question."""
    return {
        "id": form.consultation_id,
        "language": language,
        "ours": our_language(language),
        "languages": [(code, _language_name(visitor.reader, code)) for code in form.questionnaire.languages],
        "said": lambda key, **params: services.translator.text(key, our_language(language), **params),
        "whose": services.settings.unit_name,
        "profile": form.profile,
        "has_words": form.has_words,
    }


def _language_name(reader: Reader, code: str) -> str:
    return reader.text("console.language_" + code) if code in ("es", "qu") else code


def outline_of(nodes: Sequence[Node]) -> Iterator[dict[str, Any]]:
    """The way through the questions when nobody can say which of them apply."""
    for node in nodes:
        if isinstance(node, Group):
            yield {"path": node.path, "repeats": node.repeats, "nodes": list(outline_of(node.nodes))}
        elif node.kind not in SILENT | NOT_IN_CHAT | {Kind.NOTE} and not node.read_only:
            yield {"path": node.path}


def kept_screens(
    services: Services, visitor: Visitor, form: EntryForm
) -> Iterator[tuple[str, str, Screen, dict[str, Any]]]:
    """Every screen in every language, to be shown without a connection: (language, path, screen, around)."""
    for language in form.questionnaire.languages:
        spoken, around = spoken_in(visitor.reader, language), around_of(services, visitor, form, language)
        yield language, "", Screen(kind="consent"), around
        for node, conditional in _nodes(form.questionnaire.nodes, conditional=False):
            yield language, node.path, _kept_screen(visitor.reader, spoken, node, conditional), around


def _kept_screen(reader: Reader, spoken: Reader, node: Node, conditional: bool) -> Screen:
    if isinstance(node, Group):
        return _repeat_screen(spoken, node.label or {}, node.path, (), back=True)
    return Screen(
        kind="ask",
        path=node.path,
        label=named(node.label, spoken, node.name),
        hint=_hint(spoken, node),
        guidance=reader.local(node.guidance),
        field=field_of(node, node.choices, "", spoken, name="value"),
        refusal="",
        notes=(Markup.escape(reader.text("entry.offline_conditional")),) if conditional else (),
        can_skip=True,
        can_go_back=True,
        fell_back=pick(node.label, spoken.language).fell_back,
    )


def _nodes(nodes: Sequence[Node], *, conditional: bool) -> Iterator[tuple[Node, bool]]:
    """What is asked, and whether it depends on other answers."""
    for node in nodes:
        depends = conditional or bool(node.relevant)
        if isinstance(node, Group):
            yield from _nodes(node.nodes, conditional=depends)
            if node.repeats:
                yield node, depends
        elif node.kind not in SILENT | NOT_IN_CHAT | {Kind.NOTE} and not node.read_only:
            yield node, depends
