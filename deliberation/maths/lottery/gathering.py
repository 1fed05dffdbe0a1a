"""Groups of people who have as much in common as can be: mended a little at a time, as glass is, by cooling slowly.

Somebody of a group and somebody who is nearly like one of it change places, or one of them comes or goes where groups
are large enough. What makes it better is kept, what makes it worse at times: less and less of it. The lots are
always the same ones, so that the same people come out in the same groups, on a slow machine and on a fast one.

source: Kirkpatrick and others 1983, "Optimization by simulated annealing"
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp
from random import Random

import numpy as np

from deliberation.maths.lottery.pool import IntArray

_STEPS_EACH, _MOST_STEPS = 1_000, 600_000
_HOT, _COLD = 0.12, 0.06
"""Temperature at first and at last, in cells, for each person of a group of the smallest size."""
_NEAR = 12
_COMES, _GOES = 0.4, 0.6


def regathered(rows: IntArray, groups: IntArray, alike: int) -> IntArray:
    """Groups as the ones given, or better: of fewer cells that differ.

    rows:    (n, C) values 0, 1, 2 …, sorted
    groups:  (n,) the number of the group of each, without gaps; each has at least `alike`
    returns: the same, of other groups
    """
    found = _Groups(rows, groups, alike)
    lots = Random(0).random
    hot, cold = _HOT * alike, _COLD * alike
    steps = min(_MOST_STEPS, _STEPS_EACH * len(found.unlike))
    best, least = found.of.copy(), found.total
    for step in range(steps):
        found.try_something(lots, hot * (cold / hot) ** (step / steps))
        if found.total < least:
            best, least = found.of.copy(), found.total
    return np.array(best, np.int64)


@dataclass
class _Groups:
    """Who is with whom, and how many cells of each group are not counted.

    Values of a person are one whole number, a field a category with its highest bit free: of two people or more the
    fields that differ are those in which some bit does.
    """

    rows: IntArray
    groups: IntArray
    alike: int
    of: list[int] = field(init=False)
    members: list[list[int]] = field(init=False)
    cost: list[int] = field(init=False)
    total: int = field(init=False)
    unlike: list[int] = field(init=False)
    """Those of whom something is not counted at first."""

    def __post_init__(self) -> None:
        categories = self.rows.shape[1]
        width = int(self.rows.max(initial=0)).bit_length() + 1
        self._top = sum(1 << (width * each + width - 1) for each in range(categories))
        self._low = self._top - sum(1 << width * each for each in range(categories))
        self._code = [sum(value << width * at for at, value in enumerate(row)) for row in self.rows.tolist()]
        self.of = self.groups.tolist()
        self.members = [[] for _ in range(max(self.of) + 1)]
        for each, group in enumerate(self.of):
            self.members[group].append(each)
        self.cost = [self._cost_of(members) for members in self.members]
        self.total = sum(self.cost)
        self.unlike = [each for each, group in enumerate(self.of) if self.cost[group]]
        spare = (
            each
            for group, members in enumerate(self.members)
            if not self.cost[group]
            for each in members[self.alike :][: self.alike]
        )
        self._others = np.array(sorted({*self.unlike, *spare}), np.int64)
        self._near: dict[int, list[int]] = {}

    def try_something(self, lots: Callable[[], float], heat: float) -> None:
        """Somebody of whom something is not counted, and somebody near to one of their group, in either's group."""
        one = self.unlike[int(lots() * len(self.unlike))]
        here = self.of[one]
        mine = self.members[here]
        near = self._nearest(mine[int(lots() * len(mine))])
        other = near[int(lots() * lots() * len(near))]
        there = self.of[other]
        if here == there or not self.cost[here]:
            return
        theirs, lot = self.members[there], lots()
        if lot < _COMES and len(theirs) > self.alike:
            changed = [*mine, other], _without(theirs, other)
        elif lot < _GOES and len(mine) > self.alike:
            changed = _without(mine, one), [*theirs, one]
        else:
            changed = [*_without(mine, one), other], [*_without(theirs, other), one]
        costs = self._cost_of(changed[0]), self._cost_of(changed[1])
        worse = sum(costs) - self.cost[here] - self.cost[there]
        if worse <= 0 or lots() < exp(-worse / heat):
            self.total += worse
            for group, members, cost in zip((here, there), changed, costs, strict=True):
                self.members[group], self.cost[group] = members, cost
                for each in (one, other):
                    if each in members:
                        self.of[each] = group

    def _nearest(self, person: int) -> list[int]:
        """Who has most in common with somebody, beside those who have enough like them; the nearest first."""
        code = self._code[person]
        if code not in self._near:
            differ = (self.rows[self._others] != self.rows[person]).sum(axis=1).astype(np.int8)
            self._near[code] = self._others[np.argsort(differ, kind="stable")[:_NEAR]].tolist()
        return self._near[code]

    def _cost_of(self, members: list[int]) -> int:
        first, differ = self._code[members[0]], 0
        for each in members:
            differ |= self._code[each] ^ first
        return len(members) * ((differ + self._low) & self._top).bit_count()


def _without(members: list[int], person: int) -> list[int]:
    return [each for each in members if each != person]
