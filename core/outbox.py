"""Messages out: one `Delivery` row a recipient, written in the transaction that decides to send.

A row goes new → sending → sent, blocked or failed. Rows found `sending` at rest are in doubt: the process died
between asking Telegram and writing down its answer. They are shown to a person and never silently sent again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, case, func, insert, literal, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.tables import Broadcast, Delivery, Participant

CHUNK = 250
"""Recipients of one durable job."""


class Kind(StrEnum):
    """What a broadcast is about; `subject_id` is the row of that thing."""

    OPENING = "opening"
    INVITATION = "invitation"
    REMINDER = "reminder"
    DECISION = "decision"


class State(StrEnum):
    """Where one delivery is."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker, and no other, is about to send."""

    delivery_id: int
    chat_sealed: bytes
    language: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed delivery. Back to `new` when Telegram asked to wait."""

    delivery_id: int
    state: State
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a broadcast is."""

    total: int
    new: int
    sending: int
    sent: int
    blocked: int
    failed: int

    @property
    def at_rest(self) -> bool:
        """Nothing is left to send."""
        return self.new == 0


@dataclass(frozen=True, slots=True)
class BroadcastCard:
    """A broadcast as a list shows it."""

    id: int
    kind: Kind
    subject_id: int
    created_at: datetime
    sending: Sending


def open_broadcast(db: Session, kind: Kind, subject_id: int, recipients: Select[int], round: int = 1) -> int:
    """Write one delivery for each reachable recipient, in chunks. Nobody gets the same message twice.

    recipients: a query of participant ids
    """
    chosen = recipients.subquery()
    place = func.row_number().over(order_by=Participant.id) - 1
    broadcast = Broadcast(kind=kind, subject_id=subject_id, round=round, created_at=now())
    db.add(broadcast)
    db.flush()
    rows = select(
        literal(broadcast.id), Participant.id, place // CHUNK, literal(State.NEW.value), literal(False),
    ).where(Participant.reachable, Participant.id.in_(select(chosen)))  # fmt: skip
    columns = ["broadcast_id", "participant_id", "chunk", "state", "replied"]
    db.execute(insert(Delivery).from_select(columns, rows))
    return broadcast.id


def list_unclaimed_chunks(db: Session, broadcast_id: int) -> list[int]:
    """The chunks of a broadcast that still have deliveries to claim: each is one durable job."""
    query = select(Delivery.chunk).where(Delivery.broadcast_id == broadcast_id, Delivery.state == State.NEW)
    return list(db.scalars(query.distinct().order_by(Delivery.chunk)))


def list_unfinished(db: Session) -> list[int]:
    """Broadcasts with deliveries that were never claimed: to be enqueued (again) when a worker starts."""
    query = select(Delivery.broadcast_id).where(Delivery.state == State.NEW).distinct()
    return list(db.scalars(query))


def claim_batch(db: Session, broadcast_id: int, chunk: int, size: int) -> list[Claimed]:
    """Take up to `size` new deliveries of a chunk: they become `sending`, and no twin can take them.

    None are left when none are returned. Those to people who left meanwhile are settled on the way.
    """
    fresh = Delivery.broadcast_id == broadcast_id, Delivery.chunk == chunk, Delivery.state == State.NEW
    left = select(Participant.id).where(~Participant.reachable | Participant.chat_sealed.is_(None))
    blocked = {"state": State.BLOCKED, "reason": "left", "settled_at": now()}
    db.execute(update(Delivery).where(*fresh, Delivery.participant_id.in_(left)).values(blocked))
    mine = select(Delivery.id).where(*fresh).order_by(Delivery.id).limit(size)
    ids = list(db.scalars(mine.with_for_update(skip_locked=True)))
    db.execute(update(Delivery).where(Delivery.id.in_(ids)).values(state=State.SENDING))
    query = (
        select(Delivery.id, Participant.chat_sealed, Participant.language)
        .join(Participant, Participant.id == Delivery.participant_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    )
    return [Claimed(key, chat, language) for key, chat, language in db.execute(query) if chat]


def settle(db: Session, outcomes: Iterable[Settled]) -> None:
    """Write down what became of deliveries. Who cannot be reached is not tried again by anything."""
    for outcome in outcomes:
        moment = None if outcome.state is State.NEW else now()
        values = {
            "state": outcome.state,
            "reason": outcome.reason,
            "settled_at": moment,
        }
        db.execute(update(Delivery).where(Delivery.id == outcome.delivery_id).values(values))
        if outcome.state is State.BLOCKED:
            person = (
                select(Delivery.participant_id).where(Delivery.id == outcome.delivery_id).scalar_subquery()
            )
            db.execute(update(Participant).where(Participant.id == person).values(reachable=False))


def progress_of(db: Session, broadcast_id: int) -> Sending:
    """The counts by state."""
    return _counts(db, broadcast_id).get(broadcast_id, Sending(0, 0, 0, 0, 0, 0))


def list_broadcasts(db: Session) -> list[BroadcastCard]:
    """The newest first."""
    counts = _counts(db)
    nothing = Sending(0, 0, 0, 0, 0, 0)
    return [
        BroadcastCard(
            row.id,
            Kind(row.kind),
            row.subject_id,
            row.created_at,
            counts.get(row.id, nothing),
        )
        for row in db.scalars(select(Broadcast).order_by(Broadcast.id.desc()))
    ]


def find_broadcast(db: Session, kind: Kind, subject_id: int, round: int = 1) -> int | None:
    """The broadcast about this subject."""
    query = select(Broadcast.id).where(
        Broadcast.kind == kind,
        Broadcast.subject_id == subject_id,
        Broadcast.round == round,
    )
    return db.scalar(query)


def list_in_doubt(db: Session, broadcast_id: int) -> list[int]:
    """Deliveries that were being sent when a process died. While the broadcast runs, some are just in flight."""
    query = select(Delivery.id).where(Delivery.broadcast_id == broadcast_id, Delivery.state == State.SENDING)
    return list(db.scalars(query.order_by(Delivery.id)))


def _counts(db: Session, broadcast_id: int | None = None) -> dict[int, Sending]:
    columns = [func.sum(case((Delivery.state == state, 1), else_=0)) for state in State]
    query = select(Delivery.broadcast_id, func.count(), *columns).group_by(Delivery.broadcast_id)
    if broadcast_id is not None:
        query = query.where(Delivery.broadcast_id == broadcast_id)
    return {row[0]: Sending(*(int(value) for value in row[1:])) for row in db.execute(query)}
