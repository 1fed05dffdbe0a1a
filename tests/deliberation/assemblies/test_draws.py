"""A draw: committed, then the seed, then the seats. Nothing can be changed to suit, and nothing is redone silently."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.broadcasts import Kind
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.tables import Broadcast, Delivery, Participant
from deliberation.assemblies.draw_pools import (
    AlreadyInvited,
    QuotasMissing,
    freeze_pool,
    prepare_draw,
    ticket_of,
)
from deliberation.assemblies.draws import (
    Announced,
    PoolChanged,
    ReasonMissing,
    SeedTooEarly,
    SourceTooEarly,
    SourceTooLate,
    commit_draw,
    draw_seats,
    invite_drawn,
)
from deliberation.assemblies.published_draws import (
    find_ticket,
    get_draw_file,
    get_published_draw,
    list_tickets,
    will_file_be_open,
)
from deliberation.assemblies.tables import Assembly, Draw, DrawTicket, Invitation
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.verification import all_hold, verify
from tests.deliberation.asked import person
from tests.deliberation.assemblies.provinces import (
    LOTTERY_AT,
    MEETING_AT,
    NOON,
    commit,
    found_province,
    lottery_assembly,
)

SEED = "12 34 56 78 90"
LATER = LOTTERY_AT + timedelta(hours=1)


def drawn(db: Session) -> int:
    """A draw that has been drawn."""
    found_province(db)
    with at(NOON):
        draw_id = commit(db, lottery_assembly(db))
    with at(LATER):
        draw_seats(db, draw_id, SEED, account_id=None)
    return draw_id


async def test_the_file_of_a_draw_is_one_that_anybody_verifies(database: Database, tmp_path: Path) -> None:
    def check(db: Session) -> None:
        file = get_draw_file(db, drawn(db), 2, witness=False)
        path = tmp_path / "draw.json"
        path.write_text(json.dumps(file))
        checks = verify(read_draw_file(path))
        assert all_hold(checks) and len(checks) > 10
        assert len(file["selected"]) == 10 and file["seed"] == SEED

    await database.run(check)


async def test_what_was_committed_is_what_was_drawn_from(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db)
        with at(NOON):
            draw_id = commit(db, lottery_assembly(db))
            before = get_published_draw(db, draw_id, 5)
            chances = list_tickets(db, draw_id)
        with at(LATER):
            draw_seats(db, draw_id, SEED, account_id=None)
            after = get_published_draw(db, draw_id, 5)
        assert (before.pool_commitment, before.lottery_commitment) == (
            after.pool_commitment,
            after.lottery_commitment,
        )
        assert {line.ticket: line.chance for line in chances} == {
            line.ticket: line.chance for line in list_tickets(db, draw_id)
        }
        assert all(line.drawn is None for line in chances)
        assert (before.seed, after.seed, after.drawn_at) == (None, SEED, LATER)

    await database.run(check)


async def test_people_are_tickets_and_each_ticket_is_bound_to_its_holder(database: Database) -> None:
    def check(db: Session) -> None:
        draw_id = drawn(db)
        tickets = list(db.scalars(select(DrawTicket)))
        assert len(tickets) == 32 and sum(each.selected for each in tickets) == 10
        assert all(each.ticket == ticket_of(each.salt, each.participant_id) for each in tickets)
        file = get_draw_file(db, draw_id, 2, witness=False)
        assert {each.ticket for each in tickets if each.selected} == set(file["selected"])
        assert not any(each.salt in json.dumps(file) for each in tickets)

    await database.run(check)


async def test_who_may_not_be_invited_or_fits_no_quota_is_not_in_the_pool(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db)
        person(db, invite="no", gender="man")
        person(db, invite="yes")
        person(db, invite="yes", gender="other")
        person(db, invite="yes", gender="man", reachable=False)
        with at(NOON):
            assert len(freeze_pool(db, lottery_assembly(db)).tickets) == 32

    await database.run(check)


async def test_an_audience_narrows_the_pool(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db)
        assembly_id = lottery_assembly(db)
        db.get_one(Assembly, assembly_id).audience = {"languages": ["qu"]}
        with at(NOON):
            assert {each.features["language"] for each in freeze_pool(db, assembly_id).tickets} == {"qu"}

    await database.run(check)


def _no_quotas(db: Session, assembly_id: int) -> None:
    db.get_one(Assembly, assembly_id).quotas = None
    freeze_pool(db, assembly_id)


def _source_of_yesterday(db: Session, assembly_id: int) -> None:
    pool = freeze_pool(db, assembly_id)
    yesterday = Announced("Lotería Nacional 6542", NOON - timedelta(days=1))
    commit_draw(db, pool, prepare_draw(pool), yesterday, account_id=None)


def _source_after_the_assembly(db: Session, assembly_id: int) -> None:
    pool = freeze_pool(db, assembly_id)
    announced = Announced("Lotería Nacional 6600", MEETING_AT)
    commit_draw(db, pool, prepare_draw(pool), announced, account_id=None)


def _somebody_left(db: Session, assembly_id: int) -> None:
    pool = freeze_pool(db, assembly_id)
    db.execute(update(Participant).where(Participant.id == 1).values(reachable=False))
    commit_draw(db, pool, prepare_draw(pool), Announced("x", LOTTERY_AT), account_id=None)


def _fewer_seats(db: Session, assembly_id: int) -> None:
    pool = freeze_pool(db, assembly_id)
    db.get_one(Assembly, assembly_id).seats = 9
    commit_draw(db, pool, prepare_draw(pool), Announced("x", LOTTERY_AT), account_id=None)


def _twice_without_reason(db: Session, assembly_id: int) -> None:
    commit(db, assembly_id)
    commit(db, assembly_id)


def _seed_before_its_moment(db: Session, assembly_id: int) -> None:
    draw_seats(db, commit(db, assembly_id), SEED, account_id=None)


def _another_seed(db: Session, assembly_id: int) -> None:
    draw_id = commit(db, assembly_id)
    with at(LATER):
        draw_seats(db, draw_id, SEED, account_id=None)
        draw_seats(db, draw_id, "99", account_id=None)


def _seed_of_a_draw_that_does_not_count(db: Session, assembly_id: int) -> None:
    first = commit(db, assembly_id)
    commit(db, assembly_id, "source")
    with at(LATER):
        draw_seats(db, first, SEED, account_id=None)


def _invited_before_the_draw(db: Session, assembly_id: int) -> None:
    invite_drawn(db, commit(db, assembly_id), account_id=None)


def _drawn_again_once_invited(db: Session, assembly_id: int) -> None:
    draw_id = commit(db, assembly_id)
    with at(LATER):
        draw_seats(db, draw_id, SEED, account_id=None)
        invite_drawn(db, draw_id, account_id=None)
    commit(db, assembly_id, "pool")


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (_no_quotas, QuotasMissing),
        (_source_of_yesterday, SourceTooEarly),
        (_source_after_the_assembly, SourceTooLate),
        (_somebody_left, PoolChanged),
        (_fewer_seats, PoolChanged),
        (_twice_without_reason, ReasonMissing),
        (_seed_before_its_moment, SeedTooEarly),
        (_another_seed, Conflict),
        (_seed_of_a_draw_that_does_not_count, Conflict),
        (_invited_before_the_draw, Conflict),
        (_drawn_again_once_invited, AlreadyInvited),
    ],
    ids=lambda value: value.__name__.strip("_"),
)
async def test_a_draw_is_refused(
    database: Database, act: Callable[[Session, int], None], refusal: type[Exception]
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        with at(NOON), pytest.raises(refusal):
            act(db, lottery_assembly(db))

    await database.run(check)


async def test_a_second_draw_is_number_two_and_says_why(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db)
        with at(NOON):
            assembly_id = lottery_assembly(db)
            first, second = commit(db, assembly_id), commit(db, assembly_id, "source")
        published = [get_published_draw(db, draw_id, 5) for draw_id in (first, second)]
        assert [(each.number, each.counts, each.reason) for each in published] == [
            (1, False, ""),
            (2, True, "source"),
        ]
        assert [act.act for act in list_acts(db)] == ["draw_again_source", "commit"]
        theirs = [{line.ticket for line in list_tickets(db, draw_id)} for draw_id in (first, second)]
        assert not theirs[0] & theirs[1]

    await database.run(check)


async def test_the_same_seed_twice_changes_nothing(database: Database) -> None:
    def check(db: Session) -> None:
        draw_id = drawn(db)
        before = db.get_one(Draw, draw_id).file
        with at(LATER + timedelta(days=1)):
            draw_seats(db, draw_id, SEED, account_id=None)
        assert db.get_one(Draw, draw_id).file == before
        assert db.get_one(Draw, draw_id).drawn_at == LATER

    await database.run(check)


async def test_those_who_were_drawn_are_invited_and_nobody_else(database: Database) -> None:
    def check(db: Session) -> None:
        draw_id = drawn(db)
        left = db.scalars(select(DrawTicket.participant_id).where(DrawTicket.selected)).first()
        db.execute(update(Participant).where(Participant.id == left).values(reachable=False))
        tickets = select(DrawTicket.participant_id).where(
            DrawTicket.selected, DrawTicket.participant_id != left
        )
        here = db.scalars(tickets.order_by(DrawTicket.participant_id)).first()
        db.add(Invitation(assembly_id=1, participant_id=here, answer="yes", walk_in=True, came=True))
        with at(LATER):
            broadcast_id = invite_drawn(db, draw_id, account_id=None)
        selected = set(db.scalars(tickets))
        assert set(db.scalars(select(Invitation.participant_id))) == selected and len(selected) == 9
        selected -= {here}  # has come in already, by the code on the wall
        broadcast = db.get_one(Broadcast, broadcast_id)
        assert (broadcast.kind, broadcast.round) == (Kind.INVITATION, 1)
        assert set(db.scalars(select(Delivery.participant_id))) == selected

    await database.run(check)


async def test_who_erases_themselves_before_the_seed_leaves_the_draw_as_it_was_committed(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        with at(NOON):
            draw_id = commit(db, lottery_assembly(db))
        db.execute(delete(Participant).where(Participant.id < 5))
        db.expire_all()
        with at(LATER):
            draw_seats(db, draw_id, SEED, account_id=None)
        assert len(get_draw_file(db, draw_id, 2, witness=False)["probabilities"]) == 32

    await database.run(check)


async def test_a_holder_finds_the_chance_of_a_ticket_and_nobody_finds_another(database: Database) -> None:
    def check(db: Session) -> None:
        draw_id = drawn(db)
        ticket = db.scalars(select(DrawTicket.ticket).where(DrawTicket.selected)).first() or ""
        line = find_ticket(db, draw_id, f" {ticket.upper()} ")
        assert line is not None and line.drawn and 0 < line.chance <= 1
        assert find_ticket(db, draw_id, "0" * 16) is None

    await database.run(check)


async def test_the_file_is_for_witnesses_where_few_people_are_alike(database: Database) -> None:
    def check(db: Session) -> None:
        draw_id = drawn(db)  # four women speak Kichwa
        assert not get_published_draw(db, draw_id, 5).file_is_open
        with pytest.raises(NotFound):
            get_draw_file(db, draw_id, 5, witness=False)
        assert get_draw_file(db, draw_id, 5, witness=True)["selected"]

    await database.run(check)


async def test_before_sealing_it_is_said_whether_everybody_will_check_the_file(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db)
        assembly_id = lottery_assembly(db)
        assert [will_file_be_open(db, assembly_id, threshold) for threshold in (4, 5)] == [True, False]
        with at(NOON):
            draw_id = commit(db, assembly_id)
        opened = [get_published_draw(db, draw_id, threshold).file_is_open for threshold in (4, 5)]
        assert opened == [True, False]

    await database.run(check)


async def test_groups_show_people_chance_and_seats_where_they_are_enough(database: Database) -> None:
    def check(db: Session) -> None:
        draw_id = drawn(db)
        groups = get_published_draw(db, draw_id, 5).groups
        assert [(each.value, each.people) for each in groups] == [
            ("man", 20),
            ("woman", 12),
            ("es", 21),
            ("qu", 11),
        ]
        assert all(each.drawn is None or each.drawn == 0 or each.drawn >= 5 for each in groups)
        expected = sum((each.chance or 0) * (each.people or 0) for each in groups[:2])
        assert expected == pytest.approx(10)
        before = [each.people for each in get_published_draw(db, draw_id, 13).groups]
        assert before == [None, None, None, None]

    await database.run(check)
