"""The assembly that is over: drawn by lot, held, its minutes confirmed.

It begins in an hour and is put back some days once all is done: who comes, votes and joins does so as on the day. The
answers to the invitation come through the chat; votes are written as the chat writes them.
"""

import random
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core.clock import at, now, today
from core.sealing import Vault
from core.tables import Account, Participant
from deliberation.assemblies.draw_pools import freeze_pool, prepare_draw
from deliberation.assemblies.draws import (
    Announced,
    commit_draw,
    draw_seats,
    invite_drawn,
)
from deliberation.assemblies.needs_cost import set_costs
from deliberation.assemblies.planning import Plan, plan_assembly
from deliberation.assemblies.quotas import propose_quotas, set_quotas
from deliberation.assemblies.reference import set_reference
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.ballot_sources import points_as_options
from deliberation.assembly_day.balloting import cast_vote, read_paper, tick_option
from deliberation.assembly_day.ballots import close_ballot, create_ballot, open_ballot
from deliberation.assembly_day.check_in import check_in
from deliberation.assembly_day.codes import list_codes
from deliberation.assembly_day.doors import count_others, end_door, get_door, make_door, secret_of
from deliberation.assembly_day.minutes import confirm_minutes, draft_minutes, rewrite_minutes
from deliberation.assembly_day.room import in_the_room
from deliberation.assembly_day.tables import Ballot, Door
from deliberation.assembly_day.walk_in import ensure_join_code, walk_in
from deliberation.council.tables import AgendaItem
from rimay.demonstration import assembly_words as words

_SEED = 2026
_SEATS, _OTHERS, _WALK_INS = 36, 6, 3
_AGO = timedelta(days=11)
_COMES, _LASTS, _BEGINS = 0.85, timedelta(hours=3), time(15)
_PRICES = {"transport": Decimal("3.50"), "childcare": Decimal(6), "food": Decimal("4.25")}
_HANDS = {"yes": 5, "no": 1}


def plan_and_draw(db: Session, consultation_id: int, *, threshold: int) -> tuple[int, int]:
    """The assembly, drawn so that anybody may check it, and the broadcast that invites who was drawn."""
    begins = now() + timedelta(hours=1)
    with at(begins - timedelta(days=20)):
        assembly_id = plan_assembly(db, _plan(begins), consultation_id=consultation_id, account_id=None)
        set_reference(db, assembly_id, words.POPULATION, account_id=None)
        set_quotas(db, assembly_id, propose_quotas(words.POPULATION, _SEATS), account_id=None)
        set_costs(db, assembly_id, _PRICES, account_id=None)
        pool = freeze_pool(db, assembly_id, open_to=threshold)
        announced = Announced(words.SOURCE, now() + timedelta(days=2))
        draw_id = commit_draw(db, pool, prepare_draw(pool), announced, account_id=None)
    with at(begins - timedelta(days=17)):
        draw_seats(db, draw_id, words.SEED, account_id=None)
        return assembly_id, invite_drawn(db, draw_id, account_id=None)


def _plan(begins: datetime) -> Plan:
    return Plan(
        title=words.TITLE,
        purpose=words.PURPOSE,
        agenda=words.AGENDA,
        covers=words.COVERS,
        place=words.PLACE,
        map_link="",
        call_link="",
        starts_at=begins,
        ends_at=begins + _LASTS,
        seats=_SEATS,
        languages=("qu",),
        way="lottery",
        audience=None,
        answer_days=3,
    )


def let_people_in(db: Session, assembly_id: int, vault: Vault) -> None:
    """Most of those who said yes show their codes, a few others join by the poster, some have no telephone."""
    chance = random.Random(_SEED)
    door_id = make_door(db, assembly_id, words.DOOR, vault, None)
    secret = secret_of(get_door(db, assembly_id, door_id), vault)
    for code in list_codes(db, assembly_id, vault):
        if chance.random() < _COMES:
            check_in(db, secret, code, vault)
    count_others(db, secret, _OTHERS)
    join_code = ensure_join_code(db, assembly_id, None)
    invited = select(Invitation.participant_id).where(Invitation.assembly_id == assembly_id)
    strangers = select(Participant.chat_index).where(Participant.id.not_in(invited)).order_by(Participant.id)
    for chat_index in _chats(db, strangers.limit(_WALK_INS)):
        walk_in(db, chat_index, join_code)
    end_door(db, assembly_id, door_id, None)


def prepare_ballots(db: Session, assembly_id: int, item_id: int) -> list[int]:
    """A proposal, the order of the agenda, and whether to ask for the empty seat."""
    points = [
        {"es": es, "qu": qu}
        for es, qu in zip(words.AGENDA["es"].splitlines(), words.AGENDA["qu"].splitlines(), strict=True)
    ]
    asked = (
        (BallotKind.PROPOSAL, words.PROPOSAL, (), None),
        (BallotKind.ORDER, words.ORDER, points_as_options(points), None),
        (BallotKind.DELEGATE, db.get_one(AgendaItem, item_id).title, (), item_id),
    )
    return [
        create_ballot(db, assembly_id, kind, text, options=options, item_id=about, account_id=None)
        for kind, text, options, about in asked
    ]


def open_to_room(db: Session, ballot_id: int) -> int:
    """The broadcast that carries it."""
    broadcast_id = open_ballot(db, ballot_id, account_id=None)
    assert broadcast_id is not None  # many are there
    return broadcast_id


def vote(db: Session, assembly_id: int, ballot_id: int, *, threshold: int) -> None:
    """Everybody in the room, in secret or by show of hands; then it is counted."""
    chance = random.Random(ballot_id)
    paper = read_paper(db, ballot_id)
    for chat_index in _in_the_room(db, assembly_id):
        if paper.kind is BallotKind.ORDER:
            for value in chance.sample([value for value, _ in paper.options], paper.most):
                tick_option(db, chat_index, ballot_id, value, on=True)
        else:
            answer = chance.choices(("yes", "no", "abstain"), (7, 2, 1))[0]
            cast_vote(db, chat_index, ballot_id, answer)
    hands = {} if paper.kind is BallotKind.ORDER else _HANDS
    close_ballot(db, ballot_id, hands, threshold=threshold, account_id=None)


def put_back(db: Session, assembly_id: int, zone: ZoneInfo) -> None:
    """It was some days ago."""
    began = datetime.combine(today(zone), _BEGINS, tzinfo=zone) - _AGO
    mine = update(Assembly).where(Assembly.id == assembly_id)
    db.execute(mine.values(starts_at=began, ends_at=began + _LASTS, invited_at=began - timedelta(days=6)))
    for number, row in enumerate(db.scalars(select(Ballot).where(Ballot.assembly_id == assembly_id)), 1):
        row.opened_at = began + number * timedelta(minutes=40)
        row.closed_at = row.opened_at + timedelta(minutes=10)
    doors = update(Door).where(Door.assembly_id == assembly_id)
    db.execute(doors.values(created_at=began - timedelta(days=1), ended_at=began + _LASTS))


def write_minutes(db: Session, assembly_id: int, *, threshold: int) -> int:
    """Drafted, completed, and confirmed by two. The broadcast to who was there."""
    minutes_id = draft_minutes(db, assembly_id, threshold=threshold, account_id=None)
    first = db.scalars(
        select(Ballot.id).where(Ballot.assembly_id == assembly_id).order_by(Ballot.number)
    ).first()
    assert first is not None  # three were held
    rewrite_minutes(db, minutes_id, 0, notes=words.NOTES, dissent={first: words.DISSENT}, account_id=None)
    one, other = db.scalars(
        select(Account.id).where(Account.role.in_(("admin", "organiser"))).order_by(Account.id)
    )
    with at(now() - _AGO + timedelta(days=3)):
        confirm_minutes(db, minutes_id, 1, account_id=one)
        broadcast_id = confirm_minutes(db, minutes_id, 1, account_id=other)
    assert broadcast_id is not None  # many were there
    return broadcast_id


def _in_the_room(db: Session, assembly_id: int) -> list[bytes]:
    query = select(Participant.chat_index).where(Participant.id.in_(in_the_room(assembly_id)))
    return _chats(db, query.order_by(Participant.id))


def _chats(db: Session, query: Select[bytes | None]) -> list[bytes]:
    return [chat_index for chat_index in db.scalars(query) if chat_index is not None]
