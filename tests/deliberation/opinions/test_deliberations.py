"""A deliberation opens to whom was chosen, with enough to vote on, once, and never to a handful of people."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.clock import at
from core.database import Database
from core.errors import Conflict, InvalidInput, NotFound
from core.progress import progress_of
from core.tables import Broadcast, Delivery
from deliberation.audience.criteria import Audience
from deliberation.opening import AudienceEmpty, AudienceTooSmall
from deliberation.opinions.deliberations import (
    TooFewStatements,
    draft_deliberation,
    get_deliberation,
    list_deliberations,
    open_deliberation,
    plan_deliberation,
    rewrite_deliberation,
)
from deliberation.opinions.statements import add_seed, list_statements, remove_seed, rewrite_seed
from deliberation.opinions.tables import Turnout
from surveys.consultations import ClosesBeforeOpening
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import MOMENT, ZONE, cast, drafted, opened, proposed, take_part

OTAVALO = Audience(cantons=("otavalo",))


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


def settle(db: Session, in_otavalo: int = 6, elsewhere: int = 3) -> int:
    for _ in range(in_otavalo):
        person(db, canton="otavalo")
    for number in range(elsewhere):
        person(db, canton="ibarra", reachable=number > 0)
    return drafted(db)


def open_now(db: Session, deliberation_id: int) -> int:
    return open_deliberation(db, deliberation_id, threshold=5, zone=ZONE, account_id=None)


def choose(db: Session, deliberation_id: int, audience: Audience, closes_on: date | None = None) -> None:
    plan_deliberation(db, deliberation_id, audience=audience, closes_on=closes_on, account_id=None)


async def test_opening_asks_everyone_reachable_and_notes_who_was_asked(database: Database) -> None:
    deliberation_id = await database.run(settle)

    broadcast = await database.run(open_now, deliberation_id)

    card = await database.read(get_deliberation, deliberation_id)
    assert (card.state, card.opened_at, card.accepted, card.voters) == ("open", MOMENT, 3, 0)
    stored = await database.read(lambda db: db.get_one(Broadcast, broadcast))
    assert (stored.kind, stored.subject_id) == ("voting", deliberation_id)
    told = await database.read(lambda db: list(db.scalars(select(Delivery.participant_id))))
    turnout = await database.read(lambda db: list(db.scalars(select(Turnout))))
    assert sorted(told) == sorted(row.participant_id for row in turnout) == [1, 2, 3, 4, 5, 6, 8, 9]
    assert {(row.state, row.voter_id, row.writing) for row in turnout} == {("asked", None, False)}


async def test_opening_asks_only_the_audience_that_was_chosen(database: Database) -> None:
    deliberation_id = await database.run(settle)
    await database.run(choose, deliberation_id, OTAVALO)

    broadcast = await database.run(open_now, deliberation_id)

    assert (await database.read(progress_of, broadcast)).total == 6


@pytest.mark.parametrize(("people", "refusal"), [(4, AudienceTooSmall), (0, AudienceEmpty)])
async def test_an_audience_that_could_point_to_somebody_is_refused(
    database: Database, people: int, refusal: type[Exception]
) -> None:
    deliberation_id = await database.run(settle, in_otavalo=people)
    await database.run(choose, deliberation_id, OTAVALO)

    with pytest.raises(refusal):
        await database.run(open_now, deliberation_id)

    assert (await database.read(get_deliberation, deliberation_id)).state == "draft"
    assert await database.read(lambda db: list(db.scalars(select(Turnout)))) == []


async def test_two_statements_are_too_few_to_open_with(database: Database) -> None:
    deliberation_id = await database.run(drafted, seeds=2)

    with pytest.raises(TooFewStatements) as refusal:
        await database.run(open_now, deliberation_id)

    assert refusal.value.params == {"least": 3}


async def test_it_does_not_open_after_its_last_day(database: Database) -> None:
    deliberation_id = await database.run(drafted, date(2026, 11, 24))

    with at(MOMENT + timedelta(days=2)), pytest.raises(ClosesBeforeOpening):
        await database.run(open_now, deliberation_id)


async def test_what_is_open_is_neither_opened_nor_planned_nor_rewritten_again(database: Database) -> None:
    deliberation_id = await database.run(opened)
    seed = (await database.read(list_statements, deliberation_id))[0]

    for act in (
        lambda db: open_now(db, deliberation_id),
        lambda db: choose(db, deliberation_id, OTAVALO),
        lambda db: rewrite_deliberation(
            db, deliberation_id, title={}, question={}, takes_statements=True, account_id=None
        ),
        lambda db: rewrite_seed(db, seed.id, {"es": "Otra"}, about_person=False, account_id=None),
        lambda db: remove_seed(db, seed.id, account_id=None),
    ):
        with pytest.raises(Conflict):
            await database.run(act)


async def test_what_is_not_there_is_not_found(database: Database) -> None:
    for act in (
        lambda db: get_deliberation(db, 9),
        lambda db: open_now(db, 9),
        lambda db: add_seed(db, 9, {"es": "Una"}, account_id=None),
        lambda db: remove_seed(db, 9, account_id=None),
        lambda db: draft_deliberation(db, title={}, question={}, consultation_id=9, account_id=None),
    ):
        with pytest.raises(NotFound):
            await database.run(act)


async def test_an_audience_names_only_what_is_there(database: Database) -> None:
    deliberation_id = await database.run(settle)

    with pytest.raises(InvalidInput):
        await database.run(choose, deliberation_id, Audience(finished=(7,)))


async def test_the_newest_is_listed_first_with_what_came_in(database: Database) -> None:
    def vote(db: Session, deliberation_id: int) -> None:
        one, two = (take_part(db, deliberation_id, number, f"{number:032x}") for number in (1, 2))
        cast(db, one, 1, 1)
        cast(db, two, 1, -1)
        cast(db, two, 2, 0)
        cast(db, two, 3, 1, until=2)
        proposed(db, deliberation_id, "Más buses")

    first = await database.run(settle)
    await database.run(open_now, first)
    await database.run(vote, first)
    second = await database.run(drafted)

    newest, oldest = await database.read(list_deliberations)

    assert (newest.id, newest.state, newest.votes) == (second, "draft", 0)
    assert (oldest.id, oldest.accepted, oldest.waiting) == (first, 3, 1)
    assert (oldest.voters, oldest.votes) == (2, 3), "a vote that was withdrawn does not count"


async def test_seeds_are_put_to_the_vote_under_numbers_of_their_own(database: Database) -> None:
    first, second = await database.run(drafted), await database.run(drafted)

    for deliberation_id in (first, second):
        cards = await database.read(list_statements, deliberation_id)
        assert [card.number for card in cards] == [1, 2, 3]
        assert {(card.state, card.seed, card.told) for card in cards} == {("accepted", True, True)}


async def test_a_seed_is_rewritten_and_taken_back_while_nobody_was_asked(database: Database) -> None:
    deliberation_id = await database.run(drafted)
    first, second, _ = await database.read(list_statements, deliberation_id)

    await database.run(rewrite_seed, first.id, {"qu": "Yaku"}, about_person=True, account_id=None)
    await database.run(remove_seed, second.id, account_id=None)

    rewritten, left = await database.read(list_statements, deliberation_id)
    assert (rewritten.text, rewritten.language, rewritten.about_person) == ({"qu": "Yaku"}, "qu", True)
    assert left.number == 3


async def test_personal_details_in_a_seed_are_flagged(database: Database) -> None:
    deliberation_id = await database.run(drafted)
    await database.run(add_seed, deliberation_id, {"es": "Llamen al 0991234567"}, account_id=None)

    assert (await database.read(list_statements, deliberation_id))[-1].flags == ("phone",)


async def test_every_act_is_in_the_log_by_numbers_alone(database: Database) -> None:
    deliberation_id = await database.run(settle)
    await database.run(choose, deliberation_id, OTAVALO)
    await database.run(open_now, deliberation_id)

    acts = [(act.act, act.subject, act.subject_id) for act in await database.read(list_acts)]

    assert acts == [
        ("open", "deliberation", 1),
        ("plan", "deliberation", 1),
        *[("add_seed", "statement", number) for number in (3, 2, 1)],
        ("draft", "deliberation", 1),
    ]
