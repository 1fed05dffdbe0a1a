"""How often each group agreed and disagreed with each statement."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.votes import IntArray, Votes


@dataclass(frozen=True, slots=True, eq=False)
class GroupCounts:
    """Votes by group and statement, each (k, m). `seen` has the passes too."""

    agree: IntArray
    disagree: IntArray
    seen: IntArray

    def on(self, kept: NDArray[np.bool_]) -> "GroupCounts":
        """The votes on some of the statements. kept: (m,) which."""
        return GroupCounts(self.agree[:, kept], self.disagree[:, kept], self.seen[:, kept])

    def groups(self, chosen: slice) -> "GroupCounts":
        """The votes of some of the groups."""
        return GroupCounts(self.agree[chosen], self.disagree[chosen], self.seen[chosen])

    @property
    def others(self) -> "GroupCounts":
        """The votes of all the other groups together."""
        return GroupCounts(*(each.sum(axis=0) - each for each in (self.agree, self.disagree, self.seen)))

    @property
    def all(self) -> "GroupCounts":
        """The votes of all groups as of one."""
        return GroupCounts(
            *(each.sum(axis=0, keepdims=True) for each in (self.agree, self.disagree, self.seen))
        )


def count_votes(votes: Votes, label: IntArray, groups: int) -> GroupCounts:
    """Count the votes of each group.

    label:  (n,) 0..groups-1; the votes of people at -1 are not counted
    """
    statements = len(votes.statements)
    size = groups * statements * 3
    first = (label * statements).astype(np.int32 if size < 2**31 else np.int64)
    place = np.repeat(first, votes.votes_by_person)
    place += votes.statement
    place *= 3
    place += votes.value
    place += 1
    counted = np.bincount(place[place >= 0] if label.min(initial=0) < 0 else place, minlength=size)
    disagree, passed, agree = np.moveaxis(counted.reshape(groups, statements, 3), 2, 0)
    return GroupCounts(agree, disagree, agree + disagree + passed)
