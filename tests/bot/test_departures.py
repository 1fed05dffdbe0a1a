"""When messages leave: at moments that were given out, never before, and never too many in a second."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from bot.departures import Ask, Departures, Moments
from core.clock import ticks

RATE = 25


class Budget:
    """Gives out moments one after another, the first `ahead` seconds from now; notes what was asked for."""

    def __init__(self, rate: float = RATE, ahead: float = 0.0) -> None:
        self.rate = rate
        self.ahead = ahead
        self.asked: list[int] = []
        self._next = 0.0

    async def __call__(self, count: int) -> Moments:
        self.asked.append(count)
        begin = max(self._next, ticks() + self.ahead)
        self._next = begin + count / self.rate
        return Moments(count, begin, begin)


async def leave(departures: Departures, count: int) -> list[float]:
    """Moments at which as many messages left."""
    await departures.promise(count)

    async def one() -> float:
        assert await departures.leave()
        return ticks()

    return sorted(await asyncio.gather(*(one() for _ in range(count))))


async def test_messages_leave_one_after_another_and_none_before_its_moment() -> None:
    begun = ticks()
    left = await leave(Departures(RATE, Budget()), 10)

    assert all(moment >= begun + place / RATE for place, moment in enumerate(left))


async def test_batches_get_their_promises_in_the_order_in_which_they_asked() -> None:
    departures = Departures(RATE, Budget())

    begins = await asyncio.gather(*(departures.promise(5) for _ in range(3)))

    assert begins == sorted(begins)
    assert begins[2] - begins[0] == pytest.approx(10 / RATE, abs=0.02)


async def test_what_is_given_back_serves_the_next() -> None:
    budget = Budget(ahead=0.2)
    departures = Departures(RATE, budget)
    await departures.promise(10)
    departures.give_back(10)
    await departures.promise(10)

    assert budget.asked == [10]


async def test_a_moment_that_is_missed_is_void_and_another_is_asked_for() -> None:
    budget = Budget()
    departures = Departures(RATE, budget)
    await departures.promise(1)
    await asyncio.sleep(0.4)  # something kept the process busy: the leeway is 0.1

    assert await departures.leave()
    assert budget.asked == [1, 1]


async def test_who_was_kept_waiting_until_the_leave_was_over_waits_for_another_moment() -> None:
    budget = Budget(ahead=0.2)
    departures = Departures(RATE, budget)
    await departures.promise(1)
    leave = await departures.leave()
    assert leave is not None
    assert await leave.show() and budget.asked == [1], "in time"
    await asyncio.sleep(0.3)  # the leave is over after 0.125

    begun = ticks()
    assert await leave.show()
    assert ticks() >= begun + 0.19
    assert budget.asked == [1, 1]
    assert await leave.show() and budget.asked == [1, 1], "it lasts again"


async def test_a_leave_that_is_over_is_not_renewed_in_quiet() -> None:
    departures = Departures(RATE, Budget())
    await departures.promise(1)
    leave = await departures.leave()
    await asyncio.sleep(0.3)
    departures.hold(60)

    assert leave is not None
    assert not await leave.show()


async def test_where_there_is_no_ceiling_a_leave_is_never_over() -> None:
    departures = Departures(1_000_000, Budget(rate=1_000_000))
    await departures.promise(1)
    leave = await departures.leave()
    await asyncio.sleep(0.3)
    departures.hold(60)

    assert leave is not None
    assert await leave.show()


async def test_no_more_leave_in_a_second_than_the_ceiling_whatever_the_budget_says() -> None:
    class Generous(Budget):
        async def __call__(self, count: int) -> Moments:
            return Moments(count, ticks(), ticks())  # a clock that stands still

    left = await leave(Departures(RATE, Generous()), 40)

    assert all(later - earlier >= 0.99 for earlier, later in zip(left, left[30:], strict=False))


async def test_quiet_stops_even_what_is_claimed_and_lasts() -> None:
    departures = Departures(RATE, Budget(ahead=0.2))
    await departures.promise(3)
    waiting = [asyncio.create_task(departures.leave()) for _ in range(2)]
    await asyncio.sleep(0)

    departures.hold(60)

    assert await asyncio.gather(*waiting) == [None, None]
    assert await departures.leave() is None
    assert 59 < departures.quiet_left() <= 60


async def test_quiet_that_another_worker_was_asked_for_is_kept_too() -> None:
    async def quiet(_count: int) -> Moments:
        return Moments(quiet=60.0, wait=60.0)

    departures = Departures(RATE, quiet)
    promise = asyncio.create_task(departures.promise(5))
    await asyncio.sleep(0.05)

    assert not promise.done()
    assert departures.quiet_left() > 59
    departures.close()
    departures.end()
    with suppress(asyncio.CancelledError):
        await promise


async def test_who_waits_for_a_promise_is_sent_away_when_the_process_stops() -> None:
    async def never(_count: int) -> Moments:
        return Moments(wait=60.0)

    departures = Departures(RATE, never)
    promise = asyncio.create_task(departures.promise(5))
    await asyncio.sleep(0.05)
    departures.close()

    with pytest.raises(asyncio.CancelledError):
        await promise
    with pytest.raises(asyncio.CancelledError):
        await departures.promise(1)
    departures.end()


async def test_trouble_with_the_budget_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget()
    outcomes: Iterator[Callable[[int], object] | None] = iter([None])

    async def ask(count: int) -> Moments:
        with suppress(StopIteration):
            next(outcomes)
            raise RuntimeError("no budget")
        return await budget(count)

    asking: Ask = ask
    assert len(await leave(Departures(RATE, asking), 3)) == 3
