"""Taking a commitment on, correcting it, putting its day off, dropping it."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now, today
from core.errors import Conflict, NotFound, RimayError
from deliberation.commitments.commitments import is_reported
from deliberation.commitments.tables import Commitment, Progress
from deliberation.commitments.units import hold_unit
from deliberation.council.agenda import ItemCard, get_item
from deliberation.council.decisions import ReasonMissing, in_both
from deliberation.council.goals import GOALS
from deliberation.council.items import list_pool
from deliberation.council.published import stands
from deliberation.council.tables import Decision
from i18n.dates import format_day
from i18n.localized import Localized

MOST_MONTHS = 24
BINDING = ("accepted", "partly")
"""Decisions that a commitment can follow from."""


class CommitmentUnclear(RimayError):
    """A commitment says in both languages what is done, for whom or how far, and how that is measured."""

    code = "commitment_unclear"


class NothingDecided(RimayError):
    """A commitment follows from a decision that stands and says yes, at least in part."""

    code = "nothing_decided"


class DueTooEarly(RimayError):
    """A commitment is due on a day to come; put off, on a later one than before."""

    code = "due_too_early"


@dataclass(frozen=True, slots=True)
class Promise:
    """What is written of a commitment. follow_up: months after its day; 0: nobody is asked."""

    unit_id: int
    text: Localized
    target: Localized
    indicator: Localized
    measured_in: Localized
    baseline: float | None
    goal: float | None
    budget_line: str
    budget: int | None
    sdg: tuple[str, ...]
    follow_up: int


def add_commitment(
    db: Session,
    item_id: int | None,
    promise: Promise,
    due_on: date,
    zone: ZoneInfo,
    *,
    account_id: int | None,
) -> int:
    """A unit takes it on, after the decision on an item or without one. What is sent twice is taken on once.

    Raises CommitmentUnclear, DueTooEarly, NotFound, NothingDecided.
    """
    _check(db, promise)
    if due_on <= today(zone):
        raise DueTooEarly
    decision_id = None if item_id is None else _decision(db, item_id)
    if (twin := _find_twin(db, decision_id, promise, due_on)) is not None:
        return twin
    row = Commitment(
        decision_id=decision_id,
        due_on=due_on,
        created_at=now(),
        account_id=account_id,
        **_columns(promise),
    )
    db.add(row)
    db.flush()
    note_act(db, account_id, "add", "commitment", row.id)
    return row.id


def _find_twin(db: Session, decision_id: int | None, promise: Promise, due_on: date) -> int | None:
    """The same commitment, if it is there. The unit is held: two that come at once are taken one after the other."""
    query = select(Commitment).where(
        Commitment.decision_id.is_(None) if decision_id is None else Commitment.decision_id == decision_id,
        Commitment.unit_id == promise.unit_id,
        Commitment.due_on == due_on,
        Commitment.dropped_on.is_(None),
    )
    said = (promise.text, promise.target, promise.indicator)
    return next((row.id for row in db.scalars(query) if (row.text, row.target, row.indicator) == said), None)


def list_binding_items(db: Session) -> list[ItemCard]:
    """The items that a commitment can follow from, the newest decision first."""
    items = [item for item in list_pool(db) if _binds(db, item)]
    return sorted(items, key=lambda item: item.decision.decided_at if item.decision else now(), reverse=True)


def save_commitment(db: Session, commitment_id: int, promise: Promise, *, account_id: int | None) -> None:
    """Correct how it is written, while nothing was reported of it; its day is put off, not corrected.

    Raises NotFound, Conflict, CommitmentUnclear.
    """
    _check(db, promise)
    row = _held(db, commitment_id)
    if not _is_open(row) or is_reported(db, commitment_id):
        raise Conflict
    for name, value in _columns(promise).items():
        setattr(row, name, value)
    note_act(db, account_id, "change", "commitment", commitment_id)


def put_off_commitment(
    db: Session,
    commitment_id: int,
    due_on: date,
    reason: Localized,
    zone: ZoneInfo,
    *,
    account_id: int | None,
) -> None:
    """Give it a later day; the old one and the reason stay among the reports, for everybody to read.

    Raises NotFound, Conflict, ReasonMissing, DueTooEarly.
    """
    row = _open_with_reason(db, commitment_id, reason)
    if due_on <= max(row.due_on, today(zone)):
        raise DueTooEarly
    moved = f"{format_day(row.due_on)} → {format_day(due_on)}"
    _note(db, row, {language: f"{moved}. {text}" for language, text in reason.items()}, account_id)
    row.due_on, row.reason = due_on, dict(reason)
    note_act(db, account_id, "put_off", "commitment", commitment_id)


def drop_commitment(
    db: Session, commitment_id: int, reason: Localized, zone: ZoneInfo, *, account_id: int | None
) -> None:
    """Give it up. Raises NotFound, Conflict, ReasonMissing."""
    row = _open_with_reason(db, commitment_id, reason)
    row.dropped_on, row.reason = today(zone), dict(reason)
    _note(db, row, reason, account_id)
    note_act(db, account_id, "drop", "commitment", commitment_id)


def _open_with_reason(db: Session, commitment_id: int, reason: Localized) -> Commitment:
    if not in_both(reason):
        raise ReasonMissing
    row = _held(db, commitment_id)
    if not _is_open(row):
        raise Conflict
    return row


def _held(db: Session, commitment_id: int) -> Commitment:
    row = db.get(Commitment, commitment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _is_open(row: Commitment) -> bool:
    return row.done_on is None and row.dropped_on is None


def _note(db: Session, row: Commitment, note: Localized, account_id: int | None) -> None:
    db.add(
        Progress(
            commitment_id=row.id, note=dict(note), finished=False, reported_at=now(), account_id=account_id
        )
    )


def _decision(db: Session, item_id: int) -> int:
    """The decision on an item, if it binds."""
    if not _binds(db, get_item(db, item_id)):
        raise NothingDecided
    return db.scalars(select(Decision.id).where(Decision.item_id == item_id)).one()


def _binds(db: Session, item: ItemCard) -> bool:
    return item.decision is not None and item.decision.outcome in BINDING and stands(db, item)


def _check(db: Session, promise: Promise) -> None:
    hold_unit(db, promise.unit_id)
    told = (promise.text, promise.target, promise.indicator)
    known = set(promise.sdg) <= set(GOALS) and 0 <= promise.follow_up <= MOST_MONTHS
    if not known or not all(in_both(each) for each in told):
        raise CommitmentUnclear


def _columns(promise: Promise) -> dict[str, object]:
    return {
        "unit_id": promise.unit_id,
        "text": dict(promise.text),
        "target": dict(promise.target),
        "indicator": dict(promise.indicator),
        "measured_in": dict(promise.measured_in),
        "baseline": promise.baseline,
        "goal": promise.goal,
        "budget_line": promise.budget_line,
        "budget": promise.budget,
        "sdg": list(promise.sdg),
        "follow_up": promise.follow_up,
    }
