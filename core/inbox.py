"""Updates that are kept until their turn, sealed, and those that were set aside because they failed too often."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.database import insert_into
from core.errors import NotFound
from core.sealing import UnusableKey, Vault
from core.tables import WaitingUpdate

TRIES = 3
"""After so many, an update is set aside."""
MOST_WAITING = 500
"""Of one person; what comes beyond is passed over."""
NOBODY = bytes(32)
"""Stands for the person of an update that cannot be read."""
_LARGEST = (1 << 63) - 1
_ASIDE_KEPT = timedelta(days=7)
_KINDS = (
    "text",
    "photo",
    "voice",
    "audio",
    "video",
    "video_note",
    "document",
    "location",
    "sticker",
    "contact",
)


class NotKept(Exception):
    """The database does not answer: an update was neither handled nor stored, and has to come again."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An update whose turn it is. `tries` counts this one."""

    update_id: int
    sealed: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that failed too often, as an organiser may see it: not what it says, nor who said it."""

    update_id: int
    received_at: datetime
    kind: str
    fault: str
    tries: int


# What waits


def keep_update(
    db: Session, update_id: int, person: bytes, sealed: bytes, *, tries: int = 0, fault: str | None = None
) -> bool:
    """Store an update until its turn; a second time changes nothing. False: too many of the person wait already."""
    waiting = select(func.count()).where(WaitingUpdate.state == "waiting", WaitingUpdate.person == person)
    if (db.scalar(waiting) or 0) >= MOST_WAITING:
        return False
    row = _row(update_id, person, sealed) | {"state": "waiting", "tries": tries, "fault": fault}
    db.execute(insert_into(db, WaitingUpdate).values(row).on_conflict_do_nothing())
    return True


def take_next(db: Session, person: bytes) -> Taken | None:
    """The oldest update of a person that waits. The try is counted before: one that ends the process counts, too."""
    mine = select(func.min(WaitingUpdate.update_id)).where(
        WaitingUpdate.state == "waiting", WaitingUpdate.person == person
    )
    query = (
        update(WaitingUpdate)
        .where(WaitingUpdate.update_id == mine.scalar_subquery(), WaitingUpdate.state == "waiting")
        .values(tries=WaitingUpdate.tries + 1)
        .returning(WaitingUpdate.update_id, WaitingUpdate.sealed, WaitingUpdate.tries)
        .execution_options(synchronize_session=False)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else Taken(*row)


def note_fault(db: Session, update_id: int, fault: str) -> None:
    """A try failed; it will be tried again."""
    db.execute(update(WaitingUpdate).where(WaitingUpdate.update_id == update_id).values(fault=fault[:64]))


def finish_update(db: Session, update_id: int) -> None:
    """It was handled."""
    db.execute(delete(WaitingUpdate).where(WaitingUpdate.update_id == update_id))


def list_people_waiting(db: Session, limit: int | None = None) -> list[bytes]:
    """Whose updates wait; those who wait longest first."""
    query = (
        select(WaitingUpdate.person)
        .where(WaitingUpdate.state == "waiting")
        .group_by(WaitingUpdate.person)
        .order_by(func.min(WaitingUpdate.update_id))
        .limit(limit)
    )
    return list(db.scalars(query))


# What was set aside


def set_aside(
    db: Session, update_id: int, person: bytes, sealed: bytes, *, fault: str, tries: int = TRIES
) -> None:
    """It failed too often: the person's next ones go on, and an organiser decides about this one."""
    values = {"state": "aside", "tries": tries, "fault": fault[:64]}
    query = insert_into(db, WaitingUpdate).values(_row(update_id, person, sealed) | values)
    db.execute(query.on_conflict_do_update(index_elements=["update_id"], set_=values))


def count_set_aside(db: Session) -> int:
    """How many an organiser has to decide about."""
    return db.scalar(select(func.count()).where(WaitingUpdate.state == "aside")) or 0


def list_set_aside(db: Session, vault: Vault, limit: int = 200) -> list[SetAside]:
    """The newest first. Of what they say only the kind leaves this function."""
    query = (
        select(WaitingUpdate)
        .where(WaitingUpdate.state == "aside")
        .order_by(WaitingUpdate.received_at.desc(), WaitingUpdate.update_id.desc())
        .limit(limit)
    )
    return [
        SetAside(row.update_id, row.received_at, _kind(vault, row.sealed), row.fault or "", row.tries)
        for row in db.scalars(query)
    ]


def try_again(db: Session, update_id: int, *, account_id: int | None) -> None:
    """Let it wait for its turn once more, as if it had never been tried. Raises NotFound."""
    row = _get_aside(db, update_id)
    row.state, row.tries, row.fault = "waiting", 0, None
    note_act(db, account_id, "try_again", "update", update_id)


def drop_update(db: Session, update_id: int, *, account_id: int | None) -> None:
    """Nothing will come of it. Raises NotFound."""
    db.delete(_get_aside(db, update_id))
    note_act(db, account_id, "drop", "update", update_id)


def sweep_set_aside(db: Session) -> None:
    """Drop what nobody decided about for a week: it holds what people said."""
    old = (WaitingUpdate.state == "aside") & (WaitingUpdate.received_at < now() - _ASIDE_KEPT)
    db.execute(delete(WaitingUpdate).where(old))


def kind_of(payload: Mapping[str, Any]) -> str:
    """What kind of thing an update brings: text, photo, button…; `unreadable` where it cannot be told."""
    if "callback_query" in payload:
        return "button"
    if "my_chat_member" in payload:
        return "membership"
    message = payload.get("message")
    if not isinstance(message, Mapping):
        return "unreadable"
    return next((kind for kind in _KINDS if kind in message), "other")


def _kind(vault: Vault, sealed: bytes) -> str:
    try:
        payload = json.loads(vault.open_bytes(sealed))
    except (UnusableKey, ValueError):
        return "unreadable"
    return kind_of(payload) if isinstance(payload, dict) else "unreadable"


def _get_aside(db: Session, update_id: int) -> WaitingUpdate:
    row = db.get(WaitingUpdate, update_id) if abs(update_id) <= _LARGEST else None
    if row is None or row.state != "aside":
        raise NotFound
    return row


def _row(update_id: int, person: bytes, sealed: bytes) -> dict[str, Any]:
    return {"update_id": update_id, "person": person, "sealed": sealed, "received_at": now()}
