"""What is kept of one person about assemblies, as the person may read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people import get_participant
from deliberation.assemblies.tables import Assembly, Draw, DrawTicket, Invitation
from surveys.questionnaire import Localized


@dataclass(frozen=True, slots=True)
class OwnAttendance:
    """An assembly that a person was invited to, or in whose lottery they are.

    answer:  as in the invitation; None where there is none
    walk_in: joined on the spot, without an invitation; has_code: one is kept by which the person is let in
    ticket: theirs in the newest lottery; empty where there is none
    """

    title: Localized
    starts_at: datetime
    answer: str | None = None
    needs: tuple[str, ...] = ()
    reason: str | None = None
    came: bool = False
    walk_in: bool = False
    has_code: bool = False
    ticket: str = ""


def list_own_attendances(db: Session, chat_index: bytes) -> list[OwnAttendance]:
    """All that have a tie to the person, the earliest first. Raises NotEnrolled."""
    participant = get_participant(db, chat_index)
    mine = select(Invitation).where(Invitation.participant_id == participant.id)
    invitations = {row.assembly_id: row for row in db.scalars(mine)}
    drawn = (
        select(Draw.assembly_id, DrawTicket.ticket)
        .join(DrawTicket, DrawTicket.draw_id == Draw.id)
        .where(DrawTicket.participant_id == participant.id)
        .order_by(Draw.number)
    )
    tickets = {row.assembly_id: row.ticket for row in db.execute(drawn)}
    about = select(Assembly).where(Assembly.id.in_({*invitations, *tickets}))
    return [
        _own(assembly, invitations.get(assembly.id), tickets.get(assembly.id, ""))
        for assembly in db.scalars(about.order_by(Assembly.starts_at))
    ]


def _own(assembly: Assembly, invitation: Invitation | None, ticket: str) -> OwnAttendance:
    if invitation is None:
        return OwnAttendance(assembly.title, assembly.starts_at, ticket=ticket)
    return OwnAttendance(
        title=assembly.title,
        starts_at=assembly.starts_at,
        answer=invitation.answer,
        needs=tuple(invitation.needs),
        reason=invitation.reason,
        came=invitation.came,
        walk_in=invitation.walk_in,
        has_code=invitation.code is not None,
        ticket=ticket,
    )
