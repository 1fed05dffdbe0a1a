"""Which language a newcomer chose while they read what this is. The process remembers it; nothing is stored."""

from collections import OrderedDict
from datetime import datetime, timedelta

from core.clock import now

_REMEMBERED = 5_000
_LONGEST = timedelta(hours=1)


class Newcomers:
    """Blind index → language, of those who have not consented yet. Forgotten within the hour, or at a restart."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._chosen: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()

    def remember(self, index: bytes, language: str) -> None:
        """They chose; where there are too many, whoever chose first is asked once more."""
        self.forget(index)
        self._chosen[index] = language, now() + _LONGEST
        if len(self._chosen) > self._size:
            self._chosen.popitem(last=False)

    def language_of(self, index: bytes) -> str | None:
        """None for who has not chosen lately."""
        while self._chosen and next(iter(self._chosen.values()))[1] <= now():
            self._chosen.popitem(last=False)
        return self._chosen[index][0] if index in self._chosen else None

    def forget(self, index: bytes) -> None:
        """They took part, or did not want to, or begin again."""
        self._chosen.pop(index, None)
