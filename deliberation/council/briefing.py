"""Gathers what a brief is built from: protected results, approved quotes, the agenda and its decisions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deliberation.council.agenda import ItemCard, list_items
from deliberation.council.brief import (
    ApprovedQuote,
    Brief,
    Count,
    Decision,
    Facts,
    OpenAnswers,
    Point,
    QuestionCounts,
    build_brief,
)
from deliberation.council.decisions import NotClosedYet
from deliberation.voices.quotes import Answer, suggest_quotes
from i18n.language import Language
from surveys.consultations import get_consultation
from surveys.results import QuestionResult, results_of
from surveys.tables import Response
from surveys.voices import VoiceCard, list_voices

CANTON = "canton"
GROUPS = (CANTON, "age_band", "gender", "situation")
"""Names of the questions on who answered: they tell who is missing."""
NOT_SAID = "no_say"
"""The value of the choice that says: I would rather not say. Nobody is missing there."""


def brief_of(
    db: Session, consultation_id: int, language: str, *, unit: str, threshold: int, zone: ZoneInfo
) -> Brief:
    """The brief of a closed consultation. Raises NotFound, or NotClosedYet.

    Its date is that of the last thing it tells, so that the same brief is the same on every day.
    """
    card = get_consultation(db, consultation_id)
    if card.opened_at is None or card.closed_at is None:
        raise NotClosedYet
    results = results_of(db, consultation_id, threshold=threshold)
    asked = [question for question in results.questions if question.keep is None]
    counted = {question.path: _counts(question) for question in asked if question.rows}
    items = list_items(db, consultation_id)
    told = [card.closed_at, *(item.decision.decided_at for item in items if item.decision)]
    facts = Facts(
        unit=unit[:1].upper() + unit[1:],  # settings hold it with its article, to stand inside a sentence
        title=dict(card.title),
        asked=card.reach.received,
        finished=card.reach.finished,
        cantons=_cantons(asked),
        languages=_languages(db, consultation_id),
        opened=_day(card.opened_at, zone),
        closed=_day(card.closed_at, zone),
        made=max(_day(moment, zone) for moment in told),
        threshold=threshold,
        needs=next((counted[path] for path in _paths(items) if path in counted), None),
        groups=tuple(_group(question) for question in asked if question.name in GROUPS),
        questions=tuple(counted.values()),
        open_answers=tuple(_open_answers(asked, list_voices(db, consultation_id))),
        points=tuple(_point(item, zone) for item in items),
    )
    return build_brief(facts, language)


def _counts(question: QuestionResult) -> QuestionCounts:
    rows = tuple(Count(dict(row.label), row.count) for row in question.rows)
    return QuestionCounts(dict(question.label), rows, question.base, several=question.overlapping)


def _group(question: QuestionResult) -> QuestionCounts:
    rows = tuple(Count(dict(row.label), row.count) for row in question.rows if row.value != NOT_SAID)
    return QuestionCounts(dict(question.label), rows, question.base, several=question.overlapping)


def _cantons(asked: Sequence[QuestionResult]) -> int:
    """A number that is withheld is not zero, so its canton counts."""
    return sum(row.count != 0 for question in asked if question.name == CANTON for row in question.rows)


def _languages(db: Session, consultation_id: int) -> int:
    query = select(func.count(Response.language.distinct()))
    mine = Response.consultation_id == consultation_id
    return db.scalar(query.where(mine, Response.state == "finished")) or 0


def _paths(items: Sequence[ItemCard]) -> list[str]:
    return [str(item.evidence.get("path", "")) for item in items]


def _point(item: ItemCard, zone: ZoneInfo) -> Point:
    made = item.decision
    decision = Decision(made.outcome, dict(made.reason), _day(made.decided_at, zone)) if made else None
    return Point(dict(item.title), item.evidence.get("count"), item.evidence.get("of"), decision)


def _open_answers(asked: Iterable[QuestionResult], voices: Sequence[VoiceCard]) -> Iterable[OpenAnswers]:
    for question in asked:
        mine = [voice for voice in voices if voice.path in question.paths]
        if mine:
            texts = tuple(voice.text for voice in mine)
            yield OpenAnswers(dict(question.label), texts, tuple(_quotes(mine)))


def _quotes(voices: Sequence[VoiceCard]) -> Iterable[ApprovedQuote]:
    """All voices tell what is typical; shown is only what its author allowed and an organiser approved."""
    texts = {voice.id: voice.text for voice in voices}
    answers = [
        Answer(voice.id, voice.text, voice.may_quote and voice.quote == "approved") for voice in voices
    ]
    for language in (Language.SPANISH, Language.KICHWA):
        for found in suggest_quotes(answers, language):
            yield ApprovedQuote(texts[str(found.id)], language, found.stand)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
