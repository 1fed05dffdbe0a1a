"""That a backup was made is written in the log of acts: whoever looks after the house asks when the last one was."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.tables import AuditEvent

_ACT = "backup_made"


def note_backup(db: Session) -> None:
    """A backup is whole and on the disk."""
    note_act(db, None, _ACT, "installation", None)


def last_backup(db: Session) -> datetime | None:
    """When the last one was made, on whichever machine."""
    return db.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.act == _ACT))
