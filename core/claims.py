"""Claiming: a worker takes deliveries that nobody else can take, and only those that may reach their people now."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, or_, select, update
from sqlalchemy.orm import Session

from core.broadcasts import Course, hold_chunk
from core.clock import now
from core.progress import State, changed, shift
from core.tables import Broadcast, Delivery, DeliveryChunk, Moment, Participant

OUTDATED = "outdated"
"""Why a delivery was skipped: what it says no longer concerns the person."""
LEFT = "left"
"""Why one was not tried: the person left before."""

_WEEK = timedelta(days=7)
_APART = timedelta(seconds=1)
"""Telegram takes one message a second for one chat."""
_SHORTLY = timedelta(seconds=2)
_ON_ITS_WAY = timedelta(minutes=1)
"""A message that takes longer is in doubt, and keeps no other one waiting."""

StillWanted = Callable[[Session, int, Collection[int]], set[int]]
"""Those of some recipients whom a broadcast still concerns."""

Candidate = Row[int, int, bytes | None, str, bool]
"""Delivery, participant, their sealed chat, language, and whether they are reachable."""


@dataclass(frozen=True, slots=True)
class Restraint:
    """Who is not written to although a message is due to them.

    per_week:     who got as many messages in seven days waits; 0: nobody does
    still_wanted: asked of every batch, None: all still are
    """

    per_week: int = 0
    still_wanted: StillWanted | None = None


UNRESTRAINED = Restraint()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker, and no other, is about to send."""

    delivery_id: int
    chat_sealed: bytes
    language: str


def count_claimable(db: Session, broadcast_id: int, chunk: int, limit: int) -> int:
    """How many deliveries of a chunk could be claimed now, up to a limit; none unless the broadcast goes out."""
    query = (
        select(Delivery.id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(*_waiting(broadcast_id, chunk), _due(), *on_its_way())
        .limit(limit)
    )
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def on_its_way() -> tuple[ColumnElement[bool], ...]:
    """What holds of a broadcast that goes out now."""
    begun = or_(Broadcast.send_from.is_(None), Broadcast.send_from <= now())
    return Broadcast.state == Course.RUNNING, begun


def next_due(db: Session, broadcast_id: int, chunk: int) -> datetime | None:
    """When the next delivery of a chunk may be claimed, noted so that nobody looks before that.

    None where there are no more, or the broadcast does not go out now.
    """
    hold_chunk(db, broadcast_id, chunk)
    moment = func.min(func.coalesce(Delivery.due_at, literal(now(), Moment())))
    query = select(moment).join(Broadcast, Broadcast.id == Delivery.broadcast_id)
    due_at = db.scalar(query.where(*_waiting(broadcast_id, chunk), *on_its_way()))
    mine = DeliveryChunk.broadcast_id == broadcast_id, DeliveryChunk.number == chunk
    db.execute(update(DeliveryChunk).where(*mine).values(due_at=due_at))
    return due_at


def claim_batch(
    db: Session,
    broadcast_id: int,
    chunk: int,
    size: int,
    *,
    restraint: Restraint = UNRESTRAINED,
    moment: datetime | None = None,
) -> list[Claimed]:
    """Take up to `size` new deliveries of a chunk: they become `sending`, and no twin can take them.

    Those to people who left meanwhile, whom the message no longer concerns, or who have had enough for now, are
    passed over and noted as such; there are less than `size` only where no more were due.

    moment: what the claim is known by, for `release`
    """
    # The chunk is held first: twins that claim at once take turns, and their counts add up.
    if hold_chunk(db, broadcast_id, chunk) is not Course.RUNNING:
        return []
    moment = moment or now()
    claimed: list[Claimed] = []
    while len(claimed) < size and (rows := _candidates(db, broadcast_id, chunk, size - len(claimed))):
        claimed += _sort_out(db, broadcast_id, chunk, rows, restraint, moment)
    return claimed


def release(db: Session, broadcast_id: int, chunk: int, moment: datetime) -> None:
    """Undo a claim of which nobody knows whether it came about: the database went away before it said so."""
    hold_chunk(db, broadcast_id, chunk)
    mine = Delivery.broadcast_id == broadcast_id, Delivery.chunk == chunk
    claimed = Delivery.state == State.SENDING, Delivery.claimed_at == moment
    back = changed(db, update(Delivery).where(*mine, *claimed).values(state=State.NEW, claimed_at=None))
    shift(db, broadcast_id, chunk, {State.SENDING: -back, State.NEW: back})


def _candidates(db: Session, broadcast_id: int, chunk: int, limit: int) -> Sequence[Candidate]:
    """The next deliveries due, with their people, who are held: no other broadcast claims them at this moment."""
    query = (
        select(
            Delivery.id,
            Delivery.participant_id,
            Participant.chat_sealed,
            Participant.language,
            Participant.reachable,
        )
        .join(Participant, Participant.id == Delivery.participant_id)
        .where(*_waiting(broadcast_id, chunk), _due())
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(of=Participant, key_share=True)
    )
    return db.execute(query).all()


def _sort_out(
    db: Session,
    broadcast_id: int,
    chunk: int,
    rows: Sequence[Candidate],
    restraint: Restraint,
    moment: datetime,
) -> list[Claimed]:
    """Claim those of the candidates that may be written to now; say of the others why not."""
    people = [row.participant_id for row in rows]
    wanted = restraint.still_wanted and restraint.still_wanted(db, broadcast_id, people)
    later = _postponed(db, people, restraint.per_week)
    left, outdated, postponed, claimed = list[int](), list[int](), list[dict[str, Any]](), list[Claimed]()
    for key, person, chat, language, reachable in rows:
        if not reachable or chat is None:
            left.append(key)
        elif wanted is not None and person not in wanted:
            outdated.append(key)
        elif person in later:
            postponed.append({"id": key, "due_at": later[person]})
        else:
            claimed.append(Claimed(key, chat, language))
    _turn(db, left, State.BLOCKED, reason=LEFT, settled_at=now())
    _turn(db, outdated, State.SKIPPED, reason=OUTDATED, settled_at=now())
    _turn(db, [one.delivery_id for one in claimed], State.SENDING, claimed_at=moment)
    if postponed:
        db.execute(update(Delivery), postponed)
    gone = len(left) + len(outdated) + len(claimed)
    moved = {State.BLOCKED: len(left), State.SKIPPED: len(outdated), State.SENDING: len(claimed)}
    shift(db, broadcast_id, chunk, {State.NEW: -gone, **moved})
    return claimed


def _turn(db: Session, ids: Sequence[int], state: State, **values: Any) -> None:
    if ids:
        db.execute(update(Delivery).where(Delivery.id.in_(ids)).values(state=state, **values))


def _postponed(db: Session, people: Collection[int], per_week: int) -> dict[int, datetime]:
    """Person → until when they are left in peace, of those who have had enough this week or a message just now."""
    moment = func.coalesce(Delivery.settled_at, Delivery.claimed_at)
    query = (
        select(
            Delivery.participant_id,
            func.count(),
            func.min(moment),
            func.max(Delivery.settled_at),
            func.max(Delivery.claimed_at).filter(Delivery.state == State.SENDING),
        )
        .where(
            Delivery.participant_id.in_(people),
            Delivery.state.in_((State.SENT, State.SENDING)),
            moment > now() - _WEEK,
        )
        .group_by(Delivery.participant_id)
    )
    later = {}
    for person, count, oldest, settled_at, claimed_at in db.execute(query):
        just_now = settled_at is not None and settled_at > now() - _APART
        on_its_way = claimed_at is not None and claimed_at > now() - _ON_ITS_WAY
        if per_week and count >= per_week:
            later[person] = oldest + _WEEK
        elif just_now or on_its_way:
            later[person] = now() + _SHORTLY
    return later


def _waiting(broadcast_id: int, chunk: int) -> tuple[ColumnElement[bool], ...]:
    return Delivery.broadcast_id == broadcast_id, Delivery.chunk == chunk, Delivery.state == State.NEW


def _due() -> ColumnElement[bool]:
    return or_(Delivery.due_at.is_(None), Delivery.due_at <= now())
