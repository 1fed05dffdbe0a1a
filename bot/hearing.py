"""Whether Telegram answers at all. While it answers nobody, next to nothing is sent: all of it would be in doubt."""

import logging

from core.clock import ticks

_IN_A_ROW = 3
"""After so many messages without an answer, and none with one between them, nobody is taken to be listening."""
_FIRST, _LONGEST = 5.0, 300.0
"""Seconds before the first probe, and between two of them at last."""
_LOOK_AGAIN = 1.0
"""The longest wait without looking whether somebody else's probe was answered."""

_log = logging.getLogger("rimay.delivery")


class Hearing:
    """What a courier has last heard of Telegram, all its chunks together."""

    def __init__(self) -> None:
        self._unanswered = 0
        self._wait = self._probe_at = 0.0

    @property
    def lost(self) -> bool:
        """Whether nothing may leave but a probe."""
        return self._unanswered >= _IN_A_ROW

    def note(self, *, answered: bool) -> None:
        """A message that may have reached Telegram was answered, or was not."""
        before = self.lost
        self._unanswered = 0 if answered else self._unanswered + 1
        if self.lost and not before:
            self._wait, self._probe_at = _FIRST, ticks() + _FIRST
            _log.warning("Telegram does not answer: broadcasts wait")
        elif before and not self.lost:
            _log.warning("Telegram answers again: broadcasts go on")

    def pause(self) -> float:
        """Seconds after which to look again; 0: something may leave."""
        return max(0.0, min(self._probe_at - ticks(), _LOOK_AGAIN)) if self.lost else 0.0

    def allow(self, count: int) -> int:
        """How many of so many may leave next: all, or one where the last was not answered.

        While nobody listens that one is the probe; for the next others wait, twice as long each time.
        """
        if self.lost:
            self._wait = min(2 * self._wait, _LONGEST)
            self._probe_at = ticks() + self._wait
        return min(count, 1) if self._unanswered else count
