"""Updates come twice: after a lost reply, a restart, a slow webhook. The second time changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import now
from core.database import connection_of
from core.tables import SeenUpdate, Table

P = ParamSpec("P")
R = TypeVar("R")

_KEPT = timedelta(days=7)
_TABLE = Table.metadata.tables[SeenUpdate.__tablename__]
_MARKS = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.update_id),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.update_id),
}


def once(
    db: Session,
    update_id: int,
    use_case: Callable[Concatenate[Session, P], R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R | None:
    """Run the use case unless this update was handled before; the mark and the change are one transaction."""
    # On the connection itself: every turn of every chat passes here, and no object is wanted.
    mark = _MARKS[db.get_bind().dialect.name]
    new = connection_of(db).execute(mark, {"update_id": update_id, "seen_on": now().date()}).first()
    return None if new is None else use_case(db, *args, **kwargs)


def seen(db: Session, update_id: int) -> bool:
    """Whether an update has changed something already: what would be laborious need not be done again."""
    return db.get(SeenUpdate, update_id) is not None


def sweep_seen_updates(db: Session) -> None:
    """Forget the marks of more than a week ago: Telegram gives an update up after a day."""
    today = now().date()
    # Marks from before they had a date: of today, at the latest.
    db.execute(update(SeenUpdate).where(SeenUpdate.seen_on.is_(None)).values(seen_on=today))
    db.execute(delete(SeenUpdate).where(SeenUpdate.seen_on < today - _KEPT))
