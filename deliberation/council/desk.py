"""The council's desk: the next sitting, what has no decision yet, and what waits for whom."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.clock import today
from deliberation.council.agenda import ItemCard
from deliberation.council.decisions import is_ready
from deliberation.council.items import list_pool
from deliberation.council.sittings import SittingCard, list_sittings
from deliberation.council.tables import AgendaItem

WAITS = ("proposed", "free", "planned", "convened", "asking")
"""For whom an item waits: an organiser to confirm it; a sitting; the convocation; the council; the end of answering."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item without a decision. waits: one of WAITS; sitting: on whose agenda it is."""

    item: ItemCard
    waits: str
    overdue: bool
    sitting: SittingCard | None


@dataclass(frozen=True, slots=True)
class Desk:
    """next: the sitting to come; waiting: what is overdue first, then by the day on which it is due."""

    next: SittingCard | None
    waiting: tuple[Waiting, ...]
    decided: int

    def count(self, waits: str) -> int:
        """How many wait for that."""
        return sum(each.waits == waits for each in self.waiting)

    @property
    def overdue(self) -> int:
        """How many have no decision in their time."""
        return sum(each.overdue for each in self.waiting)


def read_desk(db: Session, zone: ZoneInfo) -> Desk:
    """All of it, at this moment."""
    sittings = {sitting.id: sitting for sitting in list_sittings(db)}
    pool = [item for item in list_pool(db) if item.state != "withdrawn"]
    day = today(zone)
    waiting = [_waiting(db, item, sittings, day) for item in pool if item.decision is None]
    waiting.sort(key=lambda each: (not each.overdue, each.item.decide_by or date.max, each.item.position))
    ahead = [sitting for sitting in sittings.values() if sitting.state in ("planned", "convened")]
    return Desk(ahead[0] if ahead else None, tuple(waiting), len(pool) - len(waiting))


def _waiting(db: Session, item: ItemCard, sittings: dict[int, SittingCard], day: date) -> Waiting:
    sitting = sittings.get(item.sitting_id) if item.sitting_id else None
    if item.state == "proposed":
        waits = "proposed"
    elif sitting is not None:
        waits = sitting.state if sitting.state in WAITS else "convened"
    else:
        waits = "free" if is_ready(db, db.get_one(AgendaItem, item.id)) else "asking"
    return Waiting(item, waits, item.is_overdue(day), sitting)
