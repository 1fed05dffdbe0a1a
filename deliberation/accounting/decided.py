"""What the council decided in a year, with its reasons, and what contributors say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.accounting.replies import Replies, protected
from deliberation.commitments.tables import Unit
from deliberation.council.tables import AgendaItem, Decision, Satisfaction, Sitting
from deliberation.replies import REPLIES
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision that stands. unit: in charge of it; sent_to: the body that it was sent to; both may be empty."""

    item_id: int
    title: Localized
    outcome: str
    reason: Localized
    decided_at: datetime
    unit: Localized
    sent_to: Localized
    replies: Replies


def decisions_of(db: Session, first: datetime, last: datetime, threshold: int) -> Iterator[DecisionLine]:
    """In the order in which they were made. What a sitting wrote down counts once that is closed."""
    query = (
        select(Decision, AgendaItem.title, Unit.name)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .outerjoin(Unit, Unit.id == AgendaItem.unit_id)
        .outerjoin(Sitting, Sitting.id == Decision.sitting_id)
        .where(Decision.decided_at >= first, Decision.decided_at < last, AgendaItem.state == "confirmed")
        .where(Decision.sitting_id.is_(None) | (Sitting.state == "held"))
        .order_by(Decision.decided_at, Decision.id)
    )
    replies = _replies(db)
    for row, title, unit in db.execute(query):
        counted = {reply: replies.get((row.id, reply), 0) for reply in REPLIES}
        yield DecisionLine(
            item_id=row.item_id,
            title=title,
            outcome=row.outcome,
            reason=row.reason,
            decided_at=row.decided_at,
            unit=unit or {},
            sent_to=row.sent_to or {},
            replies=protected(counted, threshold),
        )


def _replies(db: Session) -> dict[tuple[int, str], int]:
    query = select(Satisfaction.decision_id, Satisfaction.reply, Satisfaction.released)
    return {(decision, reply): released for decision, reply, released in db.execute(query)}
