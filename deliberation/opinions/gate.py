"""Who votes and who changes the deliberation as a whole come in by one gate, in the order in which they arrive.

What holds a deliberation is a lock on its row: for share by who votes, alone by who closes it, judges, or begins an
analysis. But PostgreSQL gives a row for share at once while others share it, also past somebody who waits for it
alone: while a dozen people voted without a pause, an analysis waited half a minute for its number. Who waits at this
gate is not passed.
"""

from sqlalchemy import Integer, bindparam, cast, func, select
from sqlalchemy.orm import Session

from core.database import connection_of

_GATE = 7274296
"""The first half of PostgreSQL's lock, the deliberation the second; SQLite has one writer."""

_both = _GATE, cast(bindparam("deliberation"), Integer)
_ALONE = select(func.pg_advisory_xact_lock(*_both))
_WITH_OTHERS = select(func.pg_advisory_xact_lock_shared(*_both))


def enter_alone(db: Session, deliberation_id: int) -> None:
    """Before the row is locked for this transaction alone."""
    _enter(db, deliberation_id, alone=True)


def enter(db: Session, deliberation_id: int) -> None:
    """Before the row is locked for share."""
    _enter(db, deliberation_id, alone=False)


def _enter(db: Session, deliberation_id: int, *, alone: bool) -> None:
    if db.get_bind().dialect.name == "postgresql" and 0 < deliberation_id < 2**31:
        connection_of(db).execute(_ALONE if alone else _WITH_OTHERS, {"deliberation": deliberation_id})
