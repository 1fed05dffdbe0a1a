"""Items whose day has come without a decision: the council sees them in red, and who contributed is told."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now, today
from core.errors import Conflict, NotFound, RimayError
from core.tables import Broadcast
from deliberation.council.contributors import contributors_of
from deliberation.council.tables import AgendaItem, Decision

USUAL = timedelta(days=60)
"""By then a decision is due on an item that is confirmed without another day."""


class DayTooEarly(RimayError):
    """A decision is put off to a later day than the one that was promised, and not to a day that is over."""

    code = "day_too_early"


def list_overdue_items(db: Session, zone: ZoneInfo) -> list[int]:
    """Items without a decision in their time, of which nobody was told since their day was over."""
    query = select(AgendaItem.id, AgendaItem.decide_by).where(
        AgendaItem.state == "confirmed",
        AgendaItem.decide_by < today(zone),
        ~exists().where(Decision.item_id == AgendaItem.id),
    )
    return [
        row.id
        for row in db.execute(query.order_by(AgendaItem.id))
        if not _is_told(db, row.id, row.decide_by, zone)
    ]


def chase(db: Session, item_id: int, zone: ZoneInfo) -> int | None:
    """Tell contributors that there is no decision yet. Once for each day that passes: a second call does nothing."""
    item = db.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or item_id not in list_overdue_items(db, zone):
        return None
    return _tell(db, item)


def pass_over_overdue(db: Session, zone: ZoneInfo) -> int:
    """Let what is due about missing decisions pass, without a message. Of how many items."""
    due = list_overdue_items(db, zone)
    db.add_all(
        Broadcast(kind=Kind.OVERDUE, subject_id=item_id, round=_next_round(db, item_id), created_at=now())
        for item_id in due
    )
    return len(due)


def put_off(db: Session, item_id: int, day: date, zone: ZoneInfo, *, account_id: int | None) -> int:
    """Promise a decision for a later day, and tell contributors. Returns the broadcast.

    Raises NotFound, Conflict for what is decided or not confirmed, and DayTooEarly.
    """
    item = db.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise NotFound
    decided = db.scalar(select(Decision.id).where(Decision.item_id == item_id)) is not None
    if decided or item.state != "confirmed":
        raise Conflict
    if day <= max(today(zone), item.decide_by or today(zone)):
        raise DayTooEarly
    item.decide_by = day
    note_act(db, account_id, "put_off", "agenda_item", item_id)
    return _tell(db, item)


def still_waiting(db: Session, item_id: int, people: Collection[int]) -> set[int]:
    """Those whom the message about a missing decision concerns: nobody once there is one."""
    item = db.get(AgendaItem, item_id)
    decided = db.scalar(select(Decision.id).where(Decision.item_id == item_id)) is not None
    return set() if decided or item is None or item.state != "confirmed" else set(people)


def _tell(db: Session, item: AgendaItem) -> int:
    return open_broadcast(db, Kind.OVERDUE, item.id, contributors_of(item), _next_round(db, item.id))


def _next_round(db: Session, item_id: int) -> int:
    query = select(func.max(Broadcast.round)).where(
        Broadcast.kind == Kind.OVERDUE, Broadcast.subject_id == item_id
    )
    return 1 + (db.scalar(query) or 0)


def _is_told(db: Session, item_id: int, decide_by: date, zone: ZoneInfo) -> bool:
    """Whether contributors were told after that day was over."""
    over = datetime.combine(decide_by + timedelta(days=1), time(), zone)
    told = select(Broadcast.id).where(
        Broadcast.kind == Kind.OVERDUE, Broadcast.subject_id == item_id, Broadcast.created_at >= over
    )
    return db.scalar(told.limit(1)) is not None
