"""Help for who looks for it in the chat. Nothing is kept of who asks: a month, a need, a canton are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.database import connection_of
from core.tables import Table
from deliberation.actors.directory import Offer, Place, Wanted, list_offers
from deliberation.actors.needs import EVERYWHERE
from deliberation.actors.tables import UnmetNeed

_COUNTS = Table.metadata.tables[UnmetNeed.__tablename__]


@dataclass(frozen=True, slots=True)
class Help:
    """A service at one of its places."""

    offer: Offer
    place: Place


def find_help(db: Session, need: str, canton: str) -> list[Help]:
    """Active services by need and canton: the nearest first, then what was checked last."""
    wanted = Wanted(canton="" if canton == EVERYWHERE else canton, need=need, status="active")
    return _near(list_offers(db, wanted), canton)


def find_protection(db: Session, canton: str) -> list[Help]:
    """Services to which people in danger are referred."""
    wanted = Wanted(canton="" if canton == EVERYWHERE else canton, status="active")
    return _near([offer for offer in list_offers(db, wanted) if offer.protection], canton)


def _near(offers: Sequence[Offer], canton: str) -> list[Help]:
    found = [
        Help(offer, place)
        for offer in offers
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
