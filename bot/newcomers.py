"""What newcomers chose and by which link they came, while they read what this is.

The process remembers it; nothing is stored. After a restart the buttons on their screens still know it.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.clock import now

_REMEMBERED = 5_000
_LONGEST = timedelta(hours=1)
_ANY_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Newcomer:
    language: str | None = None
    links: tuple[int, ...] = ()
    """All that they have come by; the last one is the way by which they are here now."""
    join_code: str | None = None
    """On the wall of the assembly that they are at, if that is how they came last."""
    household: str | None = None
    """The word of those they live with, if somebody gave them the address of it."""
    until: datetime = _ANY_TIME


class Newcomers:
    """By the blind index, of those who have not consented yet. Forgotten within the hour, or at a restart."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._people: OrderedDict[bytes, _Newcomer] = OrderedDict()

    def remember(self, index: bytes, language: str) -> None:
        """They chose; where there are too many, whoever chose first is asked once more."""
        self._keep(index, replace(self._find(index), language=language))

    def come_by(self, index: bytes, link_id: int) -> None:
        """They came by a link."""
        known = self._find(index)
        others = tuple(other for other in known.links if other != link_id)
        self._keep(index, replace(known, links=(*others, link_id), join_code=None))

    def come_to(self, index: bytes, join_code: str) -> None:
        """They came by the code on the wall of an assembly."""
        self._keep(index, replace(self._find(index), join_code=join_code))

    def come_home(self, index: bytes, word: str) -> None:
        """They came by the address of a household."""
        self._keep(index, replace(self._find(index), household=word))

    def language_of(self, index: bytes) -> str | None:
        """None for who has not chosen lately."""
        return self._find(index).language

    def link_of(self, index: bytes) -> int | None:
        """The link they came by; None for who came by none lately."""
        return next(reversed(self._find(index).links), None)

    def join_code_of(self, index: bytes) -> str | None:
        """The code on the wall by which they came; None where they came otherwise."""
        return self._find(index).join_code

    def household_of(self, index: bytes) -> str | None:
        """The word they came with; None where they came otherwise."""
        return self._find(index).household

    def has_come_by(self, index: bytes, link_id: int) -> bool:
        """Whether they have come by this link already, lately."""
        return link_id in self._find(index).links

    def ask_again(self, index: bytes) -> None:
        """They did not want to, or begin again: the language is theirs to choose once more."""
        known = self._find(index)
        if known.links or known.join_code or known.household:
            self._people[index] = replace(known, language=None)
        else:
            self.forget(index)

    def forget(self, index: bytes) -> None:
        """They take part."""
        self._people.pop(index, None)

    def _find(self, index: bytes) -> _Newcomer:
        while self._people and next(iter(self._people.values())).until <= now():
            self._people.popitem(last=False)
        return self._people.get(index, _Newcomer())

    def _keep(self, index: bytes, newcomer: _Newcomer) -> None:
        self.forget(index)
        self._people[index] = replace(newcomer, until=now() + _LONGEST)
        if len(self._people) > self._size:
            self._people.popitem(last=False)
