"""A sitting while it is held: who is there, what is decided on each item in order, and its end.

What is written down may be corrected until the sitting is closed. Then it stands, and contributors are told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from deliberation.council.decisions import (
    Verdict,
    announce_decision,
    decidable_item,
    write_decision,
)
from deliberation.council.sittings import held_sitting
from deliberation.council.tables import AgendaItem, Decision, Sitting
from i18n.localized import Localized

AGAIN = "again"
"""In the record of a sitting: item → the day by which the council looks again at what it defers."""


class SittingNotBegun(RimayError):
    """Nothing is decided before a sitting begins, or at one that was not convened."""

    code = "sitting_not_begun"


class QuorumMissing(RimayError):
    """Not more than half of the members are there, or nobody wrote down how many are."""

    code = "quorum_missing"


class ItemsUndecided(RimayError):
    """A sitting is closed when every item has its decision and its reason."""

    code = "items_undecided"


class RecordWrong(RimayError):
    """More members are there than there are."""

    code = "record_wrong"


@dataclass(frozen=True, slots=True)
class Record:
    """What is written down of a sitting beside its decisions.

    members: of the body; present: how many of them are there
    chaired: by which office, never by whom
    notes:   what was said besides, in plain words
    """

    members: int
    present: int
    chaired: str
    notes: Localized

    @property
    def quorum(self) -> bool:
        """Whether more than half are there (COOTAD, article 320)."""
        return 2 * self.present > self.members


def find_record(sitting: Sitting) -> Record | None:
    """What was written down of it so far."""
    kept = {name: value for name, value in (sitting.record or {}).items() if name != AGAIN}
    return Record(**kept) if kept else None


def write_record(db: Session, sitting_id: int, record: Record, *, account_id: int | None) -> None:
    """Write down who is there. Raises NotFound, Conflict once it is closed, SittingNotBegun, RecordWrong."""
    row = _in_session(db, sitting_id)
    if not 0 < record.present <= record.members:
        raise RecordWrong
    row.record = {
        **_again(row),
        "members": record.members,
        "present": record.present,
        "chaired": record.chaired,
        "notes": dict(record.notes),
    }
    note_act(db, account_id, "record", "sitting", sitting_id)


def decide_in_sitting(db: Session, item_id: int, verdict: Verdict, *, account_id: int | None) -> int:
    """Write down, or correct, what the council says of an item on the agenda. Nobody is told yet. Its sitting.

    Raises what `decidable_item` raises, and NotFound where it is on no agenda, Conflict, SittingNotBegun.
    """
    sitting_id = db.scalar(select(AgendaItem.sitting_id).where(AgendaItem.id == item_id))
    if sitting_id is None:
        raise NotFound
    row = _in_session(db, sitting_id)
    item = decidable_item(db, item_id, verdict)
    if item.sitting_id != sitting_id:
        raise Conflict
    before = db.scalar(select(Decision).where(Decision.item_id == item_id))
    if before is not None:
        db.delete(before)
        db.flush()
    decision = write_decision(db, item, verdict, account_id=account_id)
    _note_again(row, item_id, verdict.decide_by if verdict.outcome == "deferred" else None)
    return decision.sitting_id or sitting_id


def close_sitting(db: Session, sitting_id: int, *, account_id: int | None) -> list[int]:
    """End it: its decisions stand, and who contributed to an item is told. Returns the broadcasts.

    Raises NotFound, Conflict once it is closed, SittingNotBegun, QuorumMissing, ItemsUndecided.
    """
    row = _in_session(db, sitting_id)
    record = find_record(row)
    if record is None or not record.quorum:
        raise QuorumMissing
    query = select(AgendaItem, Decision).outerjoin(Decision, Decision.item_id == AgendaItem.id)
    mine = AgendaItem.sitting_id == sitting_id
    decided = db.execute(query.where(mine).order_by(AgendaItem.place_in_sitting, AgendaItem.id)).all()
    open_items = sum(decision is None for _, decision in decided)
    if open_items:
        raise ItemsUndecided(count=open_items)
    row.state, row.held_at = "held", now()
    note_act(db, account_id, "close", "sitting", sitting_id)
    days = {item.id: again_by(row.record or {}, item.id) for item, _ in decided}
    return [announce_decision(db, item, decision, days[item.id]) for item, decision in decided]


def again_by(record: Mapping[str, Any], item_id: int) -> date | None:
    """The day that was named when an item was deferred; until the sitting is closed nobody is held to it."""
    day = record.get(AGAIN, {}).get(str(item_id))
    return None if day is None else date.fromisoformat(day)


def _note_again(row: Sitting, item_id: int, day: date | None) -> None:
    named = {item: kept for item, kept in _again(row).get(AGAIN, {}).items() if item != str(item_id)}
    if day is not None:
        named[str(item_id)] = day.isoformat()
    kept = {name: value for name, value in (row.record or {}).items() if name != AGAIN}
    row.record = kept | ({AGAIN: named} if named else {}) or None


def _again(row: Sitting) -> dict[str, dict[str, str]]:
    return {AGAIN: row.record[AGAIN]} if row.record and AGAIN in row.record else {}


def _in_session(db: Session, sitting_id: int) -> Sitting:
    row = held_sitting(db, sitting_id)
    if row.state in ("held", "cancelled"):
        raise Conflict
    if row.state != "convened" or now() < row.starts_at:
        raise SittingNotBegun
    return row
