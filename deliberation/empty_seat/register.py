"""The register: who asked for the seat, by number, what became of it and why. For the staff, and for everybody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.accrediting import unmet_now
from deliberation.empty_seat.delegation import is_call
from deliberation.empty_seat.reporting import may_report
from deliberation.empty_seat.requests import SITS, HeldItem, SeatState, find_item
from deliberation.empty_seat.rule_book import RuleBook, get_rules
from deliberation.empty_seat.rules import DECLARED, Rule
from deliberation.empty_seat.tables import SeatRequest
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Line:
    """A request in the register. `assembly`: which one asked for it by its vote."""

    number: int
    item_id: int
    item: Localized
    body: str
    starts_at: datetime | None
    assembly: Localized | None
    state: SeatState
    reasons: tuple[str, ...]
    reason: Localized
    asked_at: datetime
    settled_at: datetime | None
    came: bool
    is_reported: bool
    is_call: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A request with all that whoever decides on it must know. Never who it is of.

    unmet    the rules that stand in the way of accrediting it
    forward  how many would go for the assembly
    beside   how many others sit for the same item
    """

    line: Line
    book: RuleBook
    declared: dict[str, bool]
    purpose: str
    position: str | None
    unmet: tuple[Rule, ...]
    forward: int
    beside: int
    report: Localized
    may_report: bool
    is_ahead: bool
    has_person: bool


def list_register(db: Session, state: SeatState | None = None) -> list[Line]:
    """All requests, the newest first. Who put themselves forward to an assembly asked it, and not the council."""
    query = (
        select(SeatRequest, AgendaItem, Sitting, Assembly.title)
        .join(AgendaItem, AgendaItem.id == SeatRequest.item_id)
        .outerjoin(Sitting, Sitting.id == AgendaItem.sitting_id)
        .outerjoin(Assembly, Assembly.id == SeatRequest.assembly_id)
        .where(SeatRequest.id.not_in(_put_forward()))
        .order_by(SeatRequest.id.desc())
    )
    if state is not None:
        query = query.where(SeatRequest.state == state)
    return [_line(*row) for row in db.execute(query)]


def get_case(db: Session, number: int) -> Case:
    """One of them. Raises NotFound."""
    row = db.scalar(
        select(SeatRequest).where(SeatRequest.id == number, SeatRequest.id.not_in(_put_forward()))
    )
    if row is None:
        raise NotFound
    held = find_item(db, row.item_id)
    assembly = None if row.assembly_id is None else db.get_one(Assembly, row.assembly_id).title
    forward = [
        each
        for each in held.requests
        if row.ballot_id is not None and each.ballot_id == row.ballot_id and each.state == SeatState.ASKED
    ]
    return Case(
        line=_line(row, held.item, held.sitting, assembly),
        book=get_rules(db, row.rules_id),
        declared=row.declared,
        purpose=row.purpose,
        position=row.position,
        unmet=_unmet(db, held, row),
        forward=len(forward) - 1 if is_call(row) else 0,
        beside=len([each for each in held.sitters if each.id != row.id]),
        report=row.report or {},
        may_report=may_report(held, row),
        is_ahead=held.is_ahead,
        has_person=row.participant_id is not None,
    )


def _unmet(db: Session, held: HeldItem, row: SeatRequest) -> tuple[Rule, ...]:
    """Of one that waits; where nobody has declared anything yet, what does not depend on the person."""
    if row.state != SeatState.ASKED:
        return ()
    unmet = unmet_now(db, held, row)
    return tuple(rule for rule in unmet if rule not in DECLARED) if is_call(row) else unmet


def count_by_state(db: Session) -> dict[SeatState, int]:
    """How many requests ended how."""
    query = (
        select(SeatRequest.state, func.count())
        .where(SeatRequest.id.not_in(_put_forward()))
        .group_by(SeatRequest.state)
    )
    counted = {row[0]: row[1] for row in db.execute(query)}
    return {state: counted.get(state, 0) for state in SeatState}


def _put_forward() -> Select[int]:
    """Requests to an assembly: all of its vote but the first, which is its own."""
    own = select(func.min(SeatRequest.id)).where(SeatRequest.ballot_id.is_not(None))
    return select(SeatRequest.id).where(
        SeatRequest.ballot_id.is_not(None), SeatRequest.id.not_in(own.group_by(SeatRequest.ballot_id))
    )


def _line(row: SeatRequest, item: AgendaItem, sitting: Sitting | None, assembly: Localized | None) -> Line:
    return Line(
        number=row.id,
        item_id=item.id,
        item=item.title,
        body="" if sitting is None else sitting.body,
        starts_at=None if sitting is None else sitting.starts_at,
        assembly=assembly if row.ballot_id is not None else None,
        state=SeatState(row.state),
        reasons=tuple(row.reasons),
        reason=row.reason or {},
        asked_at=row.asked_at,
        settled_at=row.settled_at,
        came=row.state in SITS and row.came,
        is_reported=row.reported_at is not None,
        is_call=is_call(row),
    )
