"""How the house is doing, in numbers: what waits, since when, and how large the database is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.broadcasts import Course
from core.clock import now
from core.progress import State
from core.tables import Broadcast, DeliveryChunk, WaitingUpdate


@dataclass(frozen=True, slots=True)
class Vitals:
    """Deliveries by kind of broadcast and state; updates by state; ages in seconds, 0 where nothing waits."""

    deliveries: Mapping[tuple[str, str], int]
    updates: Mapping[str, int]
    oldest_update: float
    oldest_delivery: float
    size: int


def take_vitals(db: Session) -> Vitals:
    """A few quick queries, also where a million deliveries wait: chunks are counted, not rows."""
    updates, oldest_update = _updates(db)
    return Vitals(_deliveries(db), updates, oldest_update, _oldest_delivery(db), _size(db))


def _deliveries(db: Session) -> Mapping[tuple[str, str], int]:
    sums = [func.sum(getattr(DeliveryChunk, state.value)) for state in State]
    query = select(Broadcast.kind, *sums).join(DeliveryChunk, DeliveryChunk.broadcast_id == Broadcast.id)
    return {
        (kind, state.value): int(count)
        for kind, *counts in db.execute(query.group_by(Broadcast.kind))
        for state, count in zip(State, counts, strict=True)
    }


def _updates(db: Session) -> tuple[Mapping[str, int], float]:
    counts: Counter[str] = Counter({"waiting": 0, "aside": 0})
    oldest = 0.0
    query = select(WaitingUpdate.state, func.count(), func.min(WaitingUpdate.received_at))
    for state, count, first in db.execute(query.group_by(WaitingUpdate.state)):
        counts[state] = count
        if state == "waiting":
            oldest = _age(first)
    return counts, oldest


def _oldest_delivery(db: Session) -> float:
    """Since when the longest waiting one could have left: its broadcast runs, and its own time has come."""
    query = (
        select(Broadcast.created_at, Broadcast.send_from, DeliveryChunk.due_at)
        .join(DeliveryChunk, DeliveryChunk.broadcast_id == Broadcast.id)
        .where(Broadcast.state == Course.RUNNING, DeliveryChunk.new > 0)
        .distinct()
    )
    moments = (max(moment for moment in row if moment is not None) for row in db.execute(query))
    return max((_age(moment) for moment in moments), default=0.0)


def _age(moment: datetime) -> float:
    return max(0.0, (now() - moment).total_seconds())


def _size(db: Session) -> int:
    if db.get_bind().dialect.name == "sqlite":
        pages, of_bytes = (db.scalar(text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
        return int(pages * of_bytes)
    return db.scalar(text("SELECT pg_database_size(current_database())")) or 0
