"""Pace: how many messages leave in a second, and what was asked for a moment ago."""

import asyncio
from collections import deque
from collections.abc import Hashable
from datetime import timedelta

from telegram.error import RetryAfter

FREE_CEILING, PAID_CEILING = 30, 1000
"""Messages that Telegram takes in one second, from all workers together."""


class Pace:
    """What this process sends to many, by its own clock, whatever the clocks on the wall show.

    The moments at which messages leave are given out by the budget that all workers share (core/budget.py). A message
    that misses its moment by more than `leeway` does not leave: no second can have more of them than the ceiling,
    because rate x (1 + leeway) is no more than that.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self.gap = 1.0 / per_second
        self.ceiling = next((most for most in (FREE_CEILING, PAID_CEILING) if per_second <= most), None)
        room = 1.0 if self.ceiling is None else self.ceiling / per_second - 1.0
        self.leeway = min(0.5, max(0.02, room))
        self._left: deque[float] = deque()
        self._quiet_until = 0.0

    def take(self) -> bool:
        """Whether a message may leave now; if so, it is counted."""
        moment = _moment()
        if moment < self._quiet_until:
            return False
        if self.ceiling is not None:
            while self._left and self._left[0] <= moment - 1.0:
                self._left.popleft()
            if len(self._left) >= self.ceiling:
                return False
            self._left.append(moment)
        return True

    def hold(self, seconds: float) -> None:
        """Telegram asked for quiet: nothing leaves before that."""
        self._quiet_until = max(self._quiet_until, _moment() + seconds)

    def quiet_left(self) -> float:
        """Seconds until Telegram listens again."""
        return max(0.0, self._quiet_until - _moment())


class Lately:
    """What was asked for within a few seconds: the same finger tapped twice."""

    def __init__(self, seconds: float = 6.0) -> None:
        self._seconds = seconds
        self._asked: dict[Hashable, float] = {}

    def add(self, what: Hashable) -> bool:
        """False when it was asked for a moment ago."""
        moment = _moment()
        self._asked = {each: until for each, until in self._asked.items() if until > moment}
        if what in self._asked:
            return False
        self._asked[what] = moment + self._seconds
        return True

    def forget(self, what: Hashable) -> None:
        """It came to nothing, and may be asked for again."""
        self._asked.pop(what, None)


def _moment() -> float:
    return asyncio.get_running_loop().time()


def asked_wait(error: RetryAfter) -> float:
    """Seconds of quiet that Telegram asked for. The library is about to turn the number into a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
