"""Reminders that go out by themselves, to who comes: a week, a day and three hours before."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, address
from core.clock import now
from core.everyone import hold_everyone
from core.quiet_hours import QuietHours
from core.tables import Broadcast
from deliberation.assemblies.assembly import coming, next_round
from deliberation.assemblies.deadlines import reminder_moments
from deliberation.assemblies.tables import Assembly


def list_due_assembly_reminders(db: Session, quiet_hours: QuietHours | None) -> list[int]:
    """Assemblies of which a reminder is due."""
    query = select(Assembly).where(Assembly.state == "planned", Assembly.starts_at > now())
    rows = db.scalars(query.where(Assembly.invited_at.is_not(None)).order_by(Assembly.id)).all()
    return [row.id for row in rows if _is_due(db, row, quiet_hours)]


def remind_of_assembly(db: Session, assembly_id: int, quiet_hours: QuietHours | None) -> int | None:
    """Open the reminder whose moment has come. Its broadcast; None where there is none, or nobody to remind.

    Of several that are due at once, because nothing ran for days, one goes out. It counts as gone although nobody was
    there to remind: who says yes later is not reminded at a moment that nobody chose.
    """
    # Before anything is looked at: a twin waits, and finds that it has gone out.
    hold_everyone(db)
    assembly = db.scalar(select(Assembly).where(Assembly.id == assembly_id).with_for_update())
    if assembly is None or assembly.state != "planned" or not _is_due(db, assembly, quiet_hours):
        return None
    broadcast_id = _take_round(db, assembly_id)
    return broadcast_id if address(db, broadcast_id, coming(assembly_id)) else None


def pass_over_assembly_reminders(db: Session, quiet_hours: QuietHours | None) -> int:
    """Let all reminders that are due pass, without a message. Of how many assemblies."""
    due = list_due_assembly_reminders(db, quiet_hours)
    for assembly_id in due:
        _take_round(db, assembly_id)
    return len(due)


def _take_round(db: Session, assembly_id: int) -> int:
    round = next_round(db, Kind.REMINDER, assembly_id)
    broadcast = Broadcast(kind=Kind.REMINDER, subject_id=assembly_id, round=round, created_at=now())
    db.add(broadcast)
    db.flush()
    return broadcast.id


def _is_due(db: Session, assembly: Assembly, quiet_hours: QuietHours | None) -> bool:
    due_at = _last_moment(assembly, quiet_hours)
    if due_at is None:
        return False
    about = Broadcast.subject_id == assembly.id, Broadcast.kind.in_((Kind.REMINDER, Kind.CHANGED))
    told_at = db.scalar(select(func.max(Broadcast.created_at)).where(*about))
    # Who was reminded by hand since, or told of another date, has just heard of it.
    return told_at is None or told_at < due_at


def _last_moment(assembly: Assembly, quiet_hours: QuietHours | None) -> datetime | None:
    """The last moment of a reminder that has come since people were invited."""
    if assembly.invited_at is None or assembly.starts_at <= now():
        return None
    invited_at, moments = assembly.invited_at, reminder_moments(assembly.starts_at, quiet_hours)
    return max((each for each in moments if invited_at < each <= now()), default=None)
