"""Between two batches of a chunk: the last is written down and the next is claimed, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.budget import BROADCASTS, hold
from core.claims import Claimed, Held, Restraint, claim_held, hold_of
from core.outbox import Settled, settle_held


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
    """Write down what became of a batch, and for how long Telegram asked for quiet. The chunk as it is then."""
    held = _settle(db, broadcast_id, chunk, batch)
    if held is not None:
        held.count(db)
    return held


def settle_and_claim(
    db: Session,
    broadcast_id: int,
    chunk: int,
    batch: Batch,
    size: int,
    *,
    restraint: Restraint,
    known_by: datetime,
) -> tuple[Held | None, Sequence[Claimed]]:
    """Write down what became of a batch, and claim up to `size` deliveries; the chunk as it is then."""
    held = _settle(db, broadcast_id, chunk, batch)
    if held is None:
        return None, ()
    return held, claim_held(db, held, size, restraint=restraint, moment=known_by)


def _settle(db: Session, broadcast_id: int, chunk: int, batch: Batch) -> Held | None:
    """The chunk, held, with changes that are not counted yet."""
    if batch.quiet:
        hold(db, BROADCASTS, batch.quiet)
    held = hold_of(db, broadcast_id, chunk)
    if held is not None and batch.settled:
        settle_held(db, held, batch.settled, batch.known_by)
    return held
