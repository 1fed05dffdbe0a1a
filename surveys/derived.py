"""Values that a questionnaire fills in by itself, and what they may tell of a person."""

from collections.abc import Iterator

from surveys.expressions import references
from surveys.questionnaire import Kind, Question, Questionnaire

_TELLING = frozenset({Kind.TEXT, Kind.BARCODE, Kind.START, Kind.END, Kind.TODAY, Kind.METADATA})
"""Words of the person's own, and exact moments."""
_TREATED = _TELLING - {Kind.METADATA}
"""These are dealt with where they stand: words are redacted, moments are coarsened at closing."""
_FILLED = frozenset({Kind.CALCULATE, Kind.HIDDEN})
_ROOT = "/data/"


def telling_values(questionnaire: Questionnaire) -> frozenset[str]:
    """Paths of filled-in values that repeat the person's words or an exact moment, however indirectly.

    They serve the conversation, and are not stored with what was sent in: redaction would not reach them.
    """
    questions = list(questionnaire.questions())
    telling = {question.path for question in questions if question.kind in _TELLING}
    sources = {q.path: set(_sources(q)) for q in questions if q.kind in _FILLED}
    moments = {path for path in sources if "now(" in _formula(questionnaire.question(path))}
    telling |= moments
    while found := {path for path, read in sources.items() if path not in telling and read & telling}:
        telling |= found
    own = {question.path for question in questions if question.kind in _TREATED}
    return frozenset(telling - own)


def _sources(question: Question) -> Iterator[str]:
    for path in references(_formula(question), _ROOT + question.path) if _formula(question) else ():
        yield path.removeprefix(_ROOT)


def _formula(question: Question) -> str:
    return question.calculation or question.default
