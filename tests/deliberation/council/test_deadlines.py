"""A decision that is late: contributors hear it once for each day that passed, and of another day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.broadcasts import Kind, list_broadcasts
from core.clock import at
from core.database import Database
from core.errors import Conflict
from deliberation.council.agenda import get_item
from deliberation.council.deadlines import DayTooEarly, chase, list_overdue_items, put_off, still_waiting
from deliberation.council.decisions import record_decision
from deliberation.council.desk import read_desk
from deliberation.council.items import ItemPromised, list_pool, withdraw_item
from tests.deliberation.council.sessions import NOW, TWENTY, YES, ZONE, named, proposed, took_part

DUE = (NOW + timedelta(days=60)).date()
OVER = datetime(DUE.year, DUE.month, DUE.day, 15, tzinfo=UTC) + timedelta(days=1)


@pytest.fixture
async def item(database: Database) -> int:
    """Confirmed with the usual time; two people contributed. The consultation has other items, withdrawn."""

    def work(db: Session) -> int:
        consultation_id = named(db, TWENTY)
        took_part(db, consultation_id)
        first, *others = proposed(db, consultation_id)
        for other in others:
            withdraw_item(db, other, account_id=None)
        return first

    with at(NOW):
        return await database.run(work)


async def told(database: Database) -> list[tuple[Kind, int, int]]:
    """Every message out: its kind, its round, and to how many it goes."""
    cards = await database.read(list_broadcasts)
    return [(card.kind, card.round, card.sending.total) for card in reversed(cards)]


async def test_on_its_day_it_is_not_late(database: Database, item: int) -> None:
    with at(OVER - timedelta(days=1)):
        assert await database.read(list_overdue_items, ZONE) == []
    with at(OVER):
        assert await database.read(list_overdue_items, ZONE) == [item]
        desk = await database.read(read_desk, ZONE)
        assert desk.overdue == 1 and desk.waiting[0].overdue


async def test_contributors_hear_once_that_it_is_late(database: Database, item: int) -> None:
    with at(OVER):
        for _ in range(2):
            await database.run(chase, item, ZONE)
    with at(OVER + timedelta(days=30)):
        await database.run(chase, item, ZONE)
    assert await told(database) == [(Kind.OVERDUE, 1, 2)]


async def test_who_puts_it_off_tells_them_and_is_held_to_the_new_day(database: Database, item: int) -> None:
    later = DUE + timedelta(days=30)
    with at(OVER):
        await database.run(chase, item, ZONE)
        for day in (DUE, DUE + timedelta(days=1)):
            with pytest.raises(DayTooEarly):
                await database.run(put_off, item, day, ZONE, account_id=None)
        await database.run(put_off, item, later, ZONE, account_id=None)
        assert await database.run(chase, item, ZONE) is None
    with at(OVER + timedelta(days=30)):
        await database.run(chase, item, ZONE)
    assert (await database.read(get_item, item)).decide_by == later
    assert [(kind, round) for kind, round, _ in await told(database)] == [
        (Kind.OVERDUE, each) for each in (1, 2, 3)
    ]


async def test_once_there_is_a_decision_nobody_hears_that_there_is_none(
    database: Database, item: int
) -> None:
    assert await database.read(still_waiting, item, [1, 2]) == {1, 2}
    with at(OVER):
        await database.run(record_decision, item, outcome="accepted", reason=YES, account_id=None)
        assert await database.run(chase, item, ZONE) is None
        with pytest.raises(Conflict):
            await database.run(put_off, item, DUE + timedelta(days=90), ZONE, account_id=None)
    assert await database.read(still_waiting, item, [1, 2]) == set()


async def test_what_people_wait_for_is_not_withdrawn_without_a_word(database: Database, item: int) -> None:
    with at(OVER):
        await database.run(chase, item, ZONE)
        with pytest.raises(ItemPromised):
            await database.run(withdraw_item, item, account_id=None)
        await database.run(record_decision, item, outcome="deferred", reason=YES, account_id=None)
    [again] = [card.id for card in await database.read(list_pool) if card.continues_id == item]
    with pytest.raises(ItemPromised):
        await database.run(withdraw_item, again, account_id=None)
