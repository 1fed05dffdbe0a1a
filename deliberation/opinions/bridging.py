"""What opinion groups share: common ground of all, and sentences on which groups meet that elsewhere stand apart. Pure.

Shares are (votes + 1) / (seen + 2), as Polis takes them: half where nobody has voted, and never all or nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from deliberation.maths.representative import Direction

MOST = 2 / 3
"""From here on most of a group say so."""

_PART = (2 / 5, 3 / 5)
"""Between these a group is of two minds: a good part of it says so."""

_WAYS: tuple[Direction, ...] = ("agree", "disagree")


@dataclass(frozen=True, slots=True)
class Counts:
    """The votes of a group on a statement; passes are what is left of `seen`."""

    agree: int
    disagree: int
    seen: int

    def share(self, way: Direction) -> float:
        """How much of the group votes so."""
        return ((self.agree if way == "agree" else self.disagree) + 1) / (self.seen + 2)


ByGroup = Mapping[int, Counts]


@dataclass(frozen=True, slots=True)
class Bridge:
    """A sentence that two groups could begin with.

    meeting:  most of both vote the same way
    opening:  most of the first do, and a good part of the second
    apart:    on how many other sentences most of one vote against most of the other
    """

    statement: str
    way: Direction
    kind: Literal["meeting", "opening"]
    groups: tuple[int, int]
    apart: int
    share: float


def common_way(votes: ByGroup, least: int) -> Direction | None:
    """How most of every group vote, if they do; nothing where fewer than `least` of a group have voted."""
    if not votes or any(each.seen < least for each in votes.values()):
        return None
    return next((way for way in _WAYS if all(each.share(way) >= MOST for each in votes.values())), None)


def find_bridges(statements: Mapping[str, ByGroup], least: int) -> list[Bridge]:
    """One a sentence at most, those of groups that stand furthest apart first. What all groups share is not among them.

    least:  how many of a group must have voted on a sentence for it to count
    """
    apart = _apart(statements, least)
    found = []
    for statement, votes in statements.items():
        if common_way(votes, least) is None:
            bridges = list(_bridges(statement, votes, apart, least))
            found += sorted(bridges, key=_order)[:1]
    return sorted(found, key=_order)


def _apart(statements: Mapping[str, ByGroup], least: int) -> dict[frozenset[int], int]:
    """For each two groups, on how many sentences most of one say yes and most of the other say no."""
    counted: dict[frozenset[int], int] = {}
    for votes in statements.values():
        for one, other in permutations(_known(votes, least), 2):
            if votes[one].share("agree") >= MOST and votes[other].share("disagree") >= MOST:
                pair = frozenset((one, other))
                counted[pair] = counted.get(pair, 0) + 1
    return counted


def _bridges(
    statement: str, votes: ByGroup, apart: Mapping[frozenset[int], int], least: int
) -> Iterator[Bridge]:
    low, high = _PART
    for one, other in permutations(_known(votes, least), 2):
        divided = apart.get(frozenset((one, other)), 0)
        if not divided:
            continue
        for way in _WAYS:
            first, second = votes[one].share(way), votes[other].share(way)
            if min(first, second) >= MOST and one < other:
                yield Bridge(statement, way, "meeting", (one, other), divided, min(first, second))
            elif first >= MOST and low <= second <= high:
                yield Bridge(statement, way, "opening", (one, other), divided, second)


def _known(votes: ByGroup, least: int) -> list[int]:
    return sorted(group for group, counts in votes.items() if counts.seen >= least)


def _order(bridge: Bridge) -> tuple[bool, int, float, str, tuple[int, int]]:
    return bridge.kind == "opening", -bridge.apart, -bridge.share, bridge.statement, bridge.groups
