"""Between two batches of a chunk: the last is written down, and the next gets its moments, in one transaction.

Moments are reserved before anything is claimed. Where they begin at once, the claim is part of the same transaction;
else it is made shortly before they begin, by `claim_batch`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.budget import BROADCASTS, hold, reserve
from core.claims import Claimed, Held, Restraint, claim_held, hold_of
from core.clock import now, ticks
from core.outbox import Settled, settle_held

_SOON = 10.0
"""Seconds: who is due by then is waited for. For others a job begins when they are."""
_AT_ONCE = 0.005
"""Seconds that are not worth a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a courier may carry next.

    size:  messages of the next batch
    rate:  messages a second of all workers
    ahead: seconds that a claim takes
    """

    size: int
    rate: float
    ahead: float
    restraint: Restraint
    known_by: datetime


@dataclass(frozen=True, slots=True)
class Moments:
    """When the messages of a batch leave, by the clock that nobody sets (`ticks`).

    The budget counts by another clock: the first moment that it gave out lies between `earliest` and `latest`.
    claimed: what leaves then, where it is claimed already, by `known_by`
    """

    count: int
    earliest: float
    latest: float
    claimed: Sequence[Claimed] | None = None
    known_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may leave now: ask again in so many seconds."""

    seconds: float


@dataclass(slots=True)
class Batch:
    """What became of a batch.

    known_by: its claim
    quiet:    seconds for which Telegram asked for quiet
    carried:  whether the network carried anything
    """

    settled: Sequence[Settled] = ()
    known_by: datetime | None = None
    quiet: float = 0.0
    carried: bool = True


def settle_batch(db: Session, broadcast_id: int, chunk: int, batch: Batch) -> Held | None:
    """Write down what became of a batch, and for how long Telegram asked for quiet. The chunk stays held."""
    if batch.quiet:
        hold(db, BROADCASTS, batch.quiet)
    held = hold_of(db, broadcast_id, chunk)
    if held is not None and batch.settled:
        settle_held(db, held, batch.settled, batch.known_by)
    return held


def dispatch(db: Session, broadcast_id: int, chunk: int, batch: Batch, asked: Asked) -> Moments | Wait | None:
    """Write down what became of a batch, and reserve the next. None: nothing of the chunk is left to be sent now."""
    held = settle_batch(db, broadcast_id, chunk, batch)
    if held is None or not held.goes_out or not held.new:
        return None
    if held.due_at is not None and (wait := (held.due_at - now()).total_seconds()) > 0:
        return Wait(wait) if wait < _SOON else None
    before = ticks()
    reservation = reserve(db, BROADCASTS, min(asked.size, held.new), rate=asked.rate, ahead=asked.ahead)
    after = ticks()
    if not reservation.count:
        return Wait(reservation.delay)
    claimed = None
    if reservation.delay <= asked.ahead + _AT_ONCE:
        claimed = claim_held(db, held, reservation.count, restraint=asked.restraint, moment=asked.known_by)
    earliest, latest = before + reservation.delay, after + reservation.delay
    return Moments(reservation.count, earliest, latest, claimed, asked.known_by)
