"""The course of a broadcast, as a person sets it: paused, resumed, cancelled, and what failed tried again."""

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import CANCELLED, Course
from core.errors import Conflict, NotFound
from core.progress import State, count_reasons, move, progress_of
from core.tables import Broadcast, Delivery, DeliveryChunk

LASTING = frozenset({"BadRequest"})
"""Why a delivery failed and would fail again, whenever it is tried. Everything else may pass."""


class NothingToSend(Conflict):
    """The broadcast has come to its end: there is nothing to pause, to resume or to cancel."""

    code = "nothing_to_send"


class AlreadyCancelled(Conflict):
    """The broadcast was cancelled, and that stays."""

    code = "already_cancelled"


class AlreadyPaused(Conflict):
    """The broadcast is paused."""

    code = "already_paused"


class NotPaused(Conflict):
    """The broadcast is not paused: it goes out, or will at its time."""

    code = "not_paused"


class NothingToRetry(Conflict):
    """Nothing failed, or what failed would fail again."""

    code = "nothing_to_retry"


def pause_broadcast(db: Session, broadcast_id: int, *, account_id: int | None) -> None:
    """Let nothing more leave until it is resumed. A batch that is on its way arrives."""
    row = hold_broadcast(db, broadcast_id)
    if row.state == Course.PAUSED:
        raise AlreadyPaused
    if not progress_of(db, broadcast_id).new:
        raise NothingToSend
    row.state = Course.PAUSED
    note_act(db, account_id, "pause", "broadcast", broadcast_id)


def resume_broadcast(db: Session, broadcast_id: int, *, account_id: int | None) -> None:
    """Let it go on where it was paused. Who waits for their time is looked at again: the limits may be others now."""
    row = hold_broadcast(db, broadcast_id)
    if row.state != Course.PAUSED:
        raise NotPaused
    row.state = Course.RUNNING
    _forget_postponements(db, broadcast_id)
    note_act(db, account_id, "resume", "broadcast", broadcast_id)


def _forget_postponements(db: Session, broadcast_id: int) -> None:
    """Who is still too early is postponed anew by the next claim."""
    waiting = DeliveryChunk.broadcast_id == broadcast_id, DeliveryChunk.due_at.is_not(None)
    postponed = (
        Delivery.broadcast_id == broadcast_id,
        Delivery.state == State.NEW,
        Delivery.due_at.is_not(None),
    )
    mine = DeliveryChunk.broadcast_id == broadcast_id
    # As every claim does, the chunks first: whoever carries one now ends before, or comes after.
    db.execute(
        select(DeliveryChunk.number).where(mine).order_by(DeliveryChunk.number).with_for_update()
    ).all()
    db.execute(update(Delivery).where(*postponed).values(due_at=None))
    db.execute(update(DeliveryChunk).where(*waiting).values(due_at=None))


def cancel_broadcast(db: Session, broadcast_id: int, *, account_id: int | None) -> int:
    """Send nothing more of it, ever. Returns how many will not get it. What has left cannot be called back."""
    row = hold_broadcast(db, broadcast_id)
    if not progress_of(db, broadcast_id).new:
        raise NothingToSend
    row.state = Course.CANCELLED
    db.flush()  # whoever holds a chunk after us sees it
    # Without the moment of each: rewriting the index by person would take three times as long, of a million 8 s more.
    kept_back = move(db, broadcast_id, State.NEW, State.SKIPPED, reason=CANCELLED)
    note_act(db, account_id, "cancel", "broadcast", broadcast_id)
    return kept_back


def retry_failed(db: Session, broadcast_id: int, *, account_id: int | None) -> int:
    """Send again what failed for a reason that may pass. Returns how many."""
    hold_broadcast(db, broadcast_id)
    back = {"reason": None, "due_at": None, "claimed_at": None, "settled_at": None}
    retried = move(db, broadcast_id, State.FAILED, State.NEW, _may_pass(), **back)
    if not retried:
        raise NothingToRetry
    note_act(db, account_id, "retry", "broadcast", broadcast_id)
    return retried


def count_retriable(db: Session, broadcast_id: int) -> int:
    """How many failed for a reason that may pass."""
    return retriable(count_reasons(db, broadcast_id))


def retriable(reasons: dict[str, int]) -> int:
    """How many of those that failed may be tried again."""
    return sum(count for reason, count in reasons.items() if reason not in LASTING)


def _may_pass() -> ColumnElement[bool]:
    return or_(Delivery.reason.is_(None), Delivery.reason.not_in(LASTING))


def hold_broadcast(db: Session, broadcast_id: int) -> Broadcast:
    """The broadcast, for a decision about it: others wait for their turn. Raises NotFound, AlreadyCancelled."""
    row = db.get(Broadcast, broadcast_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound
    if row.state == Course.CANCELLED:
        raise AlreadyCancelled
    return row
