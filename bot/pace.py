"""What was asked for a moment ago, by people and by Telegram."""

import asyncio
from collections.abc import Hashable
from datetime import timedelta

from telegram.error import RetryAfter


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
