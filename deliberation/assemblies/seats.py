"""Which seats of an assembly are free: neither taken, nor held for who was asked and may still answer."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.tables import Participant
from deliberation.assemblies.tables import HOUSEHOLD, Assembly, Draw, DrawTicket, Invitation

PANEL_SIZE = func.coalesce(Draw.file["seats"].as_integer(), Draw.seats)
"""How many people are drawn for the seats, for a query: the whole file can be large."""
_TAKEN = Invitation.answer == "yes"


def free_seats(db: Session, assembly: Assembly) -> int:
    """Seats that may be offered to somebody new, never below 0.

    Who was drawn, or was offered a seat that somebody gave back, may take one until their time to answer is over. Where
    everybody was invited, nobody holds one by silence.
    """
    return _left(db, assembly, or_(_TAKEN, _asked_since(0 if assembly.way == "lottery" else 1)))


def seats_in_line(db: Session, assembly: Assembly) -> int:
    """Seats that are for who has said yes and waits, never below 0: those that nobody holds by silence."""
    return _left(db, assembly, or_(_TAKEN, _asked_since(first_to_hold(db, assembly))))


def first_to_hold(db: Session, assembly: Assembly) -> int:
    """From which wave of invitations on a seat is held for who was asked.

    Where more people were drawn than there are seats, those have none until they say yes, as where all were invited.
    """
    return 1 if assembly.way != "lottery" or are_more_drawn(db, assembly) else 0


def are_more_drawn(db: Session, assembly: Assembly) -> bool:
    """Whether more people were drawn than there are seats."""
    if assembly.way != "lottery":
        return False
    drawn = Draw.assembly_id == assembly.id, Draw.drawn_at.is_not(None)
    size = db.scalar(select(PANEL_SIZE).where(*drawn).order_by(Draw.number.desc()).limit(1))
    return size is not None and size > assembly.seats


def may_sit(db: Session, assembly: Assembly, invitation: Invitation) -> bool:
    """Whether there is a seat for somebody who has none yet: the one that is held for them, or a free one.

    Nobody is served before those who wait in line for it, and of a household that was drawn from one at most.
    """
    if _shares_a_seat(db, assembly, invitation):
        return False
    if invitation.answer == "none" and invitation.wave >= first_to_hold(db, assembly):
        return _left(db, assembly, _TAKEN) > 0
    return seats_in_line(db, assembly) > _ahead_in_line(db, assembly, invitation)


def drawn_homes(db: Session, assembly: Assembly) -> dict[int, str]:
    """Participant → household, as the last draw of the assembly keeps it, of those who share one."""
    if assembly.way != "lottery":
        return {}
    mine = Draw.assembly_id == assembly.id, Draw.drawn_at.is_not(None)
    last = select(Draw.id).where(*mine).order_by(Draw.number.desc()).limit(1).scalar_subquery()
    home = DrawTicket.features[HOUSEHOLD].as_string().label("home")
    query = select(DrawTicket.participant_id, home).where(DrawTicket.draw_id == last, home.is_not(None))
    return {row.participant_id: row.home for row in db.execute(query)}


def homes_with_a_seat(homes: Mapping[int, str], invitations: Iterable[Invitation]) -> frozenset[str]:
    """Households of which somebody comes, or is asked."""
    seated = (homes.get(each.participant_id) for each in invitations if each.answer in ("yes", "none"))
    return frozenset(home for home in seated if home)


def place_in_line(invitation: Invitation) -> tuple[int, int]:
    """By which those who wait are sorted: the order of invitation."""
    return invitation.wave, invitation.id


def _shares_a_seat(db: Session, assembly: Assembly, invitation: Invitation) -> bool:
    """Whether somebody else of the household has a seat, or is asked."""
    homes = drawn_homes(db, assembly)
    home = homes.get(invitation.participant_id)
    if home is None:
        return False
    others = Invitation.assembly_id == assembly.id, Invitation.id != invitation.id
    return home in homes_with_a_seat(homes, db.scalars(select(Invitation).where(*others)))


def _ahead_in_line(db: Session, assembly: Assembly, invitation: Invitation) -> int:
    """How many are served first who can be reached. By lottery the quotas say who is: nobody is sure to be before."""
    query = (
        select(Invitation)
        .join(Participant, Participant.id == Invitation.participant_id)
        .where(Invitation.assembly_id == assembly.id, Invitation.answer == "waiting")
        .where(Invitation.id != invitation.id, Participant.reachable)
    )
    in_order = invitation.answer == "waiting" and assembly.way != "lottery"
    return sum(not in_order or place_in_line(each) < place_in_line(invitation) for each in db.scalars(query))


def _asked_since(wave: int) -> ColumnElement[bool]:
    return and_(Invitation.answer == "none", Invitation.wave >= wave)


def _left(db: Session, assembly: Assembly, gone: ColumnElement[bool]) -> int:
    query = select(func.count()).where(Invitation.assembly_id == assembly.id, gone)
    return max(0, assembly.seats - (db.scalar(query) or 0))
