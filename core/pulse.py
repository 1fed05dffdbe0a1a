"""How fast a broadcast goes: from counts that were seen, one after the other."""

from collections import deque

from core.broadcasts import Course
from core.outlook import Outlook

_WINDOW = 60.0
_LEAST = 3.0
"""Seconds. Of less nothing can be said: deliveries are settled by the batch."""


class Pulse:
    """Deliveries a second during the last minute, as far back as somebody was looking."""

    def __init__(self, seconds: float, outlook: Outlook) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self.note(seconds, outlook)

    def note(self, seconds: float, outlook: Outlook) -> None:
        """A look at `seconds`, by a clock that only goes forward."""
        sending = outlook.card.sending
        settled = sending.sent + sending.blocked + sending.failed
        if outlook.card.course is not Course.RUNNING or (self._seen and settled < self._seen[-1][1]):
            self._seen.clear()  # a pause is no slowness; and what is tried again was never fast
        self._seen.append((seconds, settled))
        while self._seen[0][0] < seconds - _WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """None before there is enough to go by."""
        (began, before), (ended, after) = self._seen[0], self._seen[-1]
        return (after - before) / (ended - began) if ended - began >= _LEAST else None
