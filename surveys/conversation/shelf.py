"""Things that are worth making only once, as many as fit; the one put there first makes room."""

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Shelf(Generic[Key, Thing]):
    """Safe to share between threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._things: dict[Key, Thing] = {}
        self._lock = Lock()

    def find(self, key: Key) -> Thing | None:
        """What was kept under the key, if it is still there."""
        return self._things.get(key)

    def keep(self, key: Key, thing: Thing) -> Thing:
        """Put the thing there, in place of what was there before."""
        with self._lock:
            self._things.pop(key, None)
            while len(self._things) >= self._room:
                self._things.pop(next(iter(self._things)))
            self._things[key] = thing
        return thing
