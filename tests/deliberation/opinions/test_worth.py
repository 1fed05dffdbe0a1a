"""When an analysis is made by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.opinions.analyses import TooFewNew, ask_analysis, begin_analysis
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.worth import Grown, is_worth_it, list_due
from tests.deliberation.opinions.ballot_box import camps, cast, open_box
from tests.deliberation.opinions.test_analyses import box_of, make

MOMENT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
EARLIER, JUST_NOW = MOMENT - timedelta(minutes=5), MOMENT - timedelta(minutes=4)


@pytest.mark.parametrize(
    ("grown", "worth"),
    [
        (Grown(50, 60, 10, 0, EARLIER), True),
        (Grown(50, 59, 10, 4, EARLIER), False),
        (Grown(50, 60, 10, 0, JUST_NOW), False),
        (Grown(5000, 5499, 300, 29, EARLIER), False),
        (Grown(5000, 5500, 300, 0, EARLIER), True),
        (Grown(5000, 5000, 300, 30, EARLIER), True),
        (Grown(50, 50, 10, 5, EARLIER), True),
    ],
)
def test_a_tenth_more_and_some_minutes_make_it_worth_it(grown: Grown, worth: bool) -> None:
    assert is_worth_it(grown, MOMENT) is worth


async def test_the_first_needs_seven_people_of_three_votes(database: Database) -> None:
    def fill(db: Session) -> int:
        box = open_box(db, 5)
        cast(db, box, [{1: 1, 2: 1, 3: 1}] * 6 + [{1: 1, 2: 1}] * 3)
        return box

    box = await database.run(fill)
    assert await database.read(list_due, 5) == []
    await database.run(cast, box, [{2: 1, 3: 0, 4: -1}])
    assert await database.read(list_due, 5) == [box]


async def test_the_next_is_due_when_votes_have_grown(database: Database) -> None:
    with at(MOMENT):
        box = await box_of(database)
        await make(database, box)
    with at(MOMENT + timedelta(hours=1)):
        assert await database.read(list_due, 5) == []
        await database.run(cast, box, camps(8, 12, seed=4), since=2)
        assert await database.read(list_due, 5) == [box]
    with at(MOMENT + timedelta(minutes=1)):
        assert await database.read(list_due, 5) == []


async def test_who_is_new_with_few_others_waits_for_more(database: Database) -> None:
    """Else the numbers of the analyses and the days of consent would tell whose votes these are."""
    with at(MOMENT):
        box = await box_of(database)
        await make(database, box)
    with at(MOMENT + timedelta(hours=1)):
        await database.run(cast, box, camps(4, 12, seed=4), since=2)
        assert await database.read(list_due, 5) == []
        with pytest.raises(TooFewNew):
            await database.run(ask_analysis, box, threshold=5, account_id=None)
        await database.run(cast, box, camps(1, 12, seed=5), since=2)
        assert await database.read(list_due, 5) == [box]
        assert await database.run(ask_analysis, box, threshold=5, account_id=None) == 2


async def test_the_last_of_all_waits_for_nobody(database: Database) -> None:
    with at(MOMENT):
        box = await box_of(database)
        await make(database, box)
        await database.run(cast, box, camps(1, 12, seed=4), since=2)
        await database.run(close_deliberation, box, account_id=None)
        assert await database.read(list_due, 5) == [box]
        assert await database.run(ask_analysis, box, threshold=5, account_id=None) == 2


async def test_what_was_begun_and_is_not_there_is_due_at_once(database: Database) -> None:
    with at(MOMENT):
        box = await box_of(database)
        await make(database, box)
        await database.run(begin_analysis, box)
        assert await database.read(list_due, 5) == [box]


async def test_a_closing_makes_a_last_one_and_no_more(database: Database) -> None:
    with at(MOMENT):
        box = await box_of(database)
        await make(database, box)
        await database.run(close_deliberation, box, account_id=None)
        assert await database.read(list_due, 5) == [box]
        await make(database, box)
    with at(MOMENT + timedelta(days=1)):
        assert await database.read(list_due, 5) == []
