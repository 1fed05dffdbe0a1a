"""What an export holds: which questions, under which names, in which form. Pure.

Left out: answers kept for the profile (a person stands behind them), codes read off a document, choices whose
words are another answer of the person, the moments that a telephone notes, and files, of which is said only
that one was sent. Dates are cut to the month, places to a tenth of a degree (eleven kilometres): nobody is
found by their birthday or their roof. What the questionnaire works out by itself leaves with the rest where it
tells no more than the answers that do; see `Care`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from i18n.localized import pick
from surveys.conversation.wording import left_open
from surveys.conversation.written_words import clean
from surveys.derived import day_values, is_small, read_by, telling_values
from surveys.questionnaire import ATTACHED, NOT_IN_CHAT, SENT, Kind, Question, Questionnaire
from surveys.versioning.merging import Merged, Stance, Version, merge

Value = str | list[str]
Typed = str | int | float | list[str] | dict[str, float] | None

NOT_WRITTEN_DOWN = "🔊"
"""Stands for a spoken answer that nobody has written down yet."""

_MOMENTS = frozenset({Kind.START, Kind.END, Kind.TODAY, Kind.METADATA})
_LEFT_OUT = _MOMENTS | NOT_IN_CHAT | {Kind.NOTE, Kind.BARCODE}
_SEVERAL = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})
_CHOSEN = _SEVERAL | {Kind.SELECT_ONE}
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE})
_WORKED_OUT = frozenset({Kind.CALCULATE, Kind.HIDDEN})
_COARSENED = frozenset({Kind.DATE, Kind.DATETIME, Kind.GEOPOINT})
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")


class Care(Enum):
    """How far a value that the questionnaire works out by itself may leave.

    FREE   it reads nothing that is made coarse
    SMALL  it reads a date or a place: as a whole number of at most three digits (an age), or without any digit
    """

    FREE = "free"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Variable:
    """One question as the export holds it.

    sources  version id → the path under which that version's answers have it
    labels   what is written for a choice; empty: its value in the workbook
    repeats  paths of the repeats around it: it has a value for each member of the innermost
    reading  how words are read in which a mark covers what is personal
    """

    name: str
    question: Question
    merged: Merged
    sources: Mapping[int, str]
    repeats: tuple[str, ...]
    labels: Mapping[str, str]
    care: Care = Care.FREE
    reading: Callable[[str], str] = str

    @property
    def is_several(self) -> bool:
        """Whether an answer is made of several choices."""
        return self.question.kind in _SEVERAL

    @property
    def is_number(self) -> bool:
        """Whether every answer is a number."""
        return self.question.kind in _NUMBERS

    @property
    def is_worked_out(self) -> bool:
        """Whether the questionnaire fills it in."""
        return self.question.kind in _WORKED_OUT

    @property
    def is_sent(self) -> bool:
        """Whether it is answered with a file."""
        return self.question.kind in SENT

    def chosen(self, value: Value) -> list[str]:
        """The values of the choices in an answer."""
        return value if isinstance(value, list) else [value]

    def text(self, value: Value) -> str:
        """An answer of one part in the form in which it may leave."""
        if not isinstance(value, str):
            value = " ".join(value)
        if value.startswith(ATTACHED):
            return "1" if self.is_sent else NOT_WRITTEN_DOWN
        match self.question.kind:
            case Kind.DATE | Kind.DATETIME:
                return value[:7]
            case Kind.TEXT:
                return self.reading(clean(value))
            case Kind.CALCULATE | Kind.HIDDEN:
                fits = self.care is Care.FREE or is_small(value)
                return clean(value) if fits else ""
        return self.labels.get(value, value)

    def degrees(self, value: Value) -> tuple[float, float] | None:
        """Both degrees of a place, as coarse as they may leave."""
        try:
            latitude, longitude = (round(float(degree), 1) for degree in str(value).split()[:2])
        except ValueError:
            return None
        return latitude, longitude

    def typed(self, value: Value) -> Typed:
        """The answer as JSON knows it: numbers as numbers, a place as two of them, a file as 1."""
        if self.is_several:
            return [self.labels.get(choice, choice) for choice in self.chosen(value)]
        if self.question.kind is Kind.GEOPOINT:
            degrees = self.degrees(value)
            return {"latitude": degrees[0], "longitude": degrees[1]} if degrees else None
        if self.is_sent:
            return 1
        text = self.text(value)
        if self.is_worked_out:
            return as_number(text) if _PLAIN_NUMBER.fullmatch(text) else text or None
        return as_number(text) if self.is_number else text


def variables_of(
    versions: Sequence[Version], language: str | None, reading: Callable[[str], str] = str
) -> tuple[Variable, ...]:
    """Every question whose answers are exported, in the author's order; choices labelled in a language, if any.

    versions: the oldest first
    reading: how words are read in which a mark covers what is personal
    """
    cares = {version.id: _cares(version.questionnaire) for version in versions}
    return tuple(replace(found, reading=reading) for found in _variables(versions, cares, language))


def as_number(text: str) -> int | float | None:
    """A number as it is stored; None where it is none."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def is_plain_number(text: str) -> bool:
    """Whether a text is a number written as one writes numbers: "007" is a text."""
    return _PLAIN_NUMBER.fullmatch(text) is not None


def _variables(
    versions: Sequence[Version], cares: Mapping[int, Mapping[str, Care | None]], language: str | None
) -> Iterator[Variable]:
    for merged in merge(versions):
        question = merged.question
        if question.kind in _LEFT_OUT or question.keep is not None or not _has_own_choices(question):
            continue
        found = {
            version: (stance.question.path, _care(stance, cares[version]))
            for version, stance in merged.stances.items()
        }
        sources = {version: path for version, (path, care) in found.items() if care is not None}
        if sources:
            small = any(care is Care.SMALL for _, care in found.values())
            yield Variable(
                merged.name,
                question,
                merged,
                sources,
                merged.newest.repeats,
                _labels(question, language) if language else {},
                Care.SMALL if small else Care.FREE,
            )


def _has_own_choices(question: Question) -> bool:
    """Choices that come from other answers are words of the person's own, and nobody has redacted them."""
    return question.kind not in _CHOSEN or bool(question.choices)


def _care(stance: Stance, cares: Mapping[str, Care | None]) -> Care | None:
    return cares.get(stance.question.path, Care.FREE)


def _cares(questionnaire: Questionnaire) -> dict[str, Care | None]:
    """How far each value that is worked out may leave; None: not at all."""
    questions = list(questionnaire.questions())
    telling = telling_values(questionnaire)
    kept = {question.path for question in questions if question.keep is not None}
    borrowed = {q.path for q in questions if not _has_own_choices(q)}
    hidden = telling | read_by(questionnaire, kept | borrowed)
    coarsened = {question.path for question in questions if question.kind in _COARSENED}
    small = day_values(questionnaire) | read_by(questionnaire, coarsened)
    return {
        question.path: None
        if question.path in hidden
        else Care.SMALL
        if question.path in small
        else Care.FREE
        for question in questions
        if question.kind in _WORKED_OUT
    }


def _labels(question: Question, language: str) -> dict[str, str]:
    return {
        choice.value: pick(left_open(choice.label), language).text or choice.value
        for choice in question.choices
    }
