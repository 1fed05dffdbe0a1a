"""Pace: how many messages leave in a second."""

import asyncio
from collections.abc import Callable


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
