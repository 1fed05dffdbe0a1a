"""The actor map as it is read: which services there are, whose, where, and how long ago somebody checked them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.actors.needs import EVERYWHERE
from deliberation.actors.tables import Actor, Service, ServicePlace

STALE = timedelta(days=90)
"""After so long without a check a service is to be verified again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a service is given."""

    id: int
    canton: str
    address: str
    latitude: float | None
    longitude: float | None
    phone: str | None
    hours: list[dict[str, Any]]
    hours_note: dict[str, str]


@dataclass(frozen=True, slots=True)
class ActorCard:
    """A body, and how many services of it there are."""

    id: int
    name: str
    kind: str
    description: dict[str, str]
    website: str | None
    email: str | None
    services: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with whose it is and where it is given."""

    id: int
    actor_id: int
    actor: str
    kind: str
    website: str | None
    name: dict[str, str]
    description: dict[str, str]
    needs: list[str]
    languages: list[str]
    requirements: dict[str, str]
    cost: dict[str, str]
    status: str
    protection: bool
    verified_on: date | None
    reminded_on: date | None
    places: tuple[Place, ...]

    def is_stale(self, today: date) -> bool:
        """Whether it is time to check it again."""
        checked = self.verified_on is not None and today - STALE <= self.verified_on <= today
        return self.status == "active" and not checked


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which services. What is empty does not restrict; a place for everybody is in every canton."""

    canton: str = ""
    need: str = ""
    language: str = ""
    kind: str = ""
    status: str = ""


_OFFER = (
    Service.id,
    Service.actor_id,
    Actor.name.label("actor"),
    Actor.kind,
    Actor.website,
    Service.name,
    Service.description,
    Service.needs,
    Service.languages,
    Service.requirements,
    Service.cost,
    Service.status,
    Service.protection,
    Service.verified_on,
    Service.reminded_on,
)
_PLACE = (
    ServicePlace.service_id,
    ServicePlace.id,
    ServicePlace.canton,
    ServicePlace.address,
    ServicePlace.latitude,
    ServicePlace.longitude,
    ServicePlace.phone,
    ServicePlace.hours,
    ServicePlace.hours_note,
)


def list_offers(db: Session, wanted: Wanted | None = None) -> list[Offer]:
    """By the name of the actor, then in the order in which they were entered."""
    wanted = wanted or Wanted()
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Service.status == wanted.status)
    if wanted.kind:
        conditions.append(Actor.kind == wanted.kind)
    if wanted.canton:
        here = ServicePlace.canton.in_({wanted.canton, EVERYWHERE})
        conditions.append(Service.id.in_(select(ServicePlace.service_id).where(here)))
    return [
        offer
        for offer in _offers(db, conditions)
        if (not wanted.need or wanted.need in offer.needs)
        and (not wanted.language or wanted.language in offer.languages)
    ]


def list_offers_of(db: Session, actor_id: int) -> list[Offer]:
    """All services of an actor."""
    return _offers(db, [Service.actor_id == actor_id])


def get_offer(db: Session, service_id: int) -> Offer:
    """Raises NotFound."""
    found = next(iter(_offers(db, [Service.id == service_id])), None)
    if found is None:
        raise NotFound
    return found


def list_stale(db: Session, today: date) -> list[Offer]:
    """Active services that nobody has checked for long; those that were never checked first."""
    found = _offers(db, [is_stale(today)])
    return sorted(found, key=lambda offer: (offer.verified_on or date.min, offer.id))


def count_stale(db: Session, today: date) -> int:
    """How many there are."""
    return db.scalar(select(func.count()).select_from(Service).where(is_stale(today))) or 0


def is_stale(today: date) -> ColumnElement[bool]:
    """Of a row: whether it is active, and nobody has checked it for long. A day to come is no check."""
    when = Service.verified_on
    old = or_(when.is_(None), when < today - STALE, when > today)
    return (Service.status == "active") & old


def is_anything_offered(db: Session) -> bool:
    """Whether somebody who looks for help could find any."""
    query = select(Service.id).join(ServicePlace, ServicePlace.service_id == Service.id)
    return db.scalar(query.where(Service.status == "active").limit(1)) is not None


def list_actors(db: Session) -> list[ActorCard]:
    """By name, with the number of services of each."""
    query = _actors().order_by(func.lower(Actor.name), Actor.id)
    return [ActorCard(*row) for row in db.execute(query)]


def get_actor(db: Session, actor_id: int) -> ActorCard:
    """Raises NotFound."""
    row = db.execute(_actors().where(Actor.id == actor_id)).first()
    if row is None:
        raise NotFound
    return ActorCard(*row)


def _actors() -> Any:
    services = select(func.count()).where(Service.actor_id == Actor.id).scalar_subquery()
    return select(Actor.id, Actor.name, Actor.kind, Actor.description, Actor.website, Actor.email, services)


def _offers(db: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Offer]:
    query = select(*_OFFER).join(Actor, Actor.id == Service.actor_id).where(*conditions)
    rows = db.execute(query.order_by(func.lower(Actor.name), Actor.id, Service.id)).mappings().all()
    places: dict[int, list[Place]] = defaultdict(list)
    asked = select(*_PLACE).join(Service, Service.id == ServicePlace.service_id)
    asked = asked.join(Actor, Actor.id == Service.actor_id).where(*conditions)
    for service_id, *values in db.execute(asked.order_by(ServicePlace.id)):
        places[service_id].append(Place(*values))
    return [Offer(**row, places=tuple(places[row["id"]])) for row in rows]
