"""An assembly as its organiser plans it: what it is for, where, when, for whom. Changed until people are invited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import Conflict
from deliberation.assemblies.assembly import create_assembly
from deliberation.assemblies.reference import get_planned
from i18n.localized import Localized

WAYS = ("open", "segment", "lottery")
LONGEST_LINK = 512


@dataclass(frozen=True, slots=True)
class Plan:
    """All of an assembly that is written in its form.

    agenda:    what will be talked about; covers: what is paid or provided to who comes; empty where nothing is said
    languages: in which interpreters help
    audience:  who may be invited, as `deliberation.audience.criteria` reads it; None: everyone who agreed to be
    answer_days: in which an invited person answers before the seat goes to another
    """

    title: Localized
    purpose: Localized
    agenda: Localized
    covers: Localized
    place: str
    map_link: str
    call_link: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    languages: tuple[str, ...]
    way: str
    audience: dict[str, Any] | None
    answer_days: int


def plan_assembly(db: Session, plan: Plan, *, consultation_id: int | None, account_id: int | None) -> int:
    """Prepare an assembly; nobody is invited yet."""
    assembly_id = create_assembly(
        db,
        consultation_id=consultation_id,
        title=plan.title,
        purpose=plan.purpose,
        place=plan.place,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        seats=plan.seats,
        account_id=account_id,
    )
    _write(db, assembly_id, plan)
    return assembly_id


def change_plan(db: Session, assembly_id: int, plan: Plan, *, account_id: int | None) -> None:
    """Write it anew. Raises Conflict once people are invited: then it can be moved or cancelled, and they are told."""
    assembly = get_planned(db, assembly_id)
    if assembly.invited_at is not None or assembly.state == "cancelled":
        raise Conflict
    _write(db, assembly_id, plan)
    note_act(db, account_id, "change", "assembly", assembly_id)


def get_plan(db: Session, assembly_id: int) -> Plan:
    """As it was written. Raises NotFound."""
    row = get_planned(db, assembly_id)
    return Plan(
        title=row.title,
        purpose=row.purpose,
        agenda=row.agenda or {},
        covers=row.covers or {},
        place=row.place,
        map_link=row.map_link or "",
        call_link=row.call_link or "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        seats=row.seats,
        languages=tuple(row.languages),
        way=row.way,
        audience=row.audience,
        answer_days=row.answer_days,
    )


def is_link(text: str) -> bool:
    """Whether it is an address that a telephone may be sent to: https, a name with a dot, no password, no blanks."""
    try:
        found = urlsplit(text)
        named = found.hostname or ""
        odd = found.username is not None or found.password is not None or found.port not in (None, 443)
    except ValueError:
        return False
    whole = text.isprintable() and " " not in text and len(text) <= LONGEST_LINK
    return whole and found.scheme == "https" and "." in named.strip(".") and not odd


def _write(db: Session, assembly_id: int, plan: Plan) -> None:
    row = get_planned(db, assembly_id)
    row.title, row.purpose = dict(plan.title), dict(plan.purpose)
    row.agenda, row.covers = dict(plan.agenda) or None, dict(plan.covers) or None
    row.place, row.map_link, row.call_link = plan.place, plan.map_link or None, plan.call_link or None
    row.starts_at, row.ends_at, row.seats = plan.starts_at, plan.ends_at, plan.seats
    row.languages, row.way, row.audience = list(plan.languages), plan.way, plan.audience
    row.answer_days = plan.answer_days
