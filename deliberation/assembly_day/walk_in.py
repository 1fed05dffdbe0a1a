"""Who comes without an invitation joins by the code on the wall, while the assembly is on and there is room."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.entry_links import CODE_LETTERS
from core.errors import NotFound
from core.people import get_participant
from deliberation.assemblies.assembly import AssemblyCancelled, AssemblyPast
from deliberation.assemblies.headlines import AssemblyHeadline, headline_of
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.doors import OPENS_BEFORE
from deliberation.assembly_day.tables import Door
from deliberation.opinions.tables import Deliberation

JOIN_CODE_LENGTH = 10
"""Longer than that of a way in: nobody could take one for the other."""


class Entry(StrEnum):
    """What became of somebody who wants to join."""

    JOINED = "joined"
    FULL = "full"
    EARLY = "early"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Whether somebody is in now, and what their assembly asks. opens_at: from when people are let in."""

    entry: Entry
    assembly: AssemblyHeadline
    opens_at: datetime
    consultation_id: int | None
    deliberations: frozenset[int]


def ensure_join_code(db: Session, assembly_id: int, account_id: int | None) -> str:
    """The code on the wall; made once. Raises NotFound, AssemblyCancelled or AssemblyPast."""
    query = select(Assembly).where(Assembly.id == assembly_id).with_for_update()
    assembly = db.scalar(query.execution_options(populate_existing=True))
    if assembly is None:
        raise NotFound
    if assembly.state == "cancelled":
        raise AssemblyCancelled
    if assembly.ends_at <= now():
        raise AssemblyPast
    if assembly.join_code is None:
        assembly.join_code = "".join(secrets.choice(CODE_LETTERS) for _ in range(JOIN_CODE_LENGTH))
        note_act(db, account_id, "make_poster", "assembly", assembly_id)
    return assembly.join_code


def get_join_code(db: Session, assembly_id: int) -> str | None:
    """None before it was made. Raises NotFound."""
    return get_planned(db, assembly_id).join_code


def opens_an_assembly(db: Session, code: str) -> bool:
    """Whether it is the code on the wall of some assembly."""
    return db.scalar(select(Assembly.id).where(Assembly.join_code == code)) is not None


def walk_in(db: Session, chat_index: bytes, code: str) -> WalkIn:
    """Let somebody who takes part in, if they may come in now. Again changes nothing.

    Before the start the seats of those who said yes are held for them; from then on only who has come counts.
    Raises NotEnrolled, or NotFound for a code that opens nothing.
    """
    participant_id, assembly, invitation = _hold(db, chat_index, code)
    entry = _entry(db, assembly, invitation)
    if entry is Entry.JOINED and invitation is None:
        joined = Invitation(assembly_id=assembly.id, participant_id=participant_id)
        joined.walk_in, joined.answer, joined.came = True, "yes", True
        db.add(joined)
    elif entry is Entry.JOINED and invitation is not None:
        invitation.answer, invitation.reason, invitation.came = "yes", None, True
    db.flush()
    return _walk_in(db, assembly, entry)


def come_again(db: Session, chat_index: bytes, code: str) -> WalkIn | None:
    """The same for an update that was handled before: whoever is known at the assembly stays as they are now.

    None for who was let in and is not any more, since a helper took it back: only they themselves can come in again.
    """
    _, assembly, invitation = _hold(db, chat_index, code)
    if invitation is None:
        return walk_in(db, chat_index, code)
    entry = Entry.JOINED if invitation.came else _entry(db, assembly, invitation)
    is_in = entry is not Entry.JOINED or invitation.came
    return _walk_in(db, assembly, entry) if is_in else None


def _hold(db: Session, chat_index: bytes, code: str) -> tuple[int, Assembly, Invitation | None]:
    """Who it is, the assembly, and what is known of the person there."""
    participant = get_participant(db, chat_index)
    # Two people taking the last place at once must wait for each other.
    query = select(Assembly).where(Assembly.join_code == code).with_for_update()
    assembly = db.scalar(query.execution_options(populate_existing=True))
    if assembly is None:
        raise NotFound
    mine = Invitation.assembly_id == assembly.id, Invitation.participant_id == participant.id
    return participant.id, assembly, db.scalar(select(Invitation).where(*mine))


def _walk_in(db: Session, assembly: Assembly, entry: Entry) -> WalkIn:
    about = select(Deliberation.id).where(Deliberation.consultation_id == assembly.consultation_id)
    return WalkIn(
        entry,
        headline_of(assembly),
        opens_at=assembly.starts_at - OPENS_BEFORE,
        consultation_id=assembly.consultation_id,
        deliberations=frozenset(db.scalars(about)),
    )


def _entry(db: Session, assembly: Assembly, invitation: Invitation | None) -> Entry:
    if assembly.state == "cancelled":
        return Entry.CANCELLED
    if now() < assembly.starts_at - OPENS_BEFORE:
        return Entry.EARLY
    if now() >= assembly.ends_at:
        return Entry.OVER
    has_a_seat = invitation is not None and (invitation.answer == "yes" or invitation.came)
    return Entry.JOINED if has_a_seat or _taken(db, assembly) < assembly.seats else Entry.FULL


def _taken(db: Session, assembly: Assembly) -> int:
    """Places that are taken: by who is in, by who was counted at a door, and before the start by who said yes."""
    held = Invitation.answer == "yes" if now() < assembly.starts_at else false()
    there = or_(Invitation.came, held)
    inside = select(func.count()).where(Invitation.assembly_id == assembly.id, there)
    others = select(func.coalesce(func.sum(Door.others), 0)).where(Door.assembly_id == assembly.id)
    return (db.scalar(inside) or 0) + int(db.scalar(others) or 0)
