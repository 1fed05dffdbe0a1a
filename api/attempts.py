"""Counts failed attempts to sign in, so that passwords cannot be tried out."""

from collections import OrderedDict
from datetime import datetime, timedelta

from core.clock import now

_WINDOW = timedelta(minutes=15)
_KEYS_KEPT = 10_000


class Attempts:
    """Failures of the last quarter of an hour by key. Kept in memory: each process counts its own."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()

    def minutes_to_wait(self, key: str) -> int:
        """0 when another attempt is allowed."""
        recent = self._recent(key)
        if len(recent) < self._limit:
            return 0
        return max(1, -int(-(recent[0] + _WINDOW - now()).total_seconds() // 60))

    def note_failure(self, key: str) -> None:
        """One more; who is not seen any more is forgotten first."""
        self._failures[key] = [*self._recent(key), now()][-self._limit :]
        self._failures.move_to_end(key)
        if len(self._failures) > _KEYS_KEPT:
            self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """The password was right."""
        self._failures.pop(key, None)

    def _recent(self, key: str) -> list[datetime]:
        since = now() - _WINDOW
        return [moment for moment in self._failures.get(key, []) if moment > since]
