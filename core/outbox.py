"""Messages out, one by one: claimed by one worker, sent, settled.

A row goes new → sending → sent, blocked or failed. Rows found `sending` at rest are in doubt: the process died
between asking Telegram and writing down its answer. They are shown to a person and never silently sent again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from core.broadcasts import CANCELLED, Course
from core.claims import Held, hold_of, on_its_way
from core.clock import now
from core.database import connection_of
from core.progress import State
from core.tables import Broadcast, Delivery, DeliveryChunk, Moment, Participant, Table


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


def settle(
    db: Session,
    broadcast_id: int,
    chunk: int,
    outcomes: Iterable[Settled],
    known_by: datetime | None = None,
) -> None:
    """Write down what became of claimed deliveries. Who cannot be reached is not tried again by anything."""
    held = hold_of(db, broadcast_id, chunk)
    if held is not None:
        settle_held(db, held, outcomes, known_by)
        held.count(db)


def settle_held(
    db: Session, held: Held, outcomes: Iterable[Settled], known_by: datetime | None = None
) -> None:
    """The same, in a chunk that is held. The caller has it counted.

    known_by: the claim that took them; one that was set free since, and taken by another claim, is left to that one
    """
    alike = defaultdict[tuple[State, str | None], list[int]](list)
    for outcome in outcomes:
        if (
            held.course is Course.CANCELLED and outcome.state is State.NEW
        ):  # nothing would ever claim it again
            alike[State.SKIPPED, CANCELLED].append(outcome.delivery_id)
        else:
            alike[outcome.state, outcome.reason].append(outcome.delivery_id)
    connection = connection_of(db)
    for (state, reason), ids in alike.items():
        given: dict[str, Any] = {"ids": ids, "why": reason}
        if known_by is not None:
            given["known_by"] = known_by
        if state is State.NEW:
            count = connection.execute(_BACK[known_by is None], given).rowcount
            held.new, held.due_at = held.new + count, None
        else:
            given |= {"into": state.value, "moment": now()}
            count = connection.execute(_SETTLE[known_by is None], given).rowcount
        held.changes[state] += count
        held.changes[State.SENDING] -= count
        if state is State.BLOCKED:
            people = select(Delivery.participant_id).where(Delivery.id.in_(ids))
            db.execute(update(Participant).where(Participant.id.in_(people)).values(reachable=False))
    if held.changes[State.NEW] > 0:
        held.count(db)  # before others are claimed: these may leave at once


_delivery = Table.metadata.tables[Delivery.__tablename__]
# One that somebody decided about meanwhile, taking it for in doubt, stays as they decided.
_claimed = (
    _delivery.c.id.in_(bindparam("ids", expanding=True)),
    _delivery.c.state == State.SENDING.value,
)
_by_this_claim = _delivery.c.claimed_at == bindparam("known_by", type_=Moment())
_settle = (
    update(_delivery)
    .where(*_claimed)
    .values(state=bindparam("into"), reason=bindparam("why"), settled_at=bindparam("moment"))
)
_back = (
    update(_delivery)
    .where(*_claimed)
    .values(state=State.NEW.value, reason=bindparam("why"), settled_at=None, claimed_at=None)
)
# By whether the claim does not matter.
_SETTLE = {True: _settle, False: _settle.where(_by_this_claim)}
_BACK = {True: _back, False: _back.where(_by_this_claim)}
