"""Help for who looks for it in the chat. Nothing is kept of who asks: a month, a need, a canton are counted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.database import connection_of
from core.errors import NotFound
from core.tables import Table
from deliberation.actors.directory import Offer, Place, Wanted, get_offer, list_offers
from deliberation.actors.needs import EVERYWHERE
from deliberation.actors.tables import ServicePlace, UnmetNeed

_COUNTS = Table.metadata.tables[UnmetNeed.__tablename__]


@dataclass(frozen=True, slots=True)
class Help:
    """A service at one of its places."""

    offer: Offer
    place: Place


def find_help(db: Session, need: str, canton: str) -> list[Help]:
    """Active services by need and canton: the nearest first, then what was checked last."""
    wanted = Wanted(canton="" if canton == EVERYWHERE else canton, need=need, status="active")
    found = [
        Help(offer, place)
        for offer in list_offers(db, wanted)
        for place in offer.places
        if canton == EVERYWHERE or place.canton in (canton, EVERYWHERE)
    ]
    return sorted(
        found,
        key=lambda each: (
            each.place.canton != canton,
            -(each.offer.verified_on or date.min).toordinal(),
            each.place.id,
        ),
    )


def count_search(db: Session, need: str, canton: str, *, found: bool, today: date) -> None:
    """Count that somebody looked for help, and whether there was any. Two that count at once are both counted."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    month = today.replace(day=1)
    counted = insert(_COUNTS).values(month=month, need=need, canton=canton, asked=1, found=int(found))
    more = {
        "asked": _COUNTS.c.asked + counted.excluded.asked,
        "found": _COUNTS.c.found + counted.excluded.found,
    }
    key = [_COUNTS.c.month, _COUNTS.c.need, _COUNTS.c.canton]
    connection_of(db).execute(counted.on_conflict_do_update(index_elements=key, set_=more))


def get_help(db: Session, place_id: int) -> Help:
    """A place where an active service is given. Raises NotFound."""
    service_id = db.scalar(select(ServicePlace.service_id).where(ServicePlace.id == place_id))
    offer = None if service_id is None else get_offer(db, service_id)
    if offer is None or offer.status != "active":
        raise NotFound
    return Help(offer, next(place for place in offer.places if place.id == place_id))
