"""Actors, services and places written in the console. Who writes says what is so today; the audit log says who did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound
from deliberation.actors.directory import is_stale
from deliberation.actors.records import merged
from deliberation.actors.tables import Actor, Service, ServicePlace

Row = TypeVar("Row", Actor, Service)

REMINDED_EVERY = 30
"""Days after which who is late is reminded again."""


@dataclass(frozen=True, slots=True)
class ActorText:
    """What is written of an actor."""

    name: str
    kind: str
    description: Mapping[str, str]
    website: str | None
    email: str | None


def save_actor(db: Session, actor_id: int | None, written: ActorText, *, account_id: int | None) -> int:
    """A new one, or one that is there, written anew. Raises NotFound."""
    row = Actor(uid=str(uuid4()), extra={}) if actor_id is None else _get(db, Actor, actor_id)
    row.name, row.kind, row.description = written.name, written.kind, dict(written.description)
    row.website, row.email, row.changed_at = written.website, written.email, now()
    db.add(row)
    db.flush()
    note_act(db, account_id, "save", "actor", row.id)
    return row.id


def delete_actor(db: Session, actor_id: int, *, account_id: int | None) -> None:
    """With all its services. Raises NotFound."""
    db.delete(_get(db, Actor, actor_id))
    note_act(db, account_id, "delete", "actor", actor_id)


def save_service(
    db: Session,
    service_id: int | None,
    values: Mapping[str, Any],
    *,
    actor_id: int,
    account_id: int | None,
) -> int:
    """A new service of an actor, or one that is there: the columns that are named, written anew. Raises NotFound."""
    _get(db, Actor, actor_id)
    row = _get(db, Service, service_id) if service_id is not None else None
    if row is None:
        row = Service(uid=str(uuid4()), actor_id=actor_id, extra={})
    for column, value in values.items():
        setattr(row, column, value)
    row.changed_at = now()
    db.add(row)
    db.flush()
    note_act(db, account_id, "save", "service", row.id)
    return row.id


def save_texts(
    db: Session, service_id: int, texts: Mapping[str, Mapping[str, str]], *, account_id: int | None
) -> None:
    """What is said of a service in one language; the other stays as it is. Raises NotFound."""
    row = _get(db, Service, service_id)
    for column, said in texts.items():
        setattr(row, column, merged(getattr(row, column), said))
    row.changed_at = now()
    note_act(db, account_id, "translate", "service", service_id)


def save_place(
    db: Session, service_id: int, place_id: int | None, values: Mapping[str, Any], *, account_id: int | None
) -> int:
    """A new place of a service, or one of its places written anew. Raises NotFound."""
    service = _get(db, Service, service_id)
    row = _place(db, service_id, place_id) if place_id is not None else None
    if row is None:
        row = ServicePlace(uid=str(uuid4()), service_id=service_id, extra={})
    for column, value in values.items():
        setattr(row, column, value)
    service.changed_at = now()
    db.add(row)
    db.flush()
    note_act(db, account_id, "save", "service_place", row.id)
    return row.id


def delete_place(db: Session, service_id: int, place_id: int, *, account_id: int | None) -> None:
    """The service is not given there any more. Raises NotFound."""
    db.delete(_place(db, service_id, place_id))
    note_act(db, account_id, "delete", "service_place", place_id)


def verify(db: Session, service_id: int, today: date, *, account_id: int | None) -> None:
    """Somebody has checked today that all is as it is said. Raises NotFound."""
    row = _get(db, Service, service_id)
    row.verified_on, row.reminded_on = today, None
    note_act(db, account_id, "verify", "service", service_id)


def is_any_to_remind(db: Session, today: date) -> bool:
    """Whether a service waits for its check and that has not been noted lately."""
    return db.scalar(select(Service.id).where(_to_remind(today)).limit(1)) is not None


def remind_to_verify(db: Session, today: date) -> int:
    """Note that services wait for their check, from today; again after a while. How many were noted now."""
    noted = update(Service).where(_to_remind(today)).values(reminded_on=today).returning(Service.id)
    return len(db.execute(noted).all())


def _to_remind(today: date) -> ColumnElement[bool]:
    long_ago = today - timedelta(days=REMINDED_EVERY)
    return is_stale(today) & or_(Service.reminded_on.is_(None), Service.reminded_on <= long_ago)


def _get(db: Session, table: type[Row], row_id: int) -> Row:
    row = db.get(table, row_id)
    if row is None:
        raise NotFound
    return row


def _place(db: Session, service_id: int, place_id: int) -> ServicePlace:
    query = select(ServicePlace).where(ServicePlace.id == place_id, ServicePlace.service_id == service_id)
    row = db.scalar(query)
    if row is None:
        raise NotFound
    return row
