"""A code is shown at a door: somebody has come. The same code twice is one person."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.clock import now
from core.sealing import Vault
from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.codes import find_by_code, read_code
from deliberation.assembly_day.doors import OPENS_BEFORE, open_door


class Outcome(StrEnum):
    """What became of a code at a door."""

    CAME = "came"
    BEFORE = "before"
    """This person is in already."""
    UNDONE = "undone"
    EARLY = "early"
    """Nobody is let in yet; nothing was noted."""
    UNKNOWN = "unknown"
    """No code of anybody who comes to this assembly."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A code that was shown, and the door that it was shown at."""

    outcome: Outcome
    door_id: int


def check_in(db: Session, secret: str, typed: str, vault: Vault, *, undo: bool = False) -> Shown:
    """Note that somebody has come, or that it was a mistake. Raises NotFound or DoorEnded for the door."""
    door, assembly = open_door(db, secret)
    code = read_code(typed)
    invitation = None if code is None else find_by_code(db, assembly.id, code, vault)
    if invitation is None:
        return Shown(Outcome.UNKNOWN, door.id)
    if now() < assembly.starts_at - OPENS_BEFORE:
        return Shown(Outcome.EARLY, door.id)
    # Two doors at once: one of them changes it, the other finds it changed.
    changing = update(Invitation).where(Invitation.id == invitation.id, Invitation.came.is_(undo))
    changed = db.execute(changing.values(came=not undo).returning(Invitation.id)).one_or_none() is not None
    if undo:
        return Shown(Outcome.UNDONE, door.id)
    return Shown(Outcome.CAME if changed else Outcome.BEFORE, door.id)
