"""Departures: when each message of a broadcast leaves this process.

The moments are given out by the budget that all workers share (core/budget.py). A message leaves at a moment or a
little after it, never before. One that nobody used in time is void, and another is asked for: so no second can have
more messages than Telegram's ceiling, however late a busy process is, because rate x (1 + leeway) is less. Between
being let go and being written to the wire a process may be kept waiting once more: so a message has a `Leave`, which
it shows as it is written. What is left of the room is for the way to Telegram, longer at one time than at another.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.clock import ticks

FREE_CEILING, PAID_CEILING = 30, 1000
"""Messages that Telegram takes in one second, from all workers together."""
_LOOK_AGAIN = 30.0
"""The longest wait without asking the budget again: clocks are put forward."""
_LONGEST = 5.0
"""Seconds that a message waits, once it is claimed."""
_AT_LEAST = 25
_LASTS = 1.25
"""A leave ends that many leeways after its moment."""
_log = logging.getLogger("rimay.delivery")


@dataclass(frozen=True, slots=True)
class Moments:
    """`count` moments, the first between two bounds by the clock of this process (the budget counts by another).

    quiet: seconds of quiet that Telegram asked some worker for; no moments are given out in it
    wait:  seconds after which to ask again, where none were given out
    """

    count: int = 0
    earliest: float = 0.0
    latest: float = 0.0
    quiet: float = 0.0
    wait: float = 0.0


class Leave:
    """What lets one message go. It is over soon after the message's moment: then another moment is waited for."""

    __slots__ = ("_again", "_until")

    def __init__(self, until: float, again: Callable[[], Awaitable[float | None]]) -> None:
        self._until = until
        self._again = again

    async def show(self) -> bool:
        """Return when the message may be written. False: it may not, in a good while."""
        while ticks() > self._until:
            until = await self._again()
            if until is None:
                return False
            self._until = until
        return True


Ask = Callable[[int], Awaitable[Moments]]
"""Asks the budget for so many moments."""


class Departures:
    """Promises moments to batches, before anything is claimed, and lets messages leave at them."""

    def __init__(self, per_second: float, ask: Ask) -> None:
        self._gap = 1.0 / per_second
        self._ask = ask
        self._at_once = max(_AT_LEAST, int(per_second / 5))
        self._ceiling = next((most for most in (FREE_CEILING, PAID_CEILING) if per_second <= most), None)
        if self._ceiling is None:  # no moment passes unused
            self._leeway = float("inf")
        else:
            self._leeway = max(0.01, min(0.5, (self._ceiling / per_second - 1.0) / 2))
        self._moments: deque[tuple[float, float]] = deque()
        """Each between two bounds, in order."""
        self._owed = 0
        """Messages of batches that have a promise, and have not left."""
        self._batches: deque[tuple[int, asyncio.Future[float]]] = deque()
        self._asked = 0
        """Messages of batches that wait for a promise. Kept, because every message looks."""
        self._waiting: deque[asyncio.Future[float | None]] = deque()
        self._left: deque[float] = deque()
        """When messages left in the last second."""
        self._quiet_until = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def limited(self) -> bool:
        """Whether there is a ceiling, so that a moment that nobody uses in time is void."""
        return self._ceiling is not None

    async def promise(self, count: int) -> float:
        """Return when the first of so many moments will come (`ticks`), once they are given out; nothing before that.

        Raises CancelledError when the process is about to stop.
        """
        if self._closed:
            raise asyncio.CancelledError
        promised: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._batches.append((count, promised))
        self._asked += count
        self._look()
        return await promised

    def give_back(self, count: int) -> None:
        """So many of the promised moments are not needed."""
        self._owed -= count
        self._look()

    async def leave(self) -> Leave | None:
        """Return when a message that has a promise may leave. None: it may not, in a good while."""
        until = await self._released()
        return None if until is None else Leave(until, self._leave_later)

    async def _leave_later(self) -> float | None:
        """A message was kept waiting until its leave was over, as if it had a promise still."""
        self._owed += 1
        return await self._released()

    async def _released(self) -> float | None:
        """Return when a message is let go, with the end of its leave."""
        if self.quiet_left():
            self._owed -= 1
            return None
        released: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(released)
        self._release()
        try:
            return released.result() if released.done() else await asyncio.wait_for(released, _LONGEST)
        except TimeoutError:
            self._owed -= 1
            return None

    def hold(self, seconds: float) -> None:
        """Telegram asked for quiet: nothing leaves before it is over, not even what is claimed."""
        self._quiet_until = max(self._quiet_until, ticks() + seconds)
        self._moments.clear()
        while self._waiting:
            self._settle(self._waiting.popleft(), None)

    def quiet_left(self) -> float:
        """Seconds until Telegram listens again."""
        return max(0.0, self._quiet_until - ticks())

    def close(self) -> None:
        """Promise nothing any more; what is claimed still leaves."""
        self._closed = True
        while self._batches:
            self._next_batch().cancel()

    def end(self) -> None:
        """Let go: nothing is claimed any more."""
        for pending in (self._asking, self._timer):
            if pending is not None:
                pending.cancel()

    def _look(self) -> None:
        """Ask the budget for what is missing, unless it is being asked."""
        self._promise_more()
        if self._missing() > 0 and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._keep_asking())

    def _missing(self) -> int:
        return self._owed + self._asked - len(self._moments)

    async def _keep_asking(self) -> None:
        while (missing := self._missing()) > 0:
            wait = self.quiet_left() or await self._ask_for(min(missing, self._at_once))
            if wait:
                await asyncio.sleep(min(wait, _LOOK_AGAIN))

    async def _ask_for(self, count: int) -> float:
        """Seconds after which to ask again; 0 where moments were given out."""
        try:
            moments = await self._ask(count)
        except Exception as error:
            _log.error("no moments are given out: %s", type(error).__name__)
            return 1.0
        if moments.quiet:
            self.hold(moments.quiet)
        for place in range(moments.count):
            later = place * self._gap
            self._moments.append((moments.earliest + later, moments.latest + later))
        self._promise_more()
        self._release()
        return 0.0 if moments.count else max(moments.wait, 0.001)

    def _promise_more(self) -> None:
        """First come, first served: to a batch, once there are moments for all of it."""
        self._forget_past(ticks())
        while self._batches:
            count, promised = self._batches[0]
            if promised.done():  # nobody waits for it any more
                self._next_batch()
                continue
            if len(self._moments) - self._owed < count:
                return
            self._next_batch()
            promised.set_result(self._moments[max(0, self._owed)][1])
            self._owed += count

    def _next_batch(self) -> asyncio.Future[float]:
        count, promised = self._batches.popleft()
        self._asked -= count
        return promised

    def _release(self) -> None:
        """Let those leave whose moment has come, in the order in which they were claimed."""
        moment = ticks()
        self._forget_past(moment)
        while self._waiting and self._moments and self._moments[0][1] <= moment:
            if self._waiting[0].done():
                self._waiting.popleft()
                continue
            if self._ceiling is not None and len(self._left) >= self._ceiling:
                break
            earliest, _ = self._moments.popleft()
            self._left.append(moment)
            self._settle(self._waiting.popleft(), earliest + _LASTS * self._leeway)
        if self._waiting:
            self._look()
            self._wake(moment)

    def _forget_past(self, moment: float) -> None:
        while self._moments and self._moments[0][0] + self._leeway < moment:
            self._moments.popleft()
        while self._left and (self._ceiling is None or self._left[0] <= moment - 1.0):
            self._left.popleft()

    def _wake(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._moments:
            full = self._ceiling is not None and len(self._left) >= self._ceiling
            until = max(self._moments[0][1], self._left[0] + 1.0 if full else 0.0)
            self._timer = asyncio.get_running_loop().call_later(max(0.0, until - moment), self._release)

    def _settle(self, released: "asyncio.Future[float | None]", until: float | None) -> None:
        if not released.done():
            released.set_result(until)
            self._owed -= 1
