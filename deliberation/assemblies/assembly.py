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
from core.people import get_participant
from core.tables import Broadcast, Delivery, Participant
from deliberation.tables import Assembly, Invitation
from surveys.questionnaire import Keep, Localized

WILLING = "yes"
"""The value of the choice, in the question kept as `invite`, that says: you may invite me."""


class AssemblyPast(RimayError):
    """The assembly is over."""

    code = "assembly_past"


class AssemblyBackwards(RimayError):
    """It would end before it begins."""

    code = "assembly_backwards"


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


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """One person invited: a number, never a name."""

    id: int
    number: int
    answer: str
    needs: tuple[str, ...]
    language: str
    came: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """What became of an answer to an invitation, and what the chat needs to say it."""

    assembly: AssemblyCard
    answer: str
    changed: bool = False


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
    assembly = _get(db, assembly_id)
    if assembly.starts_at <= now():
        raise AssemblyPast
    already = select(Invitation.participant_id).where(Invitation.assembly_id == assembly_id)
    query = select(Participant.id, Participant.profile).where(_willing(), Participant.id.not_in(already))
    for participant_id, profile in db.execute(query).all():
        needs = _needs(profile)
        db.add(Invitation(assembly_id=assembly_id, participant_id=participant_id, needs=needs))
    db.flush()
    told = (
        select(Delivery.participant_id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.kind == Kind.INVITATION, Broadcast.subject_id == assembly_id)
    )
    recipients = already.where(Invitation.participant_id.not_in(told))
    if _taken(db, assembly_id) < assembly.seats:
        recipients = already.where(Invitation.participant_id.not_in(told) | (Invitation.answer == "waiting"))
    if not _reaches_anybody(db, recipients):
        raise NobodyToReach
    assembly.invited_at = assembly.invited_at or now()
    note_act(db, account_id, "invite", "assembly", assembly_id)
    round = _next_round(db, Kind.INVITATION, assembly_id)
    return open_broadcast(db, Kind.INVITATION, assembly_id, recipients, round)


def remind(db: Session, assembly_id: int, *, account_id: int | None) -> int:
    """Remind those who said that they come."""
    if _get(db, assembly_id).starts_at <= now():
        raise AssemblyPast
    coming = select(Invitation.participant_id).where(
        Invitation.assembly_id == assembly_id, Invitation.answer == "yes"
    )
    if not _reaches_anybody(db, coming):
        raise NobodyToReach
    note_act(db, account_id, "remind", "assembly", assembly_id)
    round = _next_round(db, Kind.REMINDER, assembly_id)
    return open_broadcast(db, Kind.REMINDER, assembly_id, coming, round)


def answer_invitation(db: Session, chat_index: bytes, assembly_id: int, *, comes: bool) -> Seat:
    """Yes while there are seats, else the waiting list; no at any time before it begins. The last answer counts.

    A seat that is given back goes to nobody by itself: inviting once more asks those who wait.
    """
    participant = get_participant(db, chat_index)
    # Two people taking the last seat at once must wait for each other.
    assembly = db.scalar(select(Assembly).where(Assembly.id == assembly_id).with_for_update())
    invitation = db.scalar(
        select(Invitation).where(
            Invitation.assembly_id == assembly_id,
            Invitation.participant_id == participant.id,
        )
    )
    if assembly is None or invitation is None:
        raise NotFound
    if assembly.starts_at <= now():
        raise AssemblyPast
    before = invitation.answer
    if not comes:
        invitation.answer = "no"
    elif before != "yes":
        invitation.answer = "yes" if _taken(db, assembly_id) < assembly.seats else "waiting"
    db.flush()
    return Seat(_card(db, assembly), invitation.answer, changed=invitation.answer != before)


def list_own_invitations(db: Session, chat_index: bytes) -> list[Seat]:
    """The assemblies to come that a person is invited to."""
    participant = get_participant(db, chat_index)
    query = (
        select(Assembly, Invitation.answer)
        .join(Invitation, Invitation.assembly_id == Assembly.id)
        .where(Invitation.participant_id == participant.id, Assembly.starts_at > now())
        .order_by(Assembly.starts_at)
    )
    return [Seat(_card(db, assembly), answer) for assembly, answer in db.execute(query)]


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
    order = case({"yes": 0, "waiting": 1, "none": 2}, value=Invitation.answer, else_=3)
    query = (
        select(Invitation, Participant.language)
        .join(Participant, Participant.id == Invitation.participant_id)
        .where(Invitation.assembly_id == assembly_id)
        .order_by(order, Invitation.id)
    )
    numbers = _numbers(db, assembly_id)
    return [
        InvitationCard(row.id, numbers[row.id], row.answer, tuple(row.needs), language, row.came)
        for row, language in db.execute(query)
    ]


def _numbers(db: Session, assembly_id: int) -> dict[int, int]:
    ids = db.scalars(
        select(Invitation.id).where(Invitation.assembly_id == assembly_id).order_by(Invitation.id)
    )
    return {invitation_id: number for number, invitation_id in enumerate(ids, 1)}


def _willing() -> ColumnElement[bool]:
    said = Participant.profile[Keep.INVITE.value].as_string()
    return and_(Participant.reachable, said == WILLING)


def _needs(profile: dict[str, Any]) -> list[str]:
    """What the person would need to attend: one choice, or several."""
    needs = profile.get(Keep.NEEDS.value) or []
    return [needs] if isinstance(needs, str) else list(needs)


def _taken(db: Session, assembly_id: int) -> int:
    taken = Invitation.assembly_id == assembly_id, Invitation.answer == "yes"
    return db.scalar(select(func.count()).where(*taken)) or 0


def _reaches_anybody(db: Session, recipients: Select[int]) -> bool:
    query = select(Participant.id).where(Participant.reachable, Participant.id.in_(recipients))
    return db.scalar(query.limit(1)) is not None


def _next_round(db: Session, kind: Kind, subject_id: int) -> int:
    query = select(func.max(Broadcast.round)).where(
        Broadcast.kind == kind, Broadcast.subject_id == subject_id
    )
    return (db.scalar(query) or 0) + 1


def _get(db: Session, assembly_id: int) -> Assembly:
    row = db.get(Assembly, assembly_id)
    if row is None:
        raise NotFound
    return row


def _card(db: Session, row: Assembly) -> AssemblyCard:
    mine = Invitation.assembly_id == row.id
    query = select(Invitation.answer, func.count()).where(mine).group_by(Invitation.answer)
    answers = {answer: int(count) for answer, count in db.execute(query)}
    willing = db.scalar(select(func.count()).select_from(Participant).where(_willing())) or 0
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
            willing=willing,
            invited=sum(answers.values()),
            yes=answers.get("yes", 0),
            waiting=answers.get("waiting", 0),
            no=answers.get("no", 0),
            silent=answers.get("none", 0),
            came=came,
        ),
    )
