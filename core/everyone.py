"""Erasing one person and writing to everyone take turns: neither finds the other half-done."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

_EVERYONE = 7274295
"""PostgreSQL's lock for it; SQLite has one writer."""


def hold_still(db: Session) -> None:
    """Before a person is erased: until this transaction ends nobody writes to everyone, and it waits for who does."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock_shared(_EVERYONE)))


def hold_everyone(db: Session) -> None:
    """Before many are written to: until this transaction ends nobody is erased.

    Before anything that refers to a person is written, or an erasure and this would wait for each other.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_EVERYONE)))
