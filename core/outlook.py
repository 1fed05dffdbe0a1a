"""What a broadcast is doing at this moment, why nothing of it leaves, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.broadcasts import CANCELLED, BroadcastCard, Course, get_broadcast
from core.budget import BROADCASTS, is_quiet
from core.clock import now
from core.doubts import count_in_doubt
from core.progress import Sending, State, count_reasons
from core.quiet_hours import QuietHours
from core.tables import DeliveryChunk

_WORTH_SAYING = timedelta(minutes=1)


class Doing(StrEnum):
    """What goes on. Each has its sentence."""

    RUNNING = "running"
    SCHEDULED = "scheduled"
    """Its time has not come."""
    QUIET = "quiet"
    """It is night for those who would get it."""
    POSTPONED = "postponed"
    """Everyone who is left has had enough messages this week."""
    HELD = "held"
    """Telegram asked for patience."""
    PAUSED = "paused"
    CANCELLED = "cancelled"
    UNDECIDED = "undecided"
    """Only those in doubt are left: a person decides."""
    NOBODY = "nobody"
    """There was nobody to send it to."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Outlook:
    """A broadcast with what goes on."""

    card: BroadcastCard
    doing: Doing
    doubtful: int
    """Of those that are `sending`: in doubt, and waiting for a person's decision."""
    until: datetime | None = None
    """When it goes on by itself, where that is known."""
    cancelled: int = 0
    """Of those that are `skipped`: because the broadcast was cancelled."""

    @property
    def moves(self) -> bool:
        """Whether its counts may change without a person's doing."""
        sending = self.card.sending
        waits = sending.new > 0 and self.doing is not Doing.PAUSED
        return waits or sending.sending > self.doubtful


def outlook_of(db: Session, broadcast_id: int, quiet_hours: QuietHours | None) -> Outlook:
    """What a broadcast is doing. Raises NotFound."""
    return look_at(db, get_broadcast(db, broadcast_id), quiet_hours)


def look_at(db: Session, card: BroadcastCard, quiet_hours: QuietHours | None) -> Outlook:
    """What the broadcast of a card is doing."""
    doubtful = count_in_doubt(db, card.id) if card.sending.sending else 0
    if card.course is Course.CANCELLED:
        cancelled = count_reasons(db, card.id, State.SKIPPED).get(CANCELLED, 0)
        return Outlook(card, Doing.CANCELLED, doubtful, cancelled=cancelled)
    if not card.sending.new:
        return Outlook(card, _at_the_end(card.sending, doubtful), doubtful)
    if card.course is Course.PAUSED:
        return Outlook(card, Doing.PAUSED, doubtful)
    doing, until = _what_holds_it_back(db, card, quiet_hours)
    return Outlook(card, doing, doubtful, until)


def _at_the_end(sending: Sending, doubtful: int) -> Doing:
    """What a broadcast is doing of which nothing waits to leave."""
    if not sending.total:
        return Doing.NOBODY
    if sending.sending > doubtful:
        return Doing.RUNNING
    return Doing.UNDECIDED if doubtful else Doing.OVER


def _what_holds_it_back(
    db: Session, card: BroadcastCard, quiet_hours: QuietHours | None
) -> tuple[Doing, datetime | None]:
    moment = now()
    if card.send_from is not None and card.send_from > moment:
        asleep = quiet_hours and quiet_hours.end_of_quiet(card.send_from)
        return Doing.SCHEDULED, asleep or card.send_from
    if quiet_hours is not None and (until := quiet_hours.end_of_quiet(moment)):
        return Doing.QUIET, until
    if (due_at := _due_at(db, card.id)) and due_at > moment + _WORTH_SAYING:
        return Doing.POSTPONED, due_at
    return (Doing.HELD if is_quiet(db, BROADCASTS) else Doing.RUNNING), None


def _due_at(db: Session, broadcast_id: int) -> datetime | None:
    """When the first of those who wait may be written to; None where some may be at once."""
    at_once = func.count().filter(or_(DeliveryChunk.due_at.is_(None), DeliveryChunk.due_at <= now()))
    waiting = DeliveryChunk.broadcast_id == broadcast_id, DeliveryChunk.new > 0
    free, due_at = db.execute(select(at_once, func.min(DeliveryChunk.due_at)).where(*waiting)).one()
    return None if free else due_at
