"""Pace: how many messages leave in a second, and what was asked for a moment ago."""

import asyncio
from collections.abc import Hashable
from datetime import timedelta

from telegram.error import RetryAfter


class Pace:
    """A budget of `per_second` messages, without a burst at the start. Many may wait at once."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._quiet_until = 0.0

    async def wait(self) -> None:
        """Return when the next message may leave."""
        moment = _moment()
        start = max(moment, self._next, self._quiet_until)
        self._next = start + self._gap
        if start > moment:
            await asyncio.sleep(start - moment)

    def hold(self, seconds: float) -> None:
        """Telegram asked for quiet: nothing leaves before that."""
        self._quiet_until = max(self._quiet_until, _moment() + seconds)

    async def end_of_quiet(self) -> None:
        """Return when Telegram listens again."""
        await asyncio.sleep(max(0.0, self._quiet_until - _moment()))


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
