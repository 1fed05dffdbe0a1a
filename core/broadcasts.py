"""One message for many: one `Delivery` row a recipient, written in the transaction that decides to send."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, insert, literal, select, tuple_
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from core.everyone import hold_everyone
from core.progress import NOTHING, Sending, State, counts_of, progress_of
from core.tables import Broadcast, Delivery, DeliveryChunk, Participant

CHUNK = 250
"""Recipients of one durable job."""

CANCELLED = "cancelled"
"""Why a delivery was skipped whose broadcast was cancelled."""


class Kind(StrEnum):
    """What a broadcast is about; `subject_id` is the row of that thing."""

    OPENING = "opening"
    UNFINISHED = "unfinished"
    """A reminder of a consultation to who has not come to its end."""
    INVITATION = "invitation"
    REMINDER = "reminder"
    CHANGED = "changed"
    """An assembly was moved or cancelled; the round is its sequence."""
    DECISION = "decision"
    VOTING = "voting"
    """The opening of a deliberation."""
    STATEMENTS = "statements"
    """What became of the statements that people proposed."""
    BALLOT = "ballot"
    """A ballot of an assembly is open; to who is in the room."""
    MINUTES = "minutes"
    """The minutes of an assembly; to who came."""
    SEAT = "seat"
    """What became of a request for the empty seat; to who made it."""
    SEAT_REPORT = "seat_report"
    """What a representative reports to those they spoke for."""
    OVERDUE = "overdue"
    """No decision within its time; to those who contributed."""
    FOLLOW_UP = "follow_up"
    """Months later: was a commitment noticed?"""
    REFERRAL = "referral"
    """The card with where to find help; to who wrote of danger."""


class Course(StrEnum):
    """Whether a broadcast may go out."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BroadcastCard:
    """A broadcast as a list shows it."""

    id: int
    kind: Kind
    subject_id: int
    created_at: datetime
    sending: Sending
    course: Course = Course.RUNNING
    send_from: datetime | None = None
    round: int = 1


def open_broadcast(
    db: Session,
    kind: Kind,
    subject_id: int,
    recipients: Select[int],
    round: int = 1,
    *,
    send_from: datetime | None = None,
) -> int:
    """Write one delivery for each reachable recipient, in chunks. Nobody gets the same message twice.

    recipients: a query of participant ids
    send_from:  nothing leaves before that moment
    """
    hold_everyone(db)
    broadcast = Broadcast(
        kind=kind, subject_id=subject_id, round=round, send_from=send_from, created_at=now()
    )
    db.add(broadcast)
    db.flush()
    address(db, broadcast.id, recipients)
    return broadcast.id


def address(db: Session, broadcast_id: int, recipients: Select[int]) -> int:
    """Write the deliveries of a broadcast that has none yet; how many there are. For a caller that holds everyone."""
    chosen = recipients.subquery()
    place = func.row_number().over(order_by=Participant.id) - 1
    rows = select(
        literal(broadcast_id), Participant.id, place // CHUNK, literal(State.NEW.value), literal(False),
    ).where(Participant.reachable, Participant.id.in_(select(chosen)))  # fmt: skip
    columns = ["broadcast_id", "participant_id", "chunk", "state", "replied"]
    db.execute(insert(Delivery).from_select(columns, rows))
    _count_chunks(db, broadcast_id)
    return progress_of(db, broadcast_id).total


def _count_chunks(db: Session, broadcast_id: int) -> None:
    others = [state.value for state in State if state is not State.NEW]
    counted = (
        select(literal(broadcast_id), Delivery.chunk, func.count(), *(literal(0) for _ in others))
        .where(Delivery.broadcast_id == broadcast_id)
        .group_by(Delivery.chunk)
    )
    db.execute(insert(DeliveryChunk).from_select(["broadcast_id", "number", "new", *others], counted))


def list_broadcasts(db: Session, about: Collection[tuple[Kind, int]] | None = None) -> list[BroadcastCard]:
    """The newest first: all, or those about some subjects."""
    query = select(Broadcast).order_by(Broadcast.id.desc())
    if about is not None:
        query = query.where(tuple_(Broadcast.kind, Broadcast.subject_id).in_(list(about)))
    rows = db.scalars(query).all()
    counts = counts_of(db, None if about is None else [row.id for row in rows])
    return [_card(row, counts.get(row.id, NOTHING)) for row in rows]


def get_broadcast(db: Session, broadcast_id: int) -> BroadcastCard:
    """Raises NotFound."""
    row = db.get(Broadcast, broadcast_id)
    if row is None:
        raise NotFound
    return _card(row, progress_of(db, broadcast_id))


def _card(row: Broadcast, sending: Sending) -> BroadcastCard:
    return BroadcastCard(
        id=row.id,
        kind=Kind(row.kind),
        subject_id=row.subject_id,
        created_at=row.created_at,
        sending=sending,
        course=Course(row.state),
        send_from=row.send_from,
        round=row.round,
    )


def find_broadcast(db: Session, kind: Kind, subject_id: int, round: int = 1) -> int | None:
    """The broadcast about this subject."""
    query = select(Broadcast.id).where(
        Broadcast.kind == kind,
        Broadcast.subject_id == subject_id,
        Broadcast.round == round,
    )
    return db.scalar(query)
