"""How far a broadcast is: counted a chunk, with each change of state, so that a million rows are summed at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, Update, func, select, update
from sqlalchemy.orm import Session

from core.tables import Delivery, DeliveryChunk


class State(StrEnum):
    """Where one delivery is."""

    NEW = "new"
    SENDING = "sending"
    """Claimed. Found so at rest it is in doubt: the process died between asking Telegram and writing it down."""
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not sent, and rightly so: the broadcast was cancelled, or the person had answered by then."""
    LEFT = "left"
    """It was in doubt, and somebody decided to leave it at that."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a broadcast is."""

    total: int
    new: int
    sending: int
    sent: int
    blocked: int
    failed: int
    skipped: int = 0
    left: int = 0

    @property
    def at_rest(self) -> bool:
        """Nothing is left to send."""
        return self.new == 0


NOTHING = Sending(0, 0, 0, 0, 0, 0)
_COUNTS = {state: DeliveryChunk.__table__.c[state.value] for state in State}


def shift(db: Session, broadcast_id: int, chunk: int, changes: Mapping[State, int]) -> None:
    """Count what changed its state in a chunk. Every writer of `Delivery.state` calls this in its transaction."""
    values = {state.value: _COUNTS[state] + by for state, by in changes.items() if by}
    if values:
        mine = DeliveryChunk.broadcast_id == broadcast_id, DeliveryChunk.number == chunk
        db.execute(update(DeliveryChunk).where(*mine).values(values))


def changed(db: Session, statement: Update) -> int:
    """Carry out an update; how many rows it changed."""
    return cast("CursorResult[Any]", db.execute(statement)).rowcount


def progress_of(db: Session, broadcast_id: int) -> Sending:
    """The counts by state."""
    return counts_of(db, broadcast_id).get(broadcast_id, NOTHING)


def counts_of(db: Session, broadcast_id: int | None = None) -> dict[int, Sending]:
    """The counts of every broadcast that has deliveries, or of one."""
    sums = [func.sum(column) for column in _COUNTS.values()]
    query = select(DeliveryChunk.broadcast_id, *sums).group_by(DeliveryChunk.broadcast_id)
    if broadcast_id is not None:
        query = query.where(DeliveryChunk.broadcast_id == broadcast_id)
    counts = {row[0]: [int(value) for value in row[1:]] for row in db.execute(query)}
    return {found: Sending(sum(values), *values) for found, values in counts.items()}


def count_reasons(db: Session, broadcast_id: int, state: State = State.FAILED) -> dict[str, int]:
    """Why deliveries of a broadcast ended in this state, the commonest first."""
    query = (
        select(func.coalesce(Delivery.reason, ""), func.count())
        .where(Delivery.broadcast_id == broadcast_id, Delivery.state == state)
        .group_by(Delivery.reason)
        .order_by(func.count().desc())
    )
    return {row[0]: row[1] for row in db.execute(query)}
