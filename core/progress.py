"""How far a broadcast is: counted a chunk, with each change of state, so that a million rows are summed at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, select, update
from sqlalchemy.orm import Session

from core.database import connection_of
from core.tables import Delivery, DeliveryChunk, Table


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
    if not any(changes.values()):
        return
    given = {f"by_{state}": changes.get(state, 0) for state in State}
    statement = _SHIFT_BACK if given["by_new"] > 0 else _SHIFT
    connection_of(db).execute(statement, given | {"broadcast": broadcast_id, "chunk": chunk})


_chunk = Table.metadata.tables[DeliveryChunk.__tablename__]
_SHIFT = (
    update(_chunk)
    .where(_chunk.c.broadcast_id == bindparam("broadcast"), _chunk.c.number == bindparam("chunk"))
    .values({state.value: _chunk.c[state.value] + bindparam(f"by_{state}", type_=Integer) for state in State})
)
_SHIFT_BACK = _SHIFT.values(due_at=None)
"""Some are new again, and may leave at once."""


def recount(db: Session, broadcast_id: int, chunk: int) -> int:
    """Count the rows of a chunk that is held, whatever was counted along. Returns how many are waiting."""
    mine = Delivery.broadcast_id == broadcast_id, Delivery.chunk == chunk
    query = select(Delivery.state, func.count()).where(*mine).group_by(Delivery.state)
    found: dict[str, int] = {row[0]: row[1] for row in db.execute(query)}
    counts = {state.value: found.get(state, 0) for state in State}
    here = _chunk.c.broadcast_id == broadcast_id, _chunk.c.number == chunk
    connection_of(db).execute(update(_chunk).where(*here).values(counts))
    return counts[State.NEW]


def move(
    db: Session, broadcast_id: int, source: State, target: State, *rows: ColumnElement[bool], **values: Any
) -> int:
    """Turn deliveries of a broadcast from one state into another, in all its chunks at once. Returns how many.

    rows:   which of them; without any, all
    values: what else to write into them
    """
    # Every chunk is held, not only those that count some: what is settled right now may come back to `source`.
    chunks = select(DeliveryChunk.number).where(DeliveryChunk.broadcast_id == broadcast_id)
    db.execute(chunks.order_by(DeliveryChunk.number).with_for_update()).all()
    mine = *in_state(broadcast_id, source), *rows
    found = db.execute(select(Delivery.chunk, func.count()).where(*mine).group_by(Delivery.chunk))
    counts = {row[0]: row[1] for row in found}
    db.execute(update(Delivery).where(*mine).values(state=target, **values))
    if counts:
        _shift_each(db, broadcast_id, source, target, counts)
    return sum(counts.values())


def _shift_each(
    db: Session, broadcast_id: int, source: State, target: State, counts: Mapping[int, int]
) -> None:
    by = bindparam("by", type_=Integer)
    values: dict[str, Any] = {source.value: _COUNTS[source] - by, target.value: _COUNTS[target] + by}
    if target is State.NEW:
        values["due_at"] = None  # some may leave at once
    table = Table.metadata.tables[DeliveryChunk.__tablename__]
    mine = table.c.broadcast_id == broadcast_id, table.c.number == bindparam("chunk")
    rows = [{"chunk": chunk, "by": count} for chunk, count in counts.items()]
    connection_of(db).execute(update(table).where(*mine).values(values), rows)


def progress_of(db: Session, broadcast_id: int) -> Sending:
    """The counts by state."""
    return counts_of(db, [broadcast_id]).get(broadcast_id, NOTHING)


def counts_of(db: Session, ids: Collection[int] | None = None) -> dict[int, Sending]:
    """The counts of every broadcast that has deliveries, or of some."""
    sums = [func.sum(column) for column in _COUNTS.values()]
    query = select(DeliveryChunk.broadcast_id, *sums).group_by(DeliveryChunk.broadcast_id)
    if ids is not None:
        query = query.where(DeliveryChunk.broadcast_id.in_(ids))
    counts = {row[0]: [int(value) for value in row[1:]] for row in db.execute(query)}
    return {found: Sending(sum(values), *values) for found, values in counts.items()}


def in_state(broadcast_id: int, state: State) -> tuple[ColumnElement[bool], ...]:
    """Which deliveries of a broadcast are in a state, found by the chunks that count some: of a million, in no time."""
    chunks = select(DeliveryChunk.number).where(
        DeliveryChunk.broadcast_id == broadcast_id, _COUNTS[state] > 0
    )
    return Delivery.broadcast_id == broadcast_id, Delivery.chunk.in_(chunks), Delivery.state == state


def count_reasons(db: Session, broadcast_id: int, state: State = State.FAILED) -> dict[str, int]:
    """Why deliveries of a broadcast ended in this state, the commonest first."""
    query = (
        select(func.coalesce(Delivery.reason, ""), func.count())
        .where(*in_state(broadcast_id, state))
        .group_by(Delivery.reason)
        .order_by(func.count().desc())
    )
    return {row[0]: row[1] for row in db.execute(query)}
