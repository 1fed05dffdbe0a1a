"""An assembly is moved or called off: who was invited and may come hears of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.everyone import hold_everyone
from core.tables import Participant
from deliberation.assemblies.assembly import (
    AssemblyBackwards,
    AssemblyPast,
    get_assembly_ahead,
    reaches_anybody,
)
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.relevance import MENDED_BY_A_MOVE, was_moved
from deliberation.assemblies.tables import Assembly, Invitation


class Links(NamedTuple):
    """Where it is on a map, and where its call is; None where there is no such link."""

    map: str | None
    call: str | None


def move_assembly(
    db: Session,
    assembly_id: int,
    *,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    links: Links | None = None,
    account_id: int | None,
) -> int | None:
    """Hold it at another time or place. The broadcast that says so; None where there is nobody to tell.

    links: None leaves them; at another place the old map is left out in any case
    Who said yes keeps the seat until they say otherwise. Who is silent has their time to answer anew.
    """
    if ends_at <= starts_at:
        raise AssemblyBackwards
    if starts_at <= now():
        raise AssemblyPast
    hold_everyone(db)
    assembly = get_assembly_ahead(db, assembly_id, lock=True)
    there = Links(assembly.map_link, assembly.call_link)
    links = links or there
    before = assembly.place, assembly.starts_at, assembly.ends_at, there
    if before == (place, starts_at, ends_at, links):
        return None
    if assembly.place != place and links.map == there.map:
        links = Links(None, links.call)  # it leads to where nobody will be
    assembly.map_link, assembly.call_link = links
    assembly.place, assembly.starts_at, assembly.ends_at = place, starts_at, ends_at
    silent = Invitation.assembly_id == assembly_id, Invitation.answer == "none"
    db.execute(update(Invitation).where(*silent).values(answer_by=None))
    note_act(db, account_id, "move", "assembly", assembly_id)
    return _tell(db, assembly)


def cancel_assembly(db: Session, assembly_id: int, *, account_id: int | None) -> int | None:
    """Call it off, for good. The broadcast that says so; None where there is nobody to tell."""
    hold_everyone(db)
    assembly = get_assembly_ahead(db, assembly_id, lock=True)
    assembly.state = "cancelled"
    note_act(db, account_id, "cancel", "assembly", assembly_id)
    return _tell(db, assembly)


def concerned(assembly_id: int, *, moved: bool) -> Select[int]:
    """Who was invited and has not declined. moved: and who declined because of what is another now, or said no reason.

    Who was told of another date hears as well that it was called off; who could not come anyway stays in peace.
    """
    may_come = Invitation.answer != "no"
    if moved:
        reasons = [reason for reason in MENDED_BY_A_MOVE if reason is not None]
        may_come = or_(may_come, Invitation.reason.is_(None), Invitation.reason.in_(reasons))
    return select(Invitation.participant_id).where(Invitation.assembly_id == assembly_id, may_come)


def count_concerned(db: Session, assembly_id: int, *, moving: bool) -> int:
    """How many would be told that it is moved, or called off, and can be reached. Raises NotFound."""
    assembly = get_planned(db, assembly_id)
    people = concerned(assembly_id, moved=moving or was_moved(assembly.state, assembly.sequence))
    reached = Participant.reachable, Participant.id.in_(people)
    return db.scalar(select(func.count()).select_from(Participant).where(*reached)) or 0


def _tell(db: Session, assembly: Assembly) -> int | None:
    assembly.sequence += 1
    db.flush()
    people = concerned(assembly.id, moved=was_moved(assembly.state, assembly.sequence))
    if not reaches_anybody(db, people):
        return None
    return open_broadcast(db, Kind.CHANGED, assembly.id, people, assembly.sequence)
