"""Messages out, one by one: claimed by one worker, sent, settled.

A row goes new → sending → sent, blocked or failed. Rows found `sending` at rest are in doubt: the process died
between asking Telegram and writing down its answer. They are shown to a person and never silently sent again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from core.broadcasts import CANCELLED, Course, hold_chunk
from core.claims import on_its_way
from core.clock import now
from core.progress import State, changed, shift
from core.tables import Broadcast, Delivery, DeliveryChunk, Participant


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed delivery. Back to `new` when Telegram asked to wait."""

    delivery_id: int
    state: State
    reason: str | None = None


def list_unclaimed_chunks(db: Session, broadcast_id: int) -> list[int]:
    """The chunks of a broadcast that have deliveries to claim by now: each is one durable job."""
    query = select(DeliveryChunk.number).where(DeliveryChunk.broadcast_id == broadcast_id, *_due())
    return list(db.scalars(_on_its_way(query).order_by(DeliveryChunk.number)))


def list_unfinished(db: Session) -> list[int]:
    """Broadcasts with deliveries to claim by now: to be enqueued (again) when a worker starts, or their time comes."""
    query = select(DeliveryChunk.broadcast_id).where(*_due())
    return list(db.scalars(_on_its_way(query).distinct().order_by(DeliveryChunk.broadcast_id)))


def _on_its_way(query: Select[int]) -> Select[int]:
    return query.join(Broadcast, Broadcast.id == DeliveryChunk.broadcast_id).where(*on_its_way())


def _due() -> tuple[ColumnElement[bool], ...]:
    return DeliveryChunk.new > 0, or_(DeliveryChunk.due_at.is_(None), DeliveryChunk.due_at <= now())


def settle(db: Session, broadcast_id: int, chunk: int, outcomes: Iterable[Settled]) -> None:
    """Write down what became of claimed deliveries. Who cannot be reached is not tried again by anything."""
    cancelled = hold_chunk(db, broadcast_id, chunk) is Course.CANCELLED
    alike = defaultdict[tuple[State, str | None], list[int]](list)
    for outcome in outcomes:
        if cancelled and outcome.state is State.NEW:  # nothing would ever claim it again
            alike[State.SKIPPED, CANCELLED].append(outcome.delivery_id)
        else:
            alike[outcome.state, outcome.reason].append(outcome.delivery_id)
    for (state, reason), ids in alike.items():
        back = state is State.NEW
        values = {"state": state, "reason": reason, "settled_at": None if back else now()}
        if back:
            values["claimed_at"] = None
        # One that somebody decided about meanwhile, taking it for in doubt, stays as they decided.
        claimed = Delivery.id.in_(ids), Delivery.state == State.SENDING
        moved = changed(db, update(Delivery).where(*claimed).values(values))
        shift(db, broadcast_id, chunk, {State.SENDING: -moved, state: moved})
        if back:
            mine = DeliveryChunk.broadcast_id == broadcast_id, DeliveryChunk.number == chunk
            db.execute(update(DeliveryChunk).where(*mine).values(due_at=None))
        if state is State.BLOCKED:
            people = select(Delivery.participant_id).where(Delivery.id.in_(ids))
            db.execute(update(Participant).where(Participant.id.in_(people)).values(reachable=False))


def list_in_doubt(db: Session, broadcast_id: int) -> list[int]:
    """Deliveries that were being sent when a process died. While the broadcast runs, some are just in flight."""
    query = select(Delivery.id).where(Delivery.broadcast_id == broadcast_id, Delivery.state == State.SENDING)
    return list(db.scalars(query.order_by(Delivery.id)))
