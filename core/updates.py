"""Updates come twice: after a lost reply, a restart, a slow webhook. The second time changes nothing."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from core.database import insert_into
from core.tables import SeenUpdate

P = ParamSpec("P")
R = TypeVar("R")


def once(
    db: Session,
    update_id: int,
    use_case: Callable[Concatenate[Session, P], R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R | None:
    """Run the use case unless this update was handled before; the mark and the change are one transaction."""
    mark = insert_into(db, SeenUpdate).on_conflict_do_nothing().returning(SeenUpdate.update_id)
    new = db.scalar(mark, {"update_id": update_id})
    return None if new is None else use_case(db, *args, **kwargs)
