"""What the brief tells of each agenda item: its numbers as they may be shown today, and all that hangs on it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.commitments.tables import Unit
from deliberation.council.agenda import ItemCard
from deliberation.council.brief import Decision, Point
from deliberation.council.brief_items import Cell, Dossier, ItemQuote, Standing, Weighted
from deliberation.council.items import quotes_of
from deliberation.council.published import stands
from deliberation.council.weighing import is_told_whole, may_be_weighed_again
from i18n.localized import Localized
from surveys.disclosure import protect_exclusive
from surveys.results import QuestionResult

MARKS = ("statement", "theme", "ballot")
_Numbers = tuple[int | None, int | None, int | None]
"""How many are for, against and neither."""


def points_of(
    db: Session, items: Sequence[ItemCard], asked: Sequence[QuestionResult], threshold: int, zone: ZoneInfo
) -> tuple[Point, ...]:
    """One point an item, in their order.

    An answer is counted anew, as its table in the same brief is. What was counted elsewhere stays as it was when the
    item was proposed, but for what the threshold of today withholds.
    """
    units = {row.id: row.name for row in db.execute(select(Unit.id, Unit.name))}
    return tuple(_point(db, item, asked, threshold, zone, units) for item in items)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day on the wall."""
    return moment.astimezone(zone).date()


def _point(
    db: Session,
    item: ItemCard,
    asked: Sequence[QuestionResult],
    threshold: int,
    zone: ZoneInfo,
    units: Mapping[int, Localized],
) -> Point:
    made = item.decision if stands(db, item) else None
    question = _question(item, asked)
    (count, against, passed), of = _numbers(item.evidence, threshold), item.evidence.get("of")
    if question is not None:
        value = item.evidence.get("value")
        count = next((row.count for row in question.rows if row.value == value), None)
        of = question.of
    return Point(
        request=dict(item.request or item.title),
        count=count,
        of=of,
        decision=Decision(made.outcome, dict(made.reason), day_of(made.decided_at, zone)) if made else None,
        dossier=Dossier(
            title=dict(item.title),
            source=item.source,
            question=question.path if question else "",
            value=str(item.evidence.get("value", "")),
            mark=next((str(item.evidence[mark]) for mark in MARKS if mark in item.evidence), ""),
            is_voted="against" in item.evidence,
            against=against,
            passed=passed,
            weighted=_weighted(item.evidence, asked, threshold) if count is not None else None,
            groups=tuple(_groups(item.evidence, threshold)),
            dissent=dict(item.evidence.get("dissent", {})),
            quotes=tuple(
                ItemQuote(quote.text, quote.language, quote.translation, quote.stand)
                for quote in quotes_of(db, item)
            ),
            competence=item.competence or "",
            unit=dict(units.get(item.unit_id, {})) if item.unit_id else {},
            goals=tuple(item.sdg),
            proposed=dict(item.proposed or {}),
        ),
    )


def _question(item: ItemCard, asked: Sequence[QuestionResult]) -> QuestionResult | None:
    if item.source != "answers":
        return None
    paths = set(item.evidence.get("paths") or [item.evidence.get("path", "")])
    return next((question for question in asked if question.rows and paths & question.paths), None)


def _numbers(evidence: Mapping[str, Any], threshold: int) -> _Numbers:
    """They passed disclosure control when the item was proposed, and pass it again with the threshold of today."""
    count, against, passed = (evidence.get(name) for name in ("count", "against", "passed"))
    of = evidence.get("of")
    if None not in (count, against, passed, of):
        known = int(count or 0), int(against or 0), int(passed or 0)
        if sum(known) == of:
            for_, not_, neither = protect_exclusive(known, sum(known), threshold)
            return for_, not_, neither
    return _fit(count, of, threshold), _fit(against, of, threshold), _fit(passed, of, threshold)


def _fit(count: int | None, of: int | None, threshold: int) -> int | None:
    """The number, where neither those whom it counts nor the others are few."""
    if count is None or of is None:
        return None
    is_small = any(0 < people < threshold for people in (count, of - count))
    return None if is_small else count


def _weighted(
    evidence: Mapping[str, Any], asked: Sequence[QuestionResult], threshold: int
) -> Weighted | None:
    """Only what the reader can weigh again: None where its table is not kept, or may not be shown today."""
    found = evidence.get("weighted", {})
    cells = tuple(Cell(tuple(each["in"]), each["people"], each["named"]) for each in found.get("cells", ()))
    by = set(found.get("by", ()))
    whole = all(is_told_whole(question) for question in asked if question.name in by)
    if not whole or not may_be_weighed_again(found, threshold):
        return None
    population = ((name, *each) for name, people in found["population"].items() for each in people.items())
    return Weighted(
        found["percent"],
        found["low"],
        found["high"],
        found["worth"],
        tuple(found["by"]),
        cells,
        tuple(sorted(population)),
    )


def _groups(evidence: Mapping[str, Any], threshold: int) -> Iterator[Standing]:
    for each in evidence.get("groups", ()):
        agree = _fit(each["agree"], each["of"], threshold)
        yield Standing(each["number"], dict(each["name"]), agree, each["of"])
