"""What is to be chosen from: items that take time, and who approves of each."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.agenda.sets import Bits, members_of, sets_of, size, sizes, union, words_for


@dataclass(frozen=True, eq=False)
class Counted:
    """Items for an agenda and how many people approve of each.

    minutes:   (items,) whole and above zero, in any unit: what each item takes of the agenda
    approvals: (items,) how many approve of each

    Items stand in an order that does not depend on how they arrived: it decides last.
    """

    minutes: tuple[int, ...]
    approvals: tuple[int, ...]

    @cached_property
    def rank(self) -> list[int]:
        """(items,) who comes first where a rule finds two items equal: more approvals, fewer minutes, the order."""
        order = sorted(
            range(len(self.minutes)),
            key=lambda item: (-self.approvals[item], self.minutes[item], item),
        )
        places = dict(zip(order, range(len(order)), strict=True))
        return [places[item] for item in range(len(order))]

    def candidates(self, minutes: int) -> list[int]:
        """By rank, the items that somebody approves of and that fit into so many minutes: no rule takes another."""
        possible = [
            item for item, each in enumerate(self.minutes) if self.approvals[item] and each <= minutes
        ]
        return sorted(possible, key=self.rank.__getitem__)


@dataclass(frozen=True, eq=False)
class Proposals:
    """Items for an agenda and who approves of each.

    people:    how many; those who approve of nothing decide nothing and are counted nowhere below
    minutes:   (items,) as in Counted
    approvers: (items, words) who approves of each
    groups:    (groups, words) who belongs to each, where groups are known
    """

    people: int
    minutes: tuple[int, ...]
    approvers: Bits
    groups: Bits

    @cached_property
    def counted(self) -> Counted:
        """The items without who approves of them."""
        return Counted(self.minutes, tuple(sizes(self.approvers)))

    @cached_property
    def voters(self) -> Bits:
        """Who approves of something."""
        return union(self.approvers)

    @cached_property
    def members(self) -> list[NDArray[np.int64]]:
        """(items,) the numbers of those who approve of each."""
        return [members_of(each) for each in self.approvers]

    def voters_outside(self, chosen: Bits) -> Bits:
        """(words,) those of the voters who are not in a set."""
        return self.voters & ~chosen

    def approvers_of_any(self, items: list[int]) -> Bits:
        """(words,) who approves of at least one of some items."""
        return union(self.approvers[items])


def proposals_of(
    person: NDArray[np.integer],
    item: NDArray[np.integer],
    *,
    people: int,
    minutes: tuple[int, ...],
    group: NDArray[np.integer] | None = None,
) -> Proposals:
    """Proposals from pairs.

    person, item: (approvals,) who approves of what, in any order
    group:        (people,) 0..groups-1, or -1 for people of whom none is known
    """
    approvers = sets_of(person, item, people, len(minutes))
    groups = np.zeros((0, words_for(people)), np.uint64)
    if group is not None and len(group):
        known = np.flatnonzero(group >= 0)
        groups = sets_of(known, group[known], people, int(group.max()) + 1)
    return Proposals(people, minutes, approvers, groups)


@dataclass(frozen=True, slots=True)
class Place:
    """An item on the agenda and who paid for it.

    why:    "rule"; "completed" by Phragmén's rule after equal shares had nothing left that its supporters could pay;
            "minimum" because a small group is owed it
    payers: how many people paid for it; None where nobody pays
    most:   what those paid who paid most, in the unit of the minutes; the same with Phragmén: the time by which its
            supporters had saved enough
    groups: (groups,) what the people of each paid together
    later:  chosen after an item that came first did not fit any more
    """

    item: int
    why: str
    payers: int | None = None
    most: Fraction | None = None
    groups: tuple[Fraction, ...] = ()
    later: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a rule chose, in its order."""

    places: tuple[Place, ...]
    used: int

    @property
    def items(self) -> list[int]:
        """The items, in order."""
        return [place.item for place in self.places]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many people have nothing on the agenda that they approve of, among all, or the people of a group."""

    count: int
    of: int


def left_out(proposals: Proposals, items: list[int]) -> tuple[LeftOut, tuple[LeftOut, ...]]:
    """Of all voters, and of those of each group."""
    nothing = proposals.voters_outside(proposals.approvers_of_any(items))
    groups = zip(sizes(proposals.groups & nothing), sizes(proposals.groups & proposals.voters), strict=True)
    return LeftOut(size(nothing), size(proposals.voters)), tuple(LeftOut(*each) for each in groups)
