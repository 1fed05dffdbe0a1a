"""The audit log: who did what to what, when. It names accounts, never participants."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.tables import Account, AuditEvent


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log."""

    at: datetime
    email: str | None
    act: str
    subject: str
    subject_id: int | None


def note_act(db: Session, account_id: int | None, act: str, subject: str, subject_id: int | None) -> None:
    """Write a line, in the transaction of the act itself: what is rolled back was not done."""
    db.add(
        AuditEvent(
            at=now(),
            account_id=account_id,
            act=act,
            subject=subject,
            subject_id=subject_id,
        )
    )


def list_acts(db: Session, limit: int = 200) -> list[Act]:
    """The newest lines first. An act of the system itself has no e-mail."""
    query = (
        select(
            AuditEvent.at,
            Account.email,
            AuditEvent.act,
            AuditEvent.subject,
            AuditEvent.subject_id,
        )
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [Act(*row) for row in db.execute(query)]
