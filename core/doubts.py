"""Deliveries in doubt: a process died between asking Telegram and writing its answer down. A person decides.

What is in doubt was claimed more than a minute ago and is not settled; the younger ones are on their way.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.courses import hold_broadcast
from core.errors import NotFound
from core.progress import State, in_state, move
from core.tables import Broadcast, Delivery, DeliveryChunk, Participant

_ON_ITS_WAY = timedelta(minutes=1)
"""No answer of Telegram takes longer: the courier has given up by then."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message of which nobody knows whether it arrived. Never to whom."""

    delivery_id: int
    since: datetime | None
    language: str


def list_in_doubt(db: Session, broadcast_id: int, limit: int | None = None) -> list[Doubt]:
    """The oldest first."""
    query = (
        select(Delivery.id, Delivery.claimed_at, Participant.language)
        .join(Participant, Participant.id == Delivery.participant_id)
        .where(*in_state(broadcast_id, State.SENDING), _left_hanging())
        .order_by(Delivery.claimed_at, Delivery.id)
        .limit(limit)
    )
    return [Doubt(*row) for row in db.execute(query)]


def count_in_doubt(db: Session, broadcast_id: int) -> int:
    """How many wait for a decision."""
    mine = *in_state(broadcast_id, State.SENDING), _left_hanging()
    return db.scalar(select(func.count()).select_from(Delivery).where(*mine)) or 0


def count_all_in_doubt(db: Session) -> dict[int, int]:
    """Broadcast → how many of it wait for a decision. Those without any are not in it."""
    of_chunk = Delivery.broadcast_id == DeliveryChunk.broadcast_id, Delivery.chunk == DeliveryChunk.number
    query = (
        select(DeliveryChunk.broadcast_id, func.count())
        .join(Delivery, and_(*of_chunk))
        .where(DeliveryChunk.sending > 0, Delivery.state == State.SENDING, _left_hanging())
        .group_by(DeliveryChunk.broadcast_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def resend(
    db: Session, broadcast_id: int, ids: Collection[int] | None = None, *, account_id: int | None
) -> int:
    """Send those in doubt again, all or some: who had got it gets it twice. Returns how many.

    A second click changes nothing: by then they are no longer in doubt.
    """
    hold_broadcast(db, broadcast_id)
    back = {"claimed_at": None, "due_at": None}
    again = move(db, broadcast_id, State.SENDING, State.NEW, *_chosen(ids), **back)
    if again:
        note_act(db, account_id, "resend", "broadcast", broadcast_id)
    return again


def leave(
    db: Session, broadcast_id: int, ids: Collection[int] | None = None, *, account_id: int | None
) -> int:
    """Leave those in doubt at that, all or some: who had not got it never will. Returns how many."""
    if db.get(Broadcast, broadcast_id) is None:
        raise NotFound
    left = move(db, broadcast_id, State.SENDING, State.LEFT, *_chosen(ids), settled_at=now())
    if left:
        note_act(db, account_id, "leave", "broadcast", broadcast_id)
    return left


def _left_hanging() -> ColumnElement[bool]:
    return or_(Delivery.claimed_at.is_(None), Delivery.claimed_at < now() - _ON_ITS_WAY)


def _chosen(ids: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    return (_left_hanging(),) if ids is None else (_left_hanging(), Delivery.id.in_(ids))
