"""What people were asked in a year: consultations, and statements that were put to the vote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.opinions.tables import Analysis, Deliberation
from i18n.localized import Localized
from surveys.consultations import ConsultationCard, list_consultations


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """A consultation. closed_at: None while it goes on; asked, answered: None while it does, and for a few."""

    id: int
    title: Localized
    opened_at: datetime
    closed_at: datetime | None
    asked: int | None
    answered: int | None


@dataclass(frozen=True, slots=True)
class DeliberationLine:
    """A deliberation. people, statements: of the newest analysis that was published; None where none was."""

    id: int
    title: Localized
    opened_at: datetime
    closed_at: datetime | None
    people: int | None
    statements: int | None


def consultations_of(
    db: Session, first: datetime, last: datetime, threshold: int
) -> Iterator[ConsultationLine]:
    """Those that ended in the span, and those that began in it and go on; in the order in which they began."""
    for card in sorted(list_consultations(db), key=lambda card: card.id):
        if card.opened_at is not None and first <= (card.closed_at or card.opened_at) < last:
            yield _line(card, card.opened_at, threshold)


def _line(card: ConsultationCard, opened_at: datetime, threshold: int) -> ConsultationLine:
    asked, answered = max(card.reach.received, card.reach.finished), card.reach.finished
    few = 0 < answered < threshold or 0 < asked < threshold
    shown = card.closed_at is not None and not few
    return ConsultationLine(
        id=card.id,
        title=card.title,
        opened_at=opened_at,
        closed_at=card.closed_at,
        asked=asked if shown else None,
        answered=answered if shown else None,
    )


def deliberations_of(db: Session, first: datetime, last: datetime) -> Iterator[DeliberationLine]:
    """As with consultations. Publishing has seen to it that no analysis is of a few, or nearly the same as another."""
    query = select(Deliberation).where(Deliberation.opened_at.is_not(None)).order_by(Deliberation.id)
    published = _published(db)
    for row in db.scalars(query):
        if row.opened_at is not None and first <= (row.closed_at or row.opened_at) < last:
            people, statements = published.get(row.id, (None, None))
            yield DeliberationLine(row.id, row.title, row.opened_at, row.closed_at, people, statements)


def _published(db: Session) -> dict[int, tuple[int, int]]:
    query = select(Analysis.deliberation_id, Analysis.people, Analysis.statements)
    query = query.where(Analysis.published_at.is_not(None)).order_by(Analysis.number)
    return {deliberation: (people, statements) for deliberation, people, statements in db.execute(query)}
