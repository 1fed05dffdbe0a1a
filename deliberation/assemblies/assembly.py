"""Assemblies: created, those who are willing invited, who comes known, who came marked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import NotFound, RimayError
from core.everyone import hold_everyone
from core.tables import Broadcast, Delivery, Participant
from deliberation.assemblies.seats import free_seats
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.audience.criteria import read_audience
from deliberation.audience.recipients import recipients
from surveys.questionnaire import Keep, Localized

WILLING = "yes"
"""The value of the choice, in the question kept as `invite`, that says: you may invite me."""

NOTHING = frozenset({"none", "nothing"})
"""Values of choices, in the question kept as `needs`, that say: I need nothing to come."""


class AssemblyPast(RimayError):
    """The assembly is over."""

    code = "assembly_past"


class AssemblyBackwards(RimayError):
    """It would end before it begins."""

    code = "assembly_backwards"


class AssemblyCancelled(RimayError):
    """The assembly will not take place."""

    code = "assembly_cancelled"


class NobodyToReach(RimayError):
    """There is nobody to send this to."""

    code = "nobody_to_reach"


@dataclass(frozen=True, slots=True)
class Tally:
    """How people answered the invitation."""

    willing: int
    invited: int
    yes: int
    waiting: int
    no: int
    silent: int
    came: int


@dataclass(frozen=True, slots=True)
class AssemblyCard:
    """An assembly as a page shows it."""

    id: int
    consultation_id: int | None
    title: Localized
    purpose: Localized
    place: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    invited_at: datetime | None
    tally: Tally
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """One person invited: a number, never a name."""

    id: int
    number: int
    answer: str
    needs: tuple[str, ...]
    language: str
    came: bool
    walk_in: bool = False


def create_assembly(
    db: Session,
    *,
    consultation_id: int | None,
    title: Localized,
    purpose: Localized,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    seats: int,
    account_id: int | None,
) -> int:
    """Prepare an assembly; nobody is invited yet."""
    if ends_at <= starts_at:
        raise AssemblyBackwards
    if starts_at <= now():
        raise AssemblyPast
    row = Assembly(
        consultation_id=consultation_id,
        title=dict(title),
        purpose=dict(purpose),
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=seats,
    )
    db.add(row)
    db.flush()
    note_act(db, account_id, "create", "assembly", row.id)
    return row.id


def invite_willing(db: Session, assembly_id: int, *, account_id: int | None) -> int:
    """Invite everyone reachable who agreed to be invited.

    Again: only who was not invited yet and, while seats are free, who waits for one: they were promised to hear.
    """
    hold_everyone(db)
    assembly = get_assembly_ahead(db, assembly_id)
    already = select(Invitation.participant_id).where(Invitation.assembly_id == assembly_id)
    query = select(Participant.id, Participant.profile).where(
        invitable(assembly), Participant.id.not_in(already)
    )
    for participant_id, profile in db.execute(query.order_by(Participant.id)).all():
        needs = needs_of(profile)
        db.add(Invitation(assembly_id=assembly_id, participant_id=participant_id, needs=needs))
    db.flush()
    told = (
        select(Delivery.participant_id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.kind == Kind.INVITATION, Broadcast.subject_id == assembly_id)
    )
    recipients = already.where(Invitation.participant_id.not_in(told))
    if free_seats(db, assembly):
        recipients = already.where(Invitation.participant_id.not_in(told) | (Invitation.answer == "waiting"))
    if not reaches_anybody(db, recipients):
        raise NobodyToReach
    assembly.invited_at = assembly.invited_at or now()
    note_act(db, account_id, "invite", "assembly", assembly_id)
    round = next_round(db, Kind.INVITATION, assembly_id)
    return open_broadcast(db, Kind.INVITATION, assembly_id, recipients, round)


def remind(db: Session, assembly_id: int, *, account_id: int | None) -> int:
    """Remind those who said that they come."""
    get_assembly_ahead(db, assembly_id)
    people = coming(assembly_id)
    if not reaches_anybody(db, people):
        raise NobodyToReach
    note_act(db, account_id, "remind", "assembly", assembly_id)
    round = next_round(db, Kind.REMINDER, assembly_id)
    return open_broadcast(db, Kind.REMINDER, assembly_id, people, round)


def mark_came(db: Session, invitation_id: int, came: bool, account_id: int | None) -> None:
    """On the day: this person is here (or it was a mistake)."""
    invitation = db.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound
    invitation.came = came
    note_act(
        db,
        account_id,
        "mark_came" if came else "unmark_came",
        "invitation",
        invitation_id,
    )


def list_assemblies(db: Session) -> list[AssemblyCard]:
    """The next ones first."""
    return [_card(db, row) for row in db.scalars(select(Assembly).order_by(Assembly.starts_at.desc()))]


def get_assembly(db: Session, assembly_id: int) -> AssemblyCard:
    """Raises NotFound."""
    return _card(db, _get(db, assembly_id))


def list_invitations(db: Session, assembly_id: int) -> list[InvitationCard]:
    """Who was invited, numbered: first who comes, then who waits, who has not answered, who cannot."""
    order = case({"yes": 0, "waiting": 1, "none": 2, "lapsed": 3}, value=Invitation.answer, else_=4)
    query = (
        select(Invitation, Participant.language)
        .join(Participant, Participant.id == Invitation.participant_id)
        .where(Invitation.assembly_id == assembly_id)
        .order_by(order, Invitation.id)
    )
    numbers = _numbers(db, assembly_id)
    return [
        InvitationCard(row.id, numbers[row.id], row.answer, tuple(row.needs), language, row.came, row.walk_in)
        for row, language in db.execute(query)
    ]


def _numbers(db: Session, assembly_id: int) -> dict[int, int]:
    ids = db.scalars(
        select(Invitation.id).where(Invitation.assembly_id == assembly_id).order_by(Invitation.id)
    )
    return {invitation_id: number for number, invitation_id in enumerate(ids, 1)}


def willing() -> ColumnElement[bool]:
    """Whether a participant can be reached and said: you may invite me."""
    said = Participant.profile[Keep.INVITE.value].as_string()
    return and_(Participant.reachable, said == WILLING)


def invitable(assembly: Assembly) -> ColumnElement[bool]:
    """Whether a participant may be invited to this assembly: willing, and of its audience."""
    if not assembly.audience:
        return willing()
    return and_(willing(), Participant.id.in_(recipients(read_audience(assembly.audience))))


def needs_of(profile: dict[str, Any]) -> list[str]:
    """What the person would need to attend: one choice, or several; whoever chose that it is nothing needs nothing."""
    needs = profile.get(Keep.NEEDS.value) or []
    chosen = [needs] if isinstance(needs, str) else list(needs)
    return [need for need in chosen if need not in NOTHING]


def coming(assembly_id: int) -> Select[int]:
    """Who said that they come."""
    return select(Invitation.participant_id).where(
        Invitation.assembly_id == assembly_id, Invitation.answer == "yes"
    )


def reaches_anybody(db: Session, recipients: Select[int]) -> bool:
    """Whether a message to these participants would reach somebody."""
    query = select(Participant.id).where(Participant.reachable, Participant.id.in_(recipients))
    return db.scalar(query.limit(1)) is not None


def next_round(db: Session, kind: Kind, subject_id: int) -> int:
    """The number of the next broadcast of this kind. For a caller that holds everyone: twins count one by one."""
    query = select(func.max(Broadcast.round)).where(
        Broadcast.kind == kind, Broadcast.subject_id == subject_id
    )
    return (db.scalar(query) or 0) + 1


def get_assembly_ahead(db: Session, assembly_id: int, *, lock: bool = False) -> Assembly:
    """One that can still take place; with `lock`, nobody answers an invitation to it meanwhile.

    Raises NotFound, AssemblyCancelled or AssemblyPast.
    """
    query = select(Assembly).where(Assembly.id == assembly_id)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    row = db.scalar(query)
    if row is None:
        raise NotFound
    if row.state == "cancelled":
        raise AssemblyCancelled
    if row.starts_at <= now():
        raise AssemblyPast
    return row


def _get(db: Session, assembly_id: int) -> Assembly:
    row = db.get(Assembly, assembly_id)
    if row is None:
        raise NotFound
    return row


def _card(db: Session, row: Assembly) -> AssemblyCard:
    mine = and_(Invitation.assembly_id == row.id, Invitation.walk_in.is_(False))
    query = select(Invitation.answer, func.count()).where(mine).group_by(Invitation.answer)
    answers = {answer: int(count) for answer, count in db.execute(query)}
    may_come = db.scalar(select(func.count()).select_from(Participant).where(invitable(row))) or 0
    came = db.scalar(select(func.count()).where(mine, Invitation.came)) or 0
    return AssemblyCard(
        id=row.id,
        consultation_id=row.consultation_id,
        title=row.title,
        purpose=row.purpose,
        place=row.place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        seats=row.seats,
        invited_at=row.invited_at,
        tally=Tally(
            willing=may_come,
            invited=sum(answers.values()),
            yes=answers.get("yes", 0),
            waiting=answers.get("waiting", 0),
            no=answers.get("no", 0),
            silent=answers.get("none", 0) + answers.get("lapsed", 0),
            came=came,
        ),
        is_cancelled=row.state == "cancelled",
    )
