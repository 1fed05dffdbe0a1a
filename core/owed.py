"""What a transaction promises and is done after it. Should the process die before it, another makes it good."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.database import insert_into
from core.scrubbing import SCRUB
from core.tables import Owed

_GRACE = timedelta(minutes=5)
"""Whoever deletes something scrubs at once, and needs that long at most."""


def owe_scrub(db: Session) -> None:
    """Promise, with what is deleted, that it will be gone from the files as well (`Database.scrub`)."""
    since = now()
    promise = insert_into(db, Owed).values(name=SCRUB, since=since)
    db.execute(promise.on_conflict_do_update(index_elements=["name"], set_={"since": since}))


def is_scrub_owed(db: Session) -> bool:
    """Whether a scrubbing was promised so long ago that whoever promised it is no more."""
    owed = Owed.name == SCRUB, Owed.since <= now() - _GRACE
    return db.scalar(select(Owed.since).where(*owed)) is not None
