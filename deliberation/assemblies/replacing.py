"""Seats that nobody takes go to others: who is silent too long lapses, and who is next is asked.

Looked at once a minute. Who is next is computed outside any transaction; what was computed is written only if the
seats still stand as they stood, so that of several that look at once one asks, and nobody is asked twice.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.everyone import hold_everyone
from core.progress import State
from core.tables import Broadcast, Delivery, Participant
from deliberation.assemblies.assembly import needs_of, next_round, willing
from deliberation.assemblies.deadlines import LAST_CALL, answer_deadline
from deliberation.assemblies.seats import drawn_homes, free_seats, homes_with_a_seat, place_in_line
from deliberation.assemblies.standins import choose_stand_ins
from deliberation.assemblies.tables import HOUSEHOLD, Assembly, Draw, DrawTicket, Invitation
from deliberation.lottery.quotas import Quota, Quotas, quotas_of
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Person, Rules

_ON_ITS_WAY = (State.NEW, State.SENDING)


@dataclass(frozen=True, slots=True)
class Pool:
    """Of a lottery that was drawn: who is in it, under their tickets, and who cannot be asked any more."""

    people: tuple[Person, ...]
    rules: Rules
    accepted: frozenset[str]
    gone: frozenset[str]
    seed: str
    commitment: str


@dataclass(frozen=True, slots=True)
class InLine:
    """An invitation whose holder waits for a seat, and their household; empty where they share none."""

    invitation_id: int
    household: str


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Seats to give away.

    wave:     counts how often that was done before
    waiting:  the first first
    homes:    households of which somebody has a seat, or is asked
    """

    assembly_id: int
    seats: int
    wave: int
    waiting: tuple[InLine, ...]
    homes: frozenset[str]
    pool: Pool | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is asked next: by their tickets, and by the invitations of who waited in line."""

    tickets: tuple[str, ...]
    waiting: tuple[int, ...]


def list_assemblies_ahead(db: Session) -> list[int]:
    """Those to which somebody was invited, and which can still take place."""
    invited = select(Invitation.assembly_id)
    query = select(Assembly.id).where(
        Assembly.state == "planned", Assembly.starts_at > now(), Assembly.id.in_(invited)
    )
    return list(db.scalars(query.order_by(Assembly.id)))


def is_anybody_late(db: Session, assembly_id: int) -> bool:
    """Whether `keep_deadlines` has something to write."""
    assembly = db.get_one(Assembly, assembly_id)
    late = Invitation.assembly_id == assembly_id, Invitation.answer == "none", Invitation.answer_by <= now()
    return bool(_new_deadlines(db, assembly)) or db.scalar(select(Invitation.id).where(*late)) is not None


def keep_deadlines(db: Session, assembly_id: int) -> int:
    """Note until when who was told has time to answer; who had time enough and is silent lapses. How many lapse.

    The time begins when the message has left: nobody loses a seat of which they have not heard.
    """
    hold_everyone(db)
    assembly = db.scalar(select(Assembly).where(Assembly.id == assembly_id).with_for_update())
    if assembly is None or assembly.state == "cancelled" or assembly.starts_at <= now():
        return 0
    for invitation_id, deadline in _new_deadlines(db, assembly).items():
        db.get_one(Invitation, invitation_id).answer_by = deadline
    db.flush()
    silent = Invitation.assembly_id == assembly_id, Invitation.answer == "none"
    late = db.scalars(select(Invitation).where(*silent, Invitation.answer_by <= now())).all()
    for invitation in late:
        invitation.answer = "lapsed"
    return len(late)


def find_vacancy(db: Session, assembly_id: int) -> Vacancy | None:
    """The seats that may be offered now, if there is anybody to ask."""
    assembly = db.get(Assembly, assembly_id)
    if assembly is None or assembly.state == "cancelled" or assembly.starts_at <= now():
        return None
    seats = free_seats(db, assembly)
    if not seats:
        return None
    invitations = list(db.scalars(select(Invitation).where(Invitation.assembly_id == assembly_id)))
    reachable = _reachable(db, invitations)
    in_line = [each for each in invitations if each.answer == "waiting" and each.participant_id in reachable]
    in_line.sort(key=place_in_line)
    pool = _find_pool(db, assembly, invitations)
    homes = drawn_homes(db, assembly)
    vacancy = Vacancy(
        assembly_id=assembly_id,
        seats=seats,
        wave=max((each.wave for each in invitations), default=0),
        waiting=tuple(InLine(each.id, homes.get(each.participant_id, "")) for each in in_line),
        homes=homes_with_a_seat(homes, invitations),
        pool=pool,
    )
    return vacancy if in_line or pool is not None else None


def choose_next(vacancy: Vacancy) -> Choice:
    """Who is asked: of a pool those who keep its quotas best, then who waits in line. Pure, and may take a second.

    Of a household one at most.
    """
    tickets: list[str] = []
    homes = set(vacancy.homes)
    if vacancy.pool is not None:
        pool = vacancy.pool
        lots = Lots(f"{pool.seed} {vacancy.wave + 1}", pool.commitment)
        rules = Rules(pool.rules.low, pool.rules.high, len(pool.accepted) + vacancy.seats)
        tickets = choose_stand_ins(pool.people, rules, pool.accepted, pool.gone, lots)
        homes |= {each.household for each in pool.people if each.id in tickets}
    waiting: list[int] = []
    for each in vacancy.waiting:
        if len(tickets) + len(waiting) < vacancy.seats and not (each.household and each.household in homes):
            waiting.append(each.invitation_id)
            homes.add(each.household)
    return Choice(tuple(tickets), tuple(waiting))


def offer_seats(db: Session, vacancy: Vacancy, choice: Choice) -> int | None:
    """Ask who was chosen. The broadcast; None where the seats no longer stand as they did, or nobody was chosen."""
    hold_everyone(db)
    db.execute(select(Assembly.id).where(Assembly.id == vacancy.assembly_id).with_for_update())
    if find_vacancy(db, vacancy.assembly_id) != vacancy:
        return None
    asked = _participants(db, vacancy, choice)
    if not asked:
        return None
    mine = Invitation.assembly_id == vacancy.assembly_id, Invitation.participant_id.in_(asked)
    known = {each.participant_id: each for each in db.scalars(select(Invitation).where(*mine))}
    profiles = select(Participant.id, Participant.profile).where(Participant.id.in_(asked))
    for participant_id, profile in db.execute(profiles.order_by(Participant.id)).all():
        invitation = known.get(participant_id)
        if invitation is None:
            invitation = Invitation(
                assembly_id=vacancy.assembly_id, participant_id=participant_id, needs=needs_of(profile)
            )
            db.add(invitation)
        invitation.answer, invitation.answer_by, invitation.wave = "none", None, vacancy.wave + 1
    db.flush()
    recipients = select(Participant.id).where(Participant.id.in_(asked))
    round = next_round(db, Kind.INVITATION, vacancy.assembly_id)
    return open_broadcast(db, Kind.INVITATION, vacancy.assembly_id, recipients, round)


def _new_deadlines(db: Session, assembly: Assembly) -> dict[int, datetime]:
    """Invitation → until when to answer, of those who have been told since it was last noted."""
    told: dict[int, datetime | None] = {}
    query = (
        select(Invitation.id, Delivery.state, Delivery.settled_at)
        .join(Delivery, Delivery.participant_id == Invitation.participant_id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Invitation.assembly_id == assembly.id, Broadcast.subject_id == assembly.id)
        .where(Invitation.answer == "none", Invitation.answer_by.is_(None))
        .where(Broadcast.kind.in_((Kind.INVITATION, Kind.CHANGED)))
        .order_by(Delivery.id)
    )
    for invitation_id, state, settled_at in db.execute(query):
        told[invitation_id] = None if state in _ON_ITS_WAY else settled_at
    return {
        invitation_id: answer_deadline(assembly.starts_at, assembly.answer_days, moment)
        for invitation_id, moment in told.items()
        if moment is not None
    }


def _find_pool(db: Session, assembly: Assembly, invitations: list[Invitation]) -> Pool | None:
    """The pool of the last draw, while there is time to answer; None where none was drawn, or nobody is left."""
    if assembly.way != "lottery" or assembly.starts_at - LAST_CALL <= now():
        return None
    drawn = Draw.assembly_id == assembly.id, Draw.drawn_at.is_not(None)
    draw = db.scalar(select(Draw).where(*drawn).order_by(Draw.number.desc()).limit(1))
    if draw is None:
        return None
    answers = {each.participant_id: each.answer for each in invitations}
    tickets = db.execute(
        select(DrawTicket.ticket, DrawTicket.features, DrawTicket.participant_id, willing().label("willing"))
        .join(Participant, Participant.id == DrawTicket.participant_id)
        .where(DrawTicket.draw_id == draw.id)
        .order_by(DrawTicket.ticket)
    ).all()
    quotas = _quotas(draw)
    accepted = frozenset(row.ticket for row in tickets if answers.get(row.participant_id) in ("yes", "none"))
    gone = frozenset(
        row.ticket
        for row in tickets
        if row.ticket not in accepted
        and (not row.willing or answers.get(row.participant_id) in ("no", "lapsed"))
    )
    if len(accepted) + len(gone) == len(tickets):
        return None
    people = tuple(
        quotas.person(row.ticket, row.features, row.features.get(HOUSEHOLD, "")) for row in tickets
    )
    return Pool(people, quotas.rules(draw.seats), accepted, gone, draw.seed or "", draw.commitment)


def _quotas(draw: Draw) -> Quotas:
    return quotas_of(Quota(each["category"], each["value"], each["min"], each["max"]) for each in draw.quotas)


def _participants(db: Session, vacancy: Vacancy, choice: Choice) -> list[int]:
    """Of the chosen, sorted."""
    of_pool = (
        select(DrawTicket.participant_id)
        .join(Draw, Draw.id == DrawTicket.draw_id)
        .where(Draw.assembly_id == vacancy.assembly_id, DrawTicket.ticket.in_(choice.tickets))
    )
    in_line = select(Invitation.participant_id).where(Invitation.id.in_(choice.waiting))
    return sorted({*db.scalars(of_pool), *db.scalars(in_line)})


def _reachable(db: Session, invitations: list[Invitation]) -> set[int]:
    people = [each.participant_id for each in invitations if each.answer == "waiting"]
    query = select(Participant.id).where(Participant.id.in_(people), Participant.reachable)
    return set(db.scalars(query))
