"""Who is in the room of an assembly: those who came, and those without a telephone whom the doors counted."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.tables import Door


@dataclass(frozen=True, slots=True)
class Present:
    """How many are there.

    came:   with a telephone, so that they may vote in the chat
    others: without one, as the helpers at the doors counted them
    """

    came: int
    others: int

    @property
    def total(self) -> int:
        """Everybody."""
        return self.came + self.others


def in_the_room(assembly_id: int) -> Select[int]:
    """The participants who came, those without an invitation among them."""
    return select(Invitation.participant_id).where(Invitation.assembly_id == assembly_id, Invitation.came)


def count_present(db: Session, assembly_id: int) -> Present:
    """How many are in the room, or were."""
    came = db.scalar(select(func.count()).select_from(in_the_room(assembly_id).subquery()))
    others = db.scalar(select(func.sum(Door.others)).where(Door.assembly_id == assembly_id))
    return Present(came or 0, int(others or 0))
