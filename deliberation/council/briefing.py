"""Gathers what a brief is built from: protected results, approved quotes, the agenda and its decisions."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deliberation.council.agenda import ItemCard, list_items
from deliberation.council.brief import (
    ApprovedQuote,
    Count,
    Facts,
    OpenAnswers,
    Point,
    QuestionCounts,
)
from deliberation.council.brief_points import day_of, points_of
from deliberation.council.decisions import NotClosedYet
from deliberation.council.published import is_published
from deliberation.voices.quotes import Answer, suggest_quotes
from i18n.language import Language
from surveys.consultations import get_consultation
from surveys.results import QuestionResult, results_of
from surveys.tables import Response
from surveys.tallies import Row
from surveys.voices import VoiceCard, list_voices

CANTON = "canton"
GROUPS = (CANTON, "age_band", "gender", "situation")
"""Names of the questions on who answered: they tell who is missing."""
NOT_SAID = "no_say"
"""The value of the choice that says: I would rather not say. Nobody is missing there."""


def facts_of(
    db: Session, consultation_id: int, *, unit: str, threshold: int, zone: ZoneInfo, published: bool = False
) -> Facts:
    """What the brief of a closed consultation tells. Raises NotFound, or NotClosedYet.

    Its date is that of the last thing it tells, so that the same brief is the same on every day. Where an organiser has
    confirmed points, what only the results propose is not in it; `published`: only points that everybody may read of.
    """
    card = get_consultation(db, consultation_id)
    if card.opened_at is None or card.closed_at is None:
        raise NotClosedYet
    results = results_of(db, consultation_id, threshold=threshold)
    asked = [question for question in results.questions if question.keep is None]
    counted = {question.path: _counts(question) for question in asked if question.rows}
    items = _put_forward(db, consultation_id, published)
    points = points_of(db, items, asked, threshold, zone)
    decided = [point.decision.day for point in points if point.decision]
    closed = day_of(card.closed_at, zone)
    return Facts(
        unit=unit[:1].upper() + unit[1:],  # settings hold it with its article, to stand inside a sentence
        title=dict(card.title),
        asked=card.reach.received,
        finished=card.reach.finished,
        cantons=_cantons(asked),
        languages=_languages(db, consultation_id),
        opened=day_of(card.opened_at, zone),
        closed=closed,
        made=max([closed, *decided]),
        threshold=threshold,
        needs=next((counted[path] for path in _questions(points) if path in counted), None),
        groups=tuple(_group(question) for question in asked if question.name in GROUPS),
        questions=tuple(counted.values()),
        open_answers=tuple(_open_answers(asked, list_voices(db, consultation_id))),
        points=points,
    )


def _put_forward(db: Session, consultation_id: int, published: bool) -> Sequence[ItemCard]:
    items = list_items(db, consultation_id)
    if published:
        return [item for item in items if is_published(db, item)]
    return [item for item in items if item.state == "confirmed"] or items


def _questions(points: Sequence[Point]) -> list[str]:
    return [point.dossier.question for point in points]


def _counts(question: QuestionResult) -> QuestionCounts:
    return _counted(question, question.rows)


def _group(question: QuestionResult) -> QuestionCounts:
    return _counted(question, [row for row in question.rows if row.value != NOT_SAID])


def _counted(question: QuestionResult, rows: Iterable[Row]) -> QuestionCounts:
    counts = tuple(Count(dict(row.label), row.count, row.value) for row in rows)
    return QuestionCounts(
        dict(question.label), counts, question.base, several=question.overlapping, path=question.path
    )


def _cantons(asked: Sequence[QuestionResult]) -> int:
    """A number that is withheld is not zero, so its canton counts."""
    return sum(row.count != 0 for question in asked if question.name == CANTON for row in question.rows)


def _languages(db: Session, consultation_id: int) -> int:
    query = select(func.count(Response.language.distinct()))
    mine = Response.consultation_id == consultation_id
    return db.scalar(query.where(mine, Response.state == "finished")) or 0


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
    if not any(answer.quotable for answer in answers):
        return
    for language in (Language.SPANISH, Language.KICHWA):
        for found in suggest_quotes(answers, language):
            yield ApprovedQuote(texts[str(found.id)], language, found.stand)
