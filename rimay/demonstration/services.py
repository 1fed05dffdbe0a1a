"""The demonstration's map of services: invented bodies, telephones that cannot ring, and what people looked for."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from deliberation.actors.directory import list_offers
from deliberation.actors.editing import verify
from deliberation.actors.finding import count_search, find_help
from deliberation.actors.importing import apply, read_file

MAP = Path(__file__).with_name("services.tsv")

_CHECKED = (3, 12, 25, 40, 61, 110, 8, 30, 75, None, 18)
"""Days ago on which each service was checked, in turn; some never were."""
_SEARCHES = (
    ("documents", "ibarra", 46),
    ("documents", "otavalo", 31),
    ("work", "ibarra", 28),
    ("work", "cotacachi", 14),
    ("health", "otavalo", 22),
    ("health", "pimampiro", 17),
    ("shelter", "ibarra", 19),
    ("food", "otavalo", 16),
    ("education", "urcuqui", 9),
    ("children", "ibarra", 12),
    ("money", "all", 21),
    ("transport", "pimampiro", 3),
)
"""Need, canton, how often in three months."""


def fill_map(db: Session, today: date) -> None:
    """Who helps with what and where, when it was checked, and how often help was looked for."""
    apply(db, read_file(MAP.read_bytes(), MAP.name), account_id=None)
    for offer, days in zip(list_offers(db), _CHECKED, strict=False):
        if days is not None:
            verify(db, offer.id, today - timedelta(days=days), account_id=None)
    for need, canton, times in _SEARCHES:
        found = bool(find_help(db, need, canton))
        for number in range(times):
            count_search(db, need, canton, found=found, today=today - timedelta(days=30 * (number % 3)))
