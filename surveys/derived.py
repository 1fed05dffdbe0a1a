"""Values that a questionnaire fills in by itself, and what they may tell of a person."""

import re
from collections.abc import Iterator, Set

from surveys.expressions import references
from surveys.questionnaire import SENT, Kind, Question, Questionnaire

_TELLING = SENT | {Kind.TEXT, Kind.BARCODE, Kind.START, Kind.END, Kind.TODAY, Kind.METADATA}
"""Words of the person's own, which file they sent, and exact moments."""
_TREATED = _TELLING - {Kind.METADATA}
"""These are dealt with where they stand: words are redacted, files renamed and moments coarsened at closing."""
_FILLED = frozenset({Kind.CALCULATE, Kind.HIDDEN})
_CLOCKS = frozenset({Kind.START, Kind.END, Kind.TODAY})
_CLOCK = re.compile(r"\b(today|now)\(")
_DATES = frozenset({Kind.DATE, Kind.DATETIME})
_SMALL = re.compile(r"[^0-9]*|-?[0-9]{1,3}")
_ROOT = "/data/"


def telling_values(questionnaire: Questionnaire) -> frozenset[str]:
    """Paths of filled-in values that repeat the person's words, or an exact moment or day, however indirectly.

    They serve the conversation, and are not stored with what was sent in: redaction would not reach them.
    """
    questions = list(questionnaire.questions())
    telling = {question.path for question in questions if question.kind in _TELLING}
    moments = {q.path for q in questions if q.kind in _FILLED and "now(" in _formula(q)}
    own = {question.path for question in questions if question.kind in _TREATED}
    repeated = read_by(questionnaire, telling | moments) | moments | (telling - own)
    return repeated | _only_the_day(questions)


def read_by(questionnaire: Questionnaire, paths: Set[str]) -> frozenset[str]:
    """Paths of the filled-in values that look at any of these, however indirectly."""
    sources = {q.path: set(_sources(q)) for q in questionnaire.questions() if q.kind in _FILLED}
    reading: set[str] = set()
    while found := {
        path for path, read in sources.items() if path not in reading and read & (paths | reading)
    }:
        reading |= found
    return frozenset(reading)


def day_values(questionnaire: Questionnaire) -> frozenset[str]:
    """Paths of filled-in values that look at an answer and at the day on which it is given: an age, say."""
    days = {question.path for question in questionnaire.questions() if _asks_the_day(question)}
    return read_by(questionnaire, days) | days


def is_small(value: str) -> bool:
    """Whether a value is a whole number of at most three digits (an age), or has no digit: it tells no day."""
    return _SMALL.fullmatch(value) is not None


def noted_days(questionnaire: Questionnaire) -> frozenset[str]:
    """Paths of what notes when the person answers: the moments, and dates that begin with them."""
    questions = list(questionnaire.questions())
    clocks = {question.path for question in questions if question.kind in _CLOCKS}
    days = clocks | _only_the_day(questions)
    return frozenset(
        clocks
        | {
            question.path
            for question in questions
            if question.kind in _DATES
            and (_CLOCK.search(_formula(question)) or days.intersection(_sources(question)))
        }
    )


def _only_the_day(questions: list[Question]) -> set[str]:
    """Values worked out from the day and from nothing that the person said: they are the day, in whatever form."""
    filled = [question for question in questions if question.kind in _FILLED]
    found: set[str] = set()
    while more := {
        question.path
        for question in filled
        if question.path not in found
        and set(_sources(question)) <= found
        and (_asks_the_day(question) or any(_sources(question)))
    }:
        found |= more
    return found


def _asks_the_day(question: Question) -> bool:
    return question.kind in _FILLED and "today(" in _formula(question)


def _sources(question: Question) -> Iterator[str]:
    for path in references(_formula(question), _ROOT + question.path) if _formula(question) else ():
        yield path.removeprefix(_ROOT)


def _formula(question: Question) -> str:
    return question.calculation or question.default
