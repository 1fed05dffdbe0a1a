"""What an invited person says: whether they come, why not, what they need; and what they may know."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from core.people import get_participant
from deliberation.assemblies.assembly import get_assembly_ahead
from deliberation.assemblies.headlines import AssemblyHeadline, headline_of
from deliberation.assemblies.seats import PANEL_SIZE, may_sit
from deliberation.assemblies.tables import Assembly, Draw, DrawTicket, Invitation


class Need(StrEnum):
    """What somebody may need in order to come. A questionnaire may have asked for more."""

    INTERPRETER = "interpreter"
    CHILDCARE = "childcare"
    TRANSPORT = "transport"
    ACCESS = "access"
    FOOD = "food"


class Reason(StrEnum):
    """Why somebody cannot come, where they care to say it."""

    DATE = "date"
    CARE = "care"
    DISTANCE = "distance"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seat:
    """What became of an invitation, and what the chat needs to say it. came: is there, or was."""

    assembly: AssemblyHeadline
    answer: str
    needs: tuple[str, ...] = ()
    reason: str | None = None
    came: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """The ticket of a person in the lottery, among how many people, how many of them were drawn for how many seats."""

    ticket: str
    people: int
    panel_size: int
    seats: int


def answer_invitation(db: Session, chat_index: bytes, assembly_id: int, *, comes: bool) -> Seat:
    """Yes while there are seats, else the waiting list; no at any time before it begins. The last answer counts.

    A seat that is given back is offered to somebody else by `offer_seats`.
    """
    assembly, invitation = _hold(db, chat_index, assembly_id)
    before = invitation.answer
    if not comes:
        invitation.answer = "no"
    elif before != "yes":
        invitation.answer = "yes" if may_sit(db, assembly, invitation) else "waiting"
        invitation.reason = None
    db.flush()
    return _seat(assembly, invitation, changed=invitation.answer != before)


def give_reason(db: Session, chat_index: bytes, assembly_id: int, reason: Reason) -> Seat:
    """Why the person cannot come. It changes nothing for who comes after all."""
    assembly, invitation = _hold(db, chat_index, assembly_id)
    changed = invitation.answer == "no" and invitation.reason != reason
    if changed:
        invitation.reason = reason
    return _seat(assembly, invitation, changed=changed)


def tick_need(db: Session, chat_index: bytes, assembly_id: int, need: Need, *, needed: bool) -> Seat:
    """What the person needs in order to come, or not after all. It changes nothing for who does not come."""
    assembly, invitation = _hold(db, chat_index, assembly_id)
    others = [each for each in invitation.needs if each != need]
    needs = [*others, need.value] if needed else others
    changed = invitation.answer in ("yes", "waiting") and set(needs) != set(invitation.needs)
    if changed:
        invitation.needs = needs
    return _seat(assembly, invitation, changed=changed)


def get_own_seat(db: Session, chat_index: bytes, assembly_id: int) -> tuple[Seat, OwnTicket | None]:
    """What an invited person may know of an assembly, and their ticket where lots were drawn. Raises NotFound."""
    participant = get_participant(db, chat_index)
    assembly = db.get(Assembly, assembly_id)
    invitation = _find(db, participant.id, assembly_id)
    if assembly is None or invitation is None:
        raise NotFound
    return _seat(assembly, invitation), _find_ticket(db, participant.id, assembly_id)


def list_own_invitations(db: Session, chat_index: bytes) -> list[Seat]:
    """The assemblies to come that a person is invited to, and those going on to which they come."""
    participant = get_participant(db, chat_index)
    comes = or_(Invitation.answer == "yes", Invitation.came)
    query = (
        select(Assembly, Invitation)
        .join(Invitation, Invitation.assembly_id == Assembly.id)
        .where(Invitation.participant_id == participant.id)
        .where(or_(Assembly.starts_at > now(), and_(Assembly.ends_at > now(), comes)))
        .order_by(Assembly.starts_at)
    )
    return [_seat(assembly, invitation) for assembly, invitation in db.execute(query)]


def _hold(db: Session, chat_index: bytes, assembly_id: int) -> tuple[Assembly, Invitation]:
    """The assembly and the person's invitation to it. Raises NotFound, or what says that nothing may change now."""
    participant = get_participant(db, chat_index)
    # Two people taking the last seat at once must wait for each other.
    assembly = get_assembly_ahead(db, assembly_id, lock=True)
    invitation = _find(db, participant.id, assembly_id)
    if invitation is None:
        raise NotFound
    return assembly, invitation


def _find(db: Session, participant_id: int, assembly_id: int) -> Invitation | None:
    mine = Invitation.assembly_id == assembly_id, Invitation.participant_id == participant_id
    return db.scalar(select(Invitation).where(*mine))


def _find_ticket(db: Session, participant_id: int, assembly_id: int) -> OwnTicket | None:
    query = (
        select(DrawTicket.draw_id, DrawTicket.ticket, PANEL_SIZE.label("panel_size"), Draw.seats)
        .join(DrawTicket, DrawTicket.draw_id == Draw.id)
        .where(DrawTicket.participant_id == participant_id, Draw.assembly_id == assembly_id)
        .where(Draw.drawn_at.is_not(None))
        .order_by(Draw.number.desc())
        .limit(1)
    )
    found = db.execute(query).one_or_none()
    if found is None:
        return None
    mine = DrawTicket.draw_id == found.draw_id
    people = db.scalar(select(func.count()).select_from(DrawTicket).where(mine))
    return OwnTicket(found.ticket, people or 0, found.panel_size, found.seats)


def _seat(assembly: Assembly, invitation: Invitation, *, changed: bool = False) -> Seat:
    return Seat(
        assembly=headline_of(assembly),
        answer=invitation.answer,
        needs=tuple(invitation.needs),
        reason=invitation.reason,
        came=invitation.came,
        changed=changed,
    )
