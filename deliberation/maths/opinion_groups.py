"""Groups of people who think alike: as many as come out again when a fifth of the votes is left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from deliberation.maths.clusters import clusters_by_number
from deliberation.maths.counts import GroupCounts, count_votes
from deliberation.maths.leanings import Leanings
from deliberation.maths.opinion_model import fit_opinions
from deliberation.maths.plane import Plane, plane_of
from deliberation.maths.polis import people_inside
from deliberation.maths.votes import FloatArray, IntArray, Votes

SMALLEST = 5
_FOLDS = 5
_REPEATS, _VOTES_TO_REPEAT = 4, 200_000

_Divisions = dict[int, IntArray]
"""For each number of groups that was asked for, the labels of the grouped people, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class OpinionGroups:
    """A division of people.

    plane:       where everybody stands
    label:       (n,) 0..k-1, the largest group first; -1 for people with too few votes
    stability:   adjusted Rand index, up to 1, with divisions made from four fifths of the votes; 1 for one group
    tried:       stability by the number of groups that k-means was asked for
    membership:  (n, k) in how many of the analyses a person is in each group, as a share; nan outside
    counts:      votes of the groups on all statements
    apart:       the same, but each vote is counted in the group that its person has by other votes only: what
                 significance is to be tested on
    """

    plane: Plane
    label: IntArray
    stability: float
    tried: dict[int, float]
    membership: FloatArray
    counts: GroupCounts
    apart: GroupCounts

    @property
    def groups(self) -> int:
        """How many."""
        return len(self.counts.seen)


def stable_groups(
    votes: Votes, leanings: Leanings, *, seed: int = 0, smallest: int = SMALLEST
) -> OpinionGroups:
    """The division, of 2 to 5 groups, that changes least when a fifth of the votes is left out; more groups only where
    they are clearly steadier.

    smallest:  how many people a group has at least; smaller ones go to the nearest others. One group where no
               division is left
    seed:      decides which votes are left out together
    source:    Ben-Hur, Elisseeff, Guyon 2002, "A stability based method for discovering structure in clustered data";
               Hubert, Arabie 1985 for the index
    """
    grouped = people_inside(votes)
    plane = plane_of(votes, leanings, grouped)
    divisions = _divisions(plane.people[grouped], smallest)
    repeats = _REPEATS if len(votes) <= _VOTES_TO_REPEAT else 1
    if divisions:
        folds = [_folds(votes, np.random.default_rng([seed, repeat])) for repeat in range(repeats)]
        again = [
            [_divided_without(votes, leanings, grouped, fold == left, smallest) for left in range(_FOLDS)]
            for fold in folds
        ]
        indices = {
            k: _indices(label, [run.get(k) for runs in again for run in runs])
            for k, label in divisions.items()
        }
        tried = {k: float(each.mean()) for k, each in indices.items()}
        best = _fewest(indices)
        chosen = divisions[best]
        runs = [[_matched(chosen, run.get(best)) for run in runs] for runs in again]
        stability = tried[best]
    else:
        chosen, tried, stability, runs, folds = np.zeros(len(grouped), np.int64), {}, 1.0, [], []
    groups = int(chosen.max(initial=0)) + 1
    label = _spread(chosen, grouped, len(votes.people))
    counts = count_votes(votes, label, groups)
    membership = np.full((len(votes.people), groups), np.nan)
    everyone = [chosen, *(run for some in runs for run in some)]
    membership[grouped] = np.mean([np.eye(groups)[each] for each in everyone], axis=0)
    apart = _counted_apart(votes, folds[0], runs[0], grouped, groups) if runs else counts
    return OpinionGroups(plane, label, stability, tried, membership, counts, apart)


def rand_index(one: IntArray, other: IntArray) -> float:
    """How alike two divisions of the same people are: 1 the same, 0 as by chance. Two that do not divide are the same.

    source:  Hubert, Arabie 1985, "Comparing partitions"
    """
    table = _table(one, other)
    both, rows, columns = (_pairs(each) for each in (table, table.sum(axis=1), table.sum(axis=0)))
    expected = rows * columns / max(_pairs(np.array([len(one)])), 1)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _divisions(points: FloatArray, smallest: int) -> _Divisions:
    found = {}
    for clusters in clusters_by_number(points):
        label = _without_small(points, clusters.label, clusters.centers, smallest)
        if label.max(initial=0) > 0:
            found[len(clusters.centers)] = label
    return found


def _without_small(points: FloatArray, label: IntArray, centers: FloatArray, smallest: int) -> IntArray:
    """Labels without groups that are too small, the smallest first; the largest group is 0."""
    size = np.bincount(label, minlength=len(centers))
    while len(centers) > 1 and size.min() < smallest:
        centers = np.delete(centers, len(size) - 1 - size[::-1].argmin(), axis=0)
        label = ((points[:, None, :] - centers) ** 2).sum(axis=2).argmin(axis=1)
        size = np.bincount(label, minlength=len(centers))
    rank = np.empty(len(size), np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(size))
    return rank[label]


def _folds(votes: Votes, chance: np.random.Generator) -> NDArray[np.int8]:
    """(votes,) 0..4: the fifth that each vote is left out with."""
    return (chance.permutation(len(votes)) % _FOLDS).astype(np.int8)


def _divided_without(
    votes: Votes, leanings: Leanings, grouped: IntArray, left_out: NDArray[np.bool_], smallest: int
) -> _Divisions:
    """The divisions of the same people by the other votes."""
    kept = ~left_out
    before = np.concatenate([[0], np.cumsum(kept)])
    fewer = Votes(
        votes.people, votes.statements, before[votes.starts], votes.statement[kept], votes.value[kept]
    )
    plane = plane_of(fewer, fit_opinions(fewer, start=leanings), grouped)
    return _divisions(plane.people[grouped], smallest)


def _indices(label: IntArray, others: list[IntArray | None]) -> FloatArray:
    """(runs,) how alike; 0 for a run in which there was no such division."""
    return np.array([0.0 if other is None else rand_index(label, other) for other in others])


def _fewest(indices: dict[int, FloatArray]) -> int:
    """The fewest groups that are less steady than the steadiest by no more than chance may do.

    Chance is that of the steadiest: a number of groups that comes out otherwise in every run would excuse itself.
    source:  Breiman, Friedman, Olshen, Stone 1984, "Classification and regression trees", the rule of one standard
             error; Nadeau, Bengio 2003, "Inference for the generalization error", for how much larger it is because
             the runs share most of their votes
    """
    best = indices[max(indices, key=lambda k: (round(float(indices[k].mean()), 9), -k))]
    error = best.std(ddof=1) * np.sqrt(1 / len(best) + 1 / (_FOLDS - 1))
    return min(k for k, each in indices.items() if best.mean() - each.mean() <= error + 1e-9)


def _matched(label: IntArray, other: IntArray | None) -> IntArray:
    """The other division with the numbers of the groups that it shares most people with; what is left over joins
    the group that most of its people are in."""
    if other is None:
        return np.zeros_like(label)
    table = _table(other, label)
    number = table.argmax(axis=1)
    rows, columns = linear_sum_assignment(-table)
    number[rows] = columns
    return np.asarray(number[other])


def _counted_apart(
    votes: Votes, fold: NDArray[np.int8], runs: list[IntArray], grouped: IntArray, groups: int
) -> GroupCounts:
    """Votes counted in the groups that were found without them."""
    total = GroupCounts(*(np.zeros((groups, len(votes.statements)), np.int64) for _ in range(3)))
    for left, run in enumerate(runs):
        chosen = fold == left
        before = np.concatenate([[0], np.cumsum(chosen)])
        some = Votes(
            votes.people, votes.statements, before[votes.starts], votes.statement[chosen], votes.value[chosen]
        )
        one = count_votes(some, _spread(run, grouped, len(votes.people)), groups)
        total = GroupCounts(total.agree + one.agree, total.disagree + one.disagree, total.seen + one.seen)
    return total


def _spread(label: IntArray, grouped: IntArray, people: int) -> IntArray:
    """(n,) the labels of the grouped people, -1 for all others."""
    spread = np.full(people, -1)
    spread[grouped] = label
    return spread


def _table(one: IntArray, other: IntArray) -> IntArray:
    """How many people are in each pair of groups."""
    columns = int(other.max(initial=0)) + 1
    rows = int(one.max(initial=0)) + 1
    return np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)


def _pairs(counts: IntArray) -> float:
    return float((counts * (counts - 1.0) / 2).sum())
