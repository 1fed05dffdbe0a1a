"""A question as a form on the screen asks it: which field, what stands in it, and what was typed when it comes back."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.datastructures import FormData

from api.reader import LANGUAGES, Reader
from surveys.conversation.outline import SELECTS, SEVERAL
from surveys.conversation.turns import Refusal
from surveys.conversation.wording import left_open
from surveys.conversation.written_words import clean
from surveys.entry.tablet_forms import Write
from surveys.entry.written_forms import Value
from surveys.questionnaire import SENT, Choice, Kind, Localized, Question

MOST_TO_SEE = 12
"""Choices that lie open on a tablet; more of them fold into a list."""

_FIELDS = {
    Kind.INTEGER: "whole",
    Kind.DECIMAL: "number",
    Kind.RANGE: "number",
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.DATETIME: "moment",
    Kind.TEXT: "text",
    Kind.ACKNOWLEDGE: "tick",
}
_IN_FIELDS = {Kind.TIME: slice(0, 5), Kind.DATETIME: slice(0, 16)}
"""What of a stored moment a browser's field takes."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: Markup
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """What is filled in: radio, check, list, rank, whole, number, date, time, moment, text, line, tick or file.

    accepts  media types of a file
    """

    kind: str
    name: str
    options: tuple[Option, ...]
    values: tuple[str, ...]
    accepts: str = ""

    @property
    def value(self) -> str:
        """What stands in a field that takes one thing."""
        return self.values[0] if self.values else ""


def field_of(
    question: Question,
    choices: Sequence[Choice],
    value: Value,
    spoken: Reader,
    *,
    name: str,
    folded: bool = False,
) -> Field:
    """The field of a question. `folded`: one choice of several is taken from a list, which a keyboard fills faster."""
    values = tuple(value) if isinstance(value, list) else (value,) if value else ()
    if question.kind in SEVERAL and isinstance(value, str):
        values = tuple(value.split())
    part = _IN_FIELDS.get(question.kind)
    if part and values and re.match(r"[0-9]{2,4}[:-]", values[0]):
        values = (values[0][part],)
    options = tuple(
        Option(each.value, named(each.label, spoken, each.value), each.value in values) for each in choices
    )
    accepts = "" if question.kind is Kind.FILE else f"{question.kind}/*"
    return Field(_kind(question, len(choices), folded=folded), name, options, values, accepts)


def _kind(question: Question, choices: int, *, folded: bool) -> str:
    if question.kind in SENT:
        return "file"
    if question.kind in SELECTS and choices:
        several = {Kind.SELECT_MULTIPLE: "check", Kind.RANK: "rank"}
        return several.get(question.kind, "list" if folded or choices > MOST_TO_SEE else "radio")
    if question.kind is Kind.DATE and "year" in question.appearance:
        return "line"
    return _FIELDS.get(question.kind, "line")


def named(text: Localized, spoken: Reader, otherwise: str) -> Markup:
    """What the author wrote, in the respondent's language; never blank. Earlier answers it speaks of are left open."""
    return spoken.local(left_open(text)) or Markup.escape(otherwise)


def spoken_in(reader: Reader, language: str) -> Reader:
    """The same page, as said to a respondent."""
    return Reader(language, reader.translator, reader.zone)


def our_language(language: str) -> str:
    """The language in which our own sentences are said to a respondent."""
    return language if language in LANGUAGES else LANGUAGES[0]


def refusal_sentence(reader: Reader, refusal: Refusal) -> str:
    """What is wrong: the author's sentence, else ours; where the chat speaks of buttons, one for who writes."""
    if any(refusal.message.values()):
        return reader.plain(refusal.message)
    own = "entry.refusal_" + refusal.code
    return reader.text(
        own if reader.translator.has(own) else "chat.refusal_" + refusal.code, **refusal.params
    )


def given_value(question: Question | None, values: list[str]) -> Value:
    """What came in under a name: several things of a question that takes several."""
    typed = [value for value in map(clean, values) if value]
    if question is not None and question.kind in SEVERAL:
        return list(dict.fromkeys(typed))
    return typed[0] if typed else ""


def values_of(given: FormData, name: str) -> list[str]:
    """The texts that came in under a name."""
    return [value for value in given.getlist(name) if isinstance(value, str)]


def read_writes(written: str) -> tuple[Write, ...] | None:
    """The moves that a tablet kept: [[1, "age", "34"], …]; None where it is nothing of the kind."""
    try:
        rows = json.loads(written)
        return tuple(Write(int(number), str(path), _read_value(value)) for number, path, value in rows)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _read_value(value: object) -> Value:
    return [clean(str(each)) for each in value] if isinstance(value, list) else clean(str(value))
