"""Claiming: a worker takes deliveries that nobody else can take, and only those that may reach their people now.

What runs for every batch is written as prepared statements: to build them anew would cost more than to run them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from core.broadcasts import CANCELLED, Course, Kind
from core.clock import now
from core.database import connection_of
from core.progress import State, recount, shift
from core.tables import Broadcast, Delivery, DeliveryChunk, Moment, Participant, Table

OUTDATED = "outdated"
"""Why a delivery was skipped: what it says no longer concerns the person."""
LEFT = "left"
"""Why one was not tried: the person left before."""

_AT_ONCE = frozenset({Kind.REMINDER, Kind.CHANGED, Kind.REFERRAL, Kind.BALLOT, Kind.SEAT})
"""What nobody may hear too late for other messages: who comes to an assembly, is in it, or sits in the council."""
_WEEK = timedelta(days=7)
_APART = timedelta(seconds=1)
"""Telegram takes one message a second for one chat."""
_SHORTLY = timedelta(seconds=2)
_ON_ITS_WAY = timedelta(minutes=1)
"""A message that takes longer is in doubt, and keeps no other one waiting."""

StillWanted = Callable[[Session, int, Collection[int]], set[int]]
"""Those of some recipients whom a broadcast still concerns."""
Candidate = tuple[int, int, bytes | None, str, bool]
"""Delivery, participant, their sealed chat, language, and whether they are reachable."""


@dataclass(frozen=True, slots=True)
class Restraint:
    """Who is not written to although a message is due to them.

    per_week:     who got as many messages in seven days waits, but for what is said of an assembly that they
                  were invited to; 0: nobody does
    still_wanted: asked of every batch; None: all still are
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


@dataclass(slots=True)
class Held:
    """A chunk whose deliveries nobody else changes until the transaction ends.

    course:    of its broadcast
    goes_out:  whether its broadcast may leave now
    new:       how many of its deliveries are waiting
    due_at:    when the first of them may be claimed, where none may yet
    changes:   states that were changed and are not counted yet: one count for all that a transaction does
    """

    broadcast_id: int
    chunk: int
    kind: Kind
    course: Course
    goes_out: bool
    new: int
    due_at: datetime | None
    changes: Counter[State] = field(default_factory=Counter)

    def count(self, db: Session) -> None:
        """Count what was changed. Whoever changes something calls it before the transaction ends."""
        shift(db, self.broadcast_id, self.chunk, self.changes)
        self.changes.clear()


def on_its_way() -> tuple[ColumnElement[bool], ...]:
    """What holds of a broadcast that goes out now."""
    begun = or_(Broadcast.send_from.is_(None), Broadcast.send_from <= now())
    return Broadcast.state == Course.RUNNING, begun


def hold_of(db: Session, broadcast_id: int, chunk: int) -> Held | None:
    """Hold a chunk: counts add up, twins take turns, and nothing is set back to new after a cancelling."""
    connection, mine = connection_of(db), {"broadcast": broadcast_id, "place": chunk}
    if connection.dialect.name == "postgresql":
        connection.execute(_BY_INDEX)
    counted = connection.execute(_HELD, mine).one_or_none()
    if counted is None:
        return None
    # Asked apart: a query that waits for a lock sees the other tables as they were before it waited.
    kind, state, send_from = connection.execute(_COURSE, mine).one()
    goes_out = state == Course.RUNNING and (send_from is None or send_from <= now())
    return Held(broadcast_id, chunk, Kind(kind), Course(state), goes_out, counted.new, counted.due_at)


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

    moment: what the claim is known by, for `release`
    """
    held = hold_of(db, broadcast_id, chunk)
    return claim_held(db, held, size, restraint=restraint, moment=moment or now()) if held else []


def claim_held(
    db: Session, held: Held, size: int, *, restraint: Restraint, moment: datetime
) -> list[Claimed]:
    """The same, of a chunk that is held.

    Those to people who left meanwhile, whom the message no longer concerns, or who have had enough for now, are
    passed over and noted as such. There are less than `size` only where no more may be claimed now; then it is noted
    when the next one may be.
    """
    claimed: list[Claimed] = []
    while held.goes_out and held.new and len(claimed) < size:
        rows = _candidates(db, held, size - len(claimed))
        if not rows:
            held.count(db)
            held.due_at = _note_next(db, held)
            if held.due_at is None:
                # Nobody waits although some were counted: a release that does not count has been at work, say.
                held.new = recount(db, held.broadcast_id, held.chunk)
            break
        claimed += _sort_out(db, held, rows, restraint, moment)
    held.count(db)
    return claimed


def release(db: Session, broadcast_id: int, chunk: int, moment: datetime) -> None:
    """Undo a claim of which nobody knows whether it came about: the database went away before it said so."""
    held = hold_of(db, broadcast_id, chunk)
    if held is None:
        return
    over = held.course is Course.CANCELLED  # then nothing would ever claim it again
    into, why = (State.SKIPPED, CANCELLED) if over else (State.NEW, None)
    given = {"broadcast": broadcast_id, "place": chunk, "moment": moment, "into": into.value, "why": why}
    back = connection_of(db).execute(_RELEASE, given).rowcount
    shift(db, broadcast_id, chunk, {State.SENDING: -back, into: back})


def _candidates(db: Session, held: Held, size: int) -> Sequence[Candidate]:
    """The next deliveries due, with their people, who are held: no other broadcast claims them at this moment."""
    given = {"broadcast": held.broadcast_id, "place": held.chunk, "now": now(), "size": size}
    return cast("Sequence[Candidate]", connection_of(db).execute(_CANDIDATES, given).all())


def _note_next(db: Session, held: Held) -> datetime | None:
    """When the next delivery may be claimed, noted so that nobody looks before that."""
    mine = {"broadcast": held.broadcast_id, "place": held.chunk}
    due_at: datetime | None = connection_of(db).execute(_NEXT_DUE, mine).scalar()
    connection_of(db).execute(_NOTE_DUE, mine | {"until": due_at})
    return due_at


def _sort_out(
    db: Session, held: Held, rows: Sequence[Candidate], restraint: Restraint, moment: datetime
) -> list[Claimed]:
    """Claim those of the candidates that may be written to now; say of the others why not."""
    people = [row[1] for row in rows]
    wanted = restraint.still_wanted and restraint.still_wanted(db, held.broadcast_id, people)
    later = _postponed(db, people, 0 if held.kind in _AT_ONCE else restraint.per_week)
    left, outdated, postponed, claimed = list[int](), list[int](), list[dict[str, Any]](), list[Claimed]()
    for key, person, chat, language, reachable in rows:
        if not reachable or chat is None:
            left.append(key)
        elif wanted is not None and person not in wanted:
            outdated.append(key)
        elif person in later:
            postponed.append({"key": key, "until": later[person]})
        else:
            claimed.append(Claimed(key, chat, language))
    connection = connection_of(db)
    if claimed:
        connection.execute(_CLAIM, {"ids": [one.delivery_id for one in claimed], "moment": moment})
    for ids, state, reason in ((left, State.BLOCKED, LEFT), (outdated, State.SKIPPED, OUTDATED)):
        if ids:
            connection.execute(_PASS_OVER, {"ids": ids, "into": state, "why": reason, "moment": now()})
    if postponed:
        connection.execute(_POSTPONE, postponed)
    gone = len(left) + len(outdated) + len(claimed)
    held.new -= gone
    held.changes.update({State.NEW: -gone, State.SENDING: len(claimed)})
    held.changes.update({State.BLOCKED: len(left), State.SKIPPED: len(outdated)})
    return claimed


def had_enough(per_week: int, moment: datetime) -> Select[int]:
    """Who would wait at that moment, because the week before it brought them as many messages as may be."""
    return (
        select(_delivery.c.participant_id)
        .where(_reaching, _last > moment - _WEEK)
        .group_by(_delivery.c.participant_id)
        .having(func.count() >= per_week)
    )


def _postponed(db: Session, people: Collection[int], per_week: int) -> dict[int, datetime]:
    """Person → until when they are left in peace, of those who have had enough this week or a message just now."""
    later, moment = {}, now()
    given = {"people": people, "since": moment - _WEEK}
    for person, count, oldest, settled_at, claimed_at in connection_of(db).execute(_LATELY, given):
        just_now = settled_at is not None and settled_at > moment - _APART
        on_its_way = claimed_at is not None and claimed_at > moment - _ON_ITS_WAY
        if per_week and count >= per_week:
            later[person] = oldest + _WEEK
        elif just_now or on_its_way:
            later[person] = moment + _SHORTLY
    return later


_delivery, _participant, _chunk, _broadcast = (
    Table.metadata.tables[table.__tablename__] for table in (Delivery, Participant, DeliveryChunk, Broadcast)
)
_ids = _delivery.c.id.in_(bindparam("ids", expanding=True))
_of_chunk = _delivery.c.broadcast_id == bindparam("broadcast"), _delivery.c.chunk == bindparam("place")
_the_chunk = _chunk.c.broadcast_id == bindparam("broadcast"), _chunk.c.number == bindparam("place")
_new = _delivery.c.state == State.NEW.value
_moment = bindparam("moment", type_=Moment())

_BY_INDEX = text("SET LOCAL enable_seqscan = off")
"""A batch is some dozen rows of perhaps a million, which the database may not have counted yet: it would rather look
through all of them, for every batch."""
_HELD = select(_chunk.c.new, _chunk.c.due_at).where(*_the_chunk).with_for_update()
_COURSE = select(_broadcast.c.kind, _broadcast.c.state, _broadcast.c.send_from).where(
    _broadcast.c.id == bindparam("broadcast")
)
_CANDIDATES = (
    select(
        _delivery.c.id,
        _delivery.c.participant_id,
        _participant.c.chat_sealed,
        _participant.c.language,
        _participant.c.reachable,
    )
    .join(_participant, _participant.c.id == _delivery.c.participant_id)
    .where(*_of_chunk, _new, or_(_delivery.c.due_at.is_(None), _delivery.c.due_at <= bindparam("now")))
    .order_by(_delivery.c.id)
    .limit(bindparam("size"))
    .with_for_update(of=_participant, key_share=True)
)
_NEXT_DUE = select(func.min(_delivery.c.due_at)).where(*_of_chunk, _new)
_NOTE_DUE = update(_chunk).where(*_the_chunk).values(due_at=bindparam("until", type_=Moment()))
_CLAIM = update(_delivery).where(_ids).values(state=State.SENDING.value, claimed_at=_moment)
_PASS_OVER = (
    update(_delivery).where(_ids).values(state=bindparam("into"), reason=bindparam("why"), settled_at=_moment)
)
_POSTPONE = (
    update(_delivery)
    .where(_delivery.c.id == bindparam("key"))
    .values(due_at=bindparam("until", type_=Moment()))
)
_RELEASE = (
    update(_delivery)
    .where(*_of_chunk, _delivery.c.state == State.SENDING.value, _delivery.c.claimed_at == _moment)
    .values(state=bindparam("into"), reason=bindparam("why"), claimed_at=None)
)
_last = func.coalesce(_delivery.c.settled_at, _delivery.c.claimed_at)
_reaching = _delivery.c.state.in_((State.SENT.value, State.SENDING.value))
# The state is no condition for finding rows: a database that has not counted its rows yet would rather look through
# everything that was ever sent than through a batch of people.
_LATELY = (
    select(
        _delivery.c.participant_id,
        func.count().filter(_reaching),
        func.min(_last).filter(_reaching),
        func.max(_delivery.c.settled_at).filter(_reaching),
        func.max(_delivery.c.claimed_at).filter(_delivery.c.state == State.SENDING.value),
    )
    .where(_delivery.c.participant_id.in_(bindparam("people", expanding=True)), _last > bindparam("since"))
    .group_by(_delivery.c.participant_id)
)
