"""Values that a questionnaire fills in by itself, and what they may tell of a person."""

from collections.abc import Iterator, Set

from surveys.expressions import references
from surveys.questionnaire import SENT, Kind, Question, Questionnaire

_TELLING = SENT | {Kind.TEXT, Kind.BARCODE, Kind.START, Kind.END, Kind.TODAY, Kind.METADATA}
"""Words of the person's own, which file they sent, and exact moments."""
_TREATED = _TELLING - {Kind.METADATA}
"""These are dealt with where they stand: words are redacted, files renamed and moments coarsened at closing."""
_FILLED = frozenset({Kind.CALCULATE, Kind.HIDDEN})
_ROOT = "/data/"


def telling_values(questionnaire: Questionnaire) -> frozenset[str]:
    """Paths of filled-in values that repeat the person's words or an exact moment, however indirectly.

    They serve the conversation, and are not stored with what was sent in: redaction would not reach them.
    """
    questions = list(questionnaire.questions())
    telling = {question.path for question in questions if question.kind in _TELLING}
    moments = {q.path for q in questions if q.kind in _FILLED and "now(" in _formula(q)}
    own = {question.path for question in questions if question.kind in _TREATED}
    return read_by(questionnaire, telling | moments) | moments | (telling - own)


def read_by(questionnaire: Questionnaire, paths: Set[str]) -> frozenset[str]:
    """Paths of the filled-in values that look at any of these, however indirectly."""
    sources = {q.path: set(_sources(q)) for q in questionnaire.questions() if q.kind in _FILLED}
    reading: set[str] = set()
    while found := {
        path for path, read in sources.items() if path not in reading and read & (paths | reading)
    }:
        reading |= found
    return frozenset(reading)


def asks_the_day(question: Question) -> bool:
    """Whether a filled-in value is worked out from the day on which it is filled in."""
    return question.kind in _FILLED and "today(" in _formula(question)


def _sources(question: Question) -> Iterator[str]:
    for path in references(_formula(question), _ROOT + question.path) if _formula(question) else ():
        yield path.removeprefix(_ROOT)


def _formula(question: Question) -> str:
    return question.calculation or question.default
