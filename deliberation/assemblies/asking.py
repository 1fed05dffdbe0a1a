"""How many people to invite so that the seats are taken: learnt from how many accepted before."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.assemblies.tables import Assembly, Invitation

_DOUBT = 10
"""Invitations that a beginner's guess weighs: as if ten people had been asked and half of them had said yes."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A proposal of how many to invite.

    invited, accepted: what it was learnt from
    rate:              the share expected to accept
    people:            how many to invite
    is_capped:         by that rate it would be more, but then too many might be left waiting
    """

    invited: int
    accepted: int
    rate: float
    people: int
    is_capped: bool = False


def propose_asking(seats: int, waiting: int, *, invited: int, accepted: int) -> Asking:
    """Invite so many that the expected number of acceptances is the seats. Pure arithmetic.

    seats, waiting:    seats to fill, and how many may be left waiting if everybody accepts
    invited, accepted: people of assemblies before
    The share is shrunk towards one half, the more the fewer people it was learnt from: (accepted + 5) / (invited + 10).
    """
    if not 0 <= accepted <= invited:
        raise ValueError("more acceptances than invitations")
    rate = (accepted + _DOUBT / 2) / (invited + _DOUBT)
    wanted, most = round(seats / rate), seats + waiting
    return Asking(invited, accepted, rate, min(wanted, most), wanted > most)


def most_to_invite(seats: int) -> int:
    """For so many seats: at most half as many as the seats may be left waiting."""
    return seats + seats // 2


def get_asking(db: Session, seats: int) -> Asking:
    """The proposal for an assembly, from all that took place before."""
    over = select(Assembly.id).where(Assembly.starts_at <= now(), Assembly.state == "planned")
    of_those = Invitation.assembly_id.in_(over), Invitation.walk_in.is_(False)
    invited = db.scalar(select(func.count()).select_from(Invitation).where(*of_those)) or 0
    said_yes = Invitation.answer.in_(("yes", "waiting"))
    accepted = db.scalar(select(func.count()).select_from(Invitation).where(*of_those, said_yes)) or 0
    return propose_asking(seats, most_to_invite(seats) - seats, invited=invited, accepted=accepted)
