"""What one answer has led to, all through the questionnaire."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from surveys.conversation.outline import Outline
from surveys.conversation.spot import Spot


@dataclass(slots=True)
class News:
    """What is other than before.

    changed  paths in the questionnaire: what has another value, what began or ceased to apply
    turned   what began or ceased to apply
    dropped  paths of answers that were taken back
    grown    the document was built anew, and nothing in it is what it was
    """

    changed: set[str] = field(default_factory=set)
    turned: list[Spot] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    grown: bool = False


class Ripple:
    """A change on its way: which sites are still to be worked out, each after those that it reads."""

    def __init__(self, outline: Outline) -> None:
        self.changed: set[str] = set()
        self._outline = outline
        self._ahead: list[int] = list(outline.watchful)
        self._awaited = set(self._ahead)
        self._reached = -1

    def add(self, path: str) -> None:
        """Something has changed there: what watches it is to come, unless its turn is over."""
        if path in self.changed:
            return
        self.changed.add(path)
        for place in self._outline.watchers.get(path, ()):
            if place > self._reached and place not in self._awaited:
                self._awaited.add(place)
                heappush(self._ahead, place)

    def places(self) -> Iterator[int]:
        """Places in the order of the outline, while there are any; more may be added meanwhile."""
        while self._ahead:
            self._reached = heappop(self._ahead)
            yield self._reached


def with_surroundings(paths: Iterable[str]) -> set[str]:
    """The paths and those of all groups around them: who looks at a group looks at what is in it."""
    found: set[str] = set()
    for path in paths:
        while path and path not in found:
            found.add(path)
            path = path.rpartition("/")[0]
    return found
