"""Seats that nobody takes go to others: who is silent too long lapses, and who is next is asked.

Looked at once a minute. Who is next is computed outside any transaction; what was computed is written only if the
seats still stand as they stood, so that of several that look at once one asks, and nobody is asked twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.everyone import hold_everyone
from core.progress import State
from core.tables import Broadcast, Delivery, Participant
from deliberation.assemblies.assembly import needs_of, next_round, willing
from deliberation.assemblies.deadlines import LAST_CALL, answer_deadline
from deliberation.assemblies.quotas import read_quotas
from deliberation.assemblies.seats import (
    drawn_homes,
    first_to_hold,
    free_seats,
    homes_with_a_seat,
    place_in_line,
    seats_in_line,
)
from deliberation.assemblies.standins import choose_stand_ins
from deliberation.assemblies.tables import HOUSEHOLD, Assembly, Draw, DrawTicket, Invitation
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Person, Rules

_Ticket = Row[int, str, dict[str, str], int, bool]
_ON_ITS_WAY = (State.NEW, State.SENDING)


@dataclass(frozen=True, slots=True)
class Pool:
    """Of a lottery that was drawn: who is in it, under their tickets.

    rules:  of the seats
    seated: have a seat, or one is held for them
    asked:  may still say yes, and no seat is held for them: more were drawn than there are seats
    gone:   cannot be asked any more
    """

    people: tuple[Person, ...]
    rules: Rules
    seated: frozenset[str]
    asked: frozenset[str]
    gone: frozenset[str]
    seed: str
    commitment: str

    def is_anybody_left(self) -> bool:
        """Whether there is somebody who was not asked yet, or who waits."""
        return len(self.people) > len(self.seated) + len(self.asked) + len(self.gone)

    def choose(self, wave: int, seats: int, accepted: Collection[str], gone: Collection[str]) -> list[str]:
        """So many people beside those who have accepted, as the lots of this wave say."""
        rules = Rules(self.rules.low, self.rules.high, len(accepted) + seats)
        lots = Lots(f"{self.seed} {wave}", self.commitment)
        return choose_stand_ins(self.people, rules, accepted, gone, lots)


@dataclass(frozen=True, slots=True)
class InLine:
    """An invitation whose holder waits for a seat.

    household: empty where they share none; ticket: empty where they are not in the pool of the lottery
    """

    invitation_id: int
    household: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Seats to give away.

    in_line:  for those who wait; seats: of those, for others as well, where fewer people wait
    wave:     counts how often that was done before
    waiting:  the first first
    homes:    households of which somebody has a seat, or is asked
    """

    assembly_id: int
    in_line: int
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
    """The seats that may be offered now, if there is anybody to ask.

    Nobody new is asked while as many people have said yes, or still may, as there are seats; nor shortly before it.
    """
    assembly = db.get(Assembly, assembly_id)
    if assembly is None or assembly.state == "cancelled" or assembly.starts_at <= now():
        return None
    in_line = seats_in_line(db, assembly)
    if not in_line:
        return None
    seats = free_seats(db, assembly) if now() < assembly.starts_at - LAST_CALL else 0
    invitations = list(db.scalars(select(Invitation).where(Invitation.assembly_id == assembly_id)))
    reachable = _reachable(db, invitations)
    waiting = [each for each in invitations if each.answer == "waiting" and each.participant_id in reachable]
    waiting.sort(key=place_in_line)
    if not (seats or waiting):
        return None
    tickets = _tickets(db, assembly)
    pool = _find_pool(db, assembly, tickets, invitations, {each.participant_id for each in waiting})
    if not waiting and (pool is None or not pool.is_anybody_left()):
        return None
    homes, own = drawn_homes(db, assembly), {row.participant_id: row.ticket for row in tickets}
    in_order = (
        InLine(each.id, homes.get(each.participant_id, ""), own.get(each.participant_id, ""))
        for each in waiting
    )
    return Vacancy(
        assembly_id=assembly_id,
        in_line=in_line,
        seats=seats,
        wave=max((each.wave for each in invitations), default=0),
        waiting=tuple(in_order),
        homes=homes_with_a_seat(homes, invitations),
        pool=pool,
    )


def choose_next(vacancy: Vacancy) -> Choice:
    """Who is asked: first of those who wait in line, then others of the pool; each time who keeps its quotas best.

    Of a household one at most. Pure, and may take a second.
    """
    waiting = _from_line(vacancy)
    return Choice(_from_pool(vacancy, waiting), tuple(each.invitation_id for each in waiting))


def _from_line(vacancy: Vacancy) -> list[InLine]:
    """Those of the pool as its lots and quotas say, who came in another way in their order."""
    pool, chosen = vacancy.pool, list[InLine]()
    by_ticket = {each.ticket: each for each in vacancy.waiting if each.ticket}
    if pool is not None and by_ticket:
        others = {each.id for each in pool.people} - by_ticket.keys() - pool.seated
        tickets = pool.choose(vacancy.wave + 1, vacancy.in_line, pool.seated, others)
        chosen = [by_ticket[ticket] for ticket in tickets]
    homes = vacancy.homes | {each.household for each in chosen}
    for each in vacancy.waiting:
        has_a_home = bool(each.household) and each.household in homes
        if len(chosen) < vacancy.in_line and not (each.ticket or has_a_home):
            chosen.append(each)
            homes |= {each.household}
    return chosen


def _from_pool(vacancy: Vacancy, waiting: Collection[InLine]) -> tuple[str, ...]:
    """For the seats that those who wait have left."""
    pool, seats = vacancy.pool, vacancy.seats - len(waiting)
    if pool is None or seats < 1:
        return ()
    accepted = pool.seated | pool.asked | {each.ticket for each in waiting if each.ticket}
    waits = {each.ticket for each in vacancy.waiting} - accepted
    return tuple(pool.choose(vacancy.wave + 1, seats, accepted, pool.gone | waits))


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


def _tickets(db: Session, assembly: Assembly) -> Sequence[_Ticket]:
    """Of the last draw of an assembly by lottery: each ticket, and whether its holder may be asked."""
    if assembly.way != "lottery":
        return ()
    drawn = Draw.assembly_id == assembly.id, Draw.drawn_at.is_not(None)
    last = select(Draw.id).where(*drawn).order_by(Draw.number.desc()).limit(1).scalar_subquery()
    query = select(
        DrawTicket.draw_id,
        DrawTicket.ticket,
        DrawTicket.features,
        DrawTicket.participant_id,
        willing().label("willing"),
    ).join(Participant, Participant.id == DrawTicket.participant_id)
    return db.execute(query.where(DrawTicket.draw_id == last).order_by(DrawTicket.ticket)).all()


def _find_pool(
    db: Session,
    assembly: Assembly,
    tickets: Sequence[_Ticket],
    invitations: Collection[Invitation],
    waiting: Collection[int],
) -> Pool | None:
    """None where nobody was drawn, or nobody is known any more."""
    if not tickets:
        return None
    about = select(Draw.quotas, Draw.seats, Draw.seed, Draw.commitment)
    draw = db.execute(about.where(Draw.id == tickets[0].draw_id)).one()
    quotas, holds = read_quotas(draw.quotas), first_to_hold(db, assembly)
    answers = {each.participant_id: (each.answer, each.wave >= holds) for each in invitations}
    seated, asked, gone = set[str](), set[str](), set[str]()
    for row in tickets:
        match answers.get(row.participant_id):
            case ("yes", _) | ("none", True):
                seated.add(row.ticket)
            case ("none", False):
                asked.add(row.ticket)
            case ("no" | "lapsed", _):
                gone.add(row.ticket)
            case _ if not row.willing and row.participant_id not in waiting:
                gone.add(row.ticket)
    people = tuple(
        quotas.person(row.ticket, row.features, row.features.get(HOUSEHOLD, "")) for row in tickets
    )
    known = frozenset(seated), frozenset(asked), frozenset(gone)
    return Pool(people, quotas.rules(draw.seats), *known, draw.seed or "", draw.commitment)


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
