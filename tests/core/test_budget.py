"""The budget of all workers: moments given out once each, Telegram's quiet kept, clocks that jump survived."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.budget import Reservation, Standing, grant, hold, is_quiet, reserve, take_turn
from core.clock import at
from core.database import Database

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECOND = 1_000_000
HOUR = 3600


async def test_the_first_may_leave_at_once_and_the_next_after_them(database: Database) -> None:
    first = await database.run(reserve, "broadcasts", 25, rate=25)
    second = await database.run(reserve, "broadcasts", 25, rate=25)

    assert first == Reservation(25, 0.0)
    assert second.count == 25
    assert 0.5 < second.delay <= 1.0, "the rest of the second that the first take"


async def test_workers_that_ask_at_once_get_moments_one_after_another(database: Database) -> None:
    async def ask() -> float:
        return (await database.run(reserve, "broadcasts", 10, rate=100, ahead=1.0)).delay

    before = asyncio.get_running_loop().time()
    delays = sorted(await asyncio.gather(*(ask() for _ in range(8))))
    took = asyncio.get_running_loop().time() - before

    assert delays[0] == 1.0
    # Who asked later has a little less to wait for the same moment.
    assert all(abs(delay - (1.0 + 0.1 * place)) <= took for place, delay in enumerate(delays))


async def test_nobody_gets_moments_far_ahead(database: Database) -> None:
    granted = [await database.run(reserve, "broadcasts", 25, rate=25) for _ in range(6)]

    assert [one.count for one in granted] == [25, 25, 25, 0, 0, 0]
    assert 0 < granted[-1].delay <= 1.0


async def test_budgets_are_apart(database: Database) -> None:
    await database.run(hold, "broadcasts", 10_072)

    assert await database.read(is_quiet, "broadcasts")
    assert not await database.read(is_quiet, "others")
    assert (await database.run(reserve, "others", 1, rate=1)).count == 1


async def test_quiet_holds_for_hours_and_ends(database: Database) -> None:
    await database.run(hold, "broadcasts", 10_072)
    await database.run(hold, "broadcasts", 3)

    refused = await database.run(reserve, "broadcasts", 25, rate=25)
    assert refused.count == 0
    assert 10_000 < refused.delay == refused.quiet <= 10_072


async def test_quiet_ends(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with at(MOMENT):
        await database.run(hold, "broadcasts", 60)
    with at(MOMENT + timedelta(seconds=60)):
        assert await database.run(reserve, "broadcasts", 5, rate=25) == Reservation(5, 0.0)
    await database.dispose()


async def test_a_clock_that_is_put_back_stops_nothing_and_lengthens_no_quiet(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with at(MOMENT):
        await database.run(reserve, "broadcasts", 25, rate=25)
        await database.run(hold, "broadcasts", 60)
    with at(MOMENT - timedelta(hours=5)):
        refused = await database.run(reserve, "broadcasts", 25, rate=25)
        assert refused == Reservation(0, 60.0, 60.0)
    with at(MOMENT - timedelta(hours=5) + timedelta(seconds=60)):
        assert (await database.run(reserve, "broadcasts", 25, rate=25)).count == 25
    await database.dispose()


async def test_a_turn_is_taken_by_one_and_comes_again(database: Database) -> None:
    taken = await asyncio.gather(*(database.run(take_turn, "calendar", 60) for _ in range(5)))

    assert sorted(taken) == [False] * 4 + [True]
    assert await database.run(take_turn, "calendar", 0)


async def test_a_turn_is_not_waited_for_when_the_clock_is_put_back(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with at(MOMENT):
        assert await database.run(take_turn, "calendar", 60)
    with at(MOMENT - timedelta(days=1)):
        assert await database.run(take_turn, "calendar", 60)
        assert not await database.run(take_turn, "calendar", 60)
    await database.dispose()


@pytest.mark.parametrize("rate", [1, 25, 950])
@given(asked=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 25)), min_size=1, max_size=40))
def test_no_second_has_more_moments_than_the_rate(rate: int, asked: list[tuple[float, int]]) -> None:
    standing, moment, moments = Standing(), 10**15, list[float]()
    for passed, count in asked:
        moment += round(passed * SECOND)
        standing, given_out = grant(standing, moment, count, rate=rate, ahead=0.05)
        moments += [moment / SECOND + given_out.delay + n / rate for n in range(given_out.count)]

    assert all(
        later - earlier >= 0.999_98 for earlier, later in zip(moments, moments[rate:], strict=False)
    ), "the message after as many as the rate leaves a second later"


@given(
    st.integers(-30 * 86_400, 30 * 86_400),
    st.integers(1, 25),
    st.sampled_from([1, 25, 950]),
)
def test_a_jump_of_the_clock_never_stops_for_more_than_a_moment(jump: int, count: int, rate: int) -> None:
    moment = 10**15
    standing, _ = grant(Standing(), moment, count, rate=rate, ahead=0.0)
    _, after = grant(standing, moment + jump * SECOND, count, rate=rate, ahead=0.0)

    assert after.delay <= count / rate + 1e-6
