"""Pace: how many messages leave in a second."""

import asyncio
import warnings
from collections.abc import Callable
from datetime import timedelta

from telegram.error import RetryAfter
from telegram.warnings import PTBDeprecationWarning


class Pace:
    """A budget of `per_second` messages, without a burst at the start. Many may wait at once."""

    def __init__(self, per_second: float, time: Callable[[], float] | None = None) -> None:
        self._gap = 1.0 / per_second
        self._time = time
        self._next = 0.0

    async def wait(self) -> None:
        """Return when the next message may leave."""
        moment = (self._time or asyncio.get_running_loop().time)()
        start = max(moment, self._next)
        self._next = start + self._gap
        if start > moment:
            await asyncio.sleep(start - moment)

    def hold(self, seconds: float) -> None:
        """Telegram asked for quiet: nothing leaves before that."""
        moment = (self._time or asyncio.get_running_loop().time)()
        self._next = max(self._next, moment + seconds)


def asked_wait(error: RetryAfter) -> float:
    """Seconds of quiet that Telegram asked for."""
    with warnings.catch_warnings():  # the library is about to turn the number into a timedelta
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
