"""What a transaction promises and is done after it. Should the process die before it, another makes it good."""

from datetime import timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from core.clock import now
from core.database import insert_into
from core.scrubbing import SCRUB, SCRUB_DELIVERIES, is_sending
from core.tables import Owed

_GRACE = timedelta(minutes=5)
"""Whoever deletes something scrubs at once, and needs that long at most."""


def owe_scrub(db: Session) -> None:
    """Promise, with what is deleted, that it will be gone from the files as well (`Database.scrub`)."""
    _promise(db, SCRUB)


def owe_scrub_of_deliveries(db: Session) -> None:
    """The same, where what is deleted are deliveries: done when none is being sent. SQLite overwrites all at once."""
    if db.get_bind().dialect.name == "postgresql":
        _promise(db, SCRUB_DELIVERIES)


def is_scrub_owed(db: Session) -> bool:
    """Whether a scrubbing was promised so long ago that whoever promised it is no more, or could not do all of it."""
    possible = or_(Owed.name == SCRUB, (Owed.name == SCRUB_DELIVERIES) & ~is_sending())
    return db.scalar(select(exists().where(possible, Owed.since <= now() - _GRACE))) is True


def _promise(db: Session, name: str) -> None:
    since = now()
    promise = insert_into(db, Owed).values(name=name, since=since)
    db.execute(promise.on_conflict_do_update(index_elements=["name"], set_={"since": since}))
