"""Whose turn it is: one person is served by one process at a time, and in each process by one task.

On SQLite there is one process, and memory is enough: `LocalTurns`. On PostgreSQL: `core.shared_turns`.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

Behind = Callable[[bytes], None]
"""Called with a person who could not be left because something of theirs waits: they are still served."""


class Standing(Enum):
    """How somebody who asks to serve a person stands."""

    BUSY = auto()
    """Somebody else serves them."""
    FREE = auto()
    """The turn was taken, and nothing waits."""
    BEHIND = auto()
    """The turn was taken, and earlier updates wait."""


class Turns(Protocol):
    """Who is served. Whoever took a turn leaves it, or gives it up."""

    async def take(self, person: bytes) -> Standing:
        """Ask for the turn of a person. Raises NotKept when the database does not answer."""

    async def holds(self, person: bytes) -> bool:
        """Whether a turn that was taken is still held: it is lost with the connection."""

    def leave(self, person: bytes) -> None:
        """The turn is over. Should something wait, it is kept instead, and `behind` is called."""

    def give_up(self, person: bytes) -> None:
        """The turn is over, whatever waits."""

    def expect(self, person: bytes) -> None:
        """Something was stored for a person."""

    async def close(self) -> None:
        """Let go of everything."""


class LocalTurns:
    """One process serves everybody."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._served: set[bytes] = set()
        self._waiting: set[bytes] = set()

    async def take(self, person: bytes) -> Standing:
        """See Turns."""
        if person in self._served:
            return Standing.BUSY
        self._served.add(person)
        if person not in self._waiting:
            return Standing.FREE
        self._waiting.discard(person)
        return Standing.BEHIND

    async def holds(self, person: bytes) -> bool:
        """See Turns."""
        return person in self._served

    def leave(self, person: bytes) -> None:
        """See Turns."""
        if person in self._waiting:
            self._waiting.discard(person)
            self._behind(person)
        else:
            self._served.discard(person)

    def give_up(self, person: bytes) -> None:
        """See Turns."""
        self._waiting.add(person)
        self._served.discard(person)

    def expect(self, person: bytes) -> None:
        """See Turns."""
        self._waiting.add(person)

    async def close(self) -> None:
        """See Turns."""
