"""What stays from one analysis to the next: the numbers of the groups, and which way up the map is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """Where the people of an analysis stood earlier.

    number:   (n,) of their group in the last analysis, 0 for none
    at:       (n, 2) their place in it; nan for none
    highest:  the highest number that any group has had
    earlier:  (n,) each the groups of an analysis further back, for numbers that have vanished since
    """

    number: IntArray
    at: FloatArray
    highest: int = 0
    earlier: tuple[IntArray, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """How an analysis goes on from the one before.

    numbers:  of the groups 0, 1, …
    turn:     the orthogonal matrix that its plane is multiplied by
    highest:  the highest number that any group has had by now
    """

    numbers: tuple[int, ...]
    turn: tuple[tuple[float, float], tuple[float, float]]
    highest: int


def goes_on(label: IntArray, groups: int, at: FloatArray, before: Before) -> Identity:
    """The numbers of the groups and the way up of the plane that change least for the people.

    label:  (n,) 0..groups-1, -1 for none
    at:     (n, 2)
    """
    numbers = kept_numbers(label, groups, (before.number, *before.earlier), before.highest)
    turn = turned_onto(at, before.at).tolist()
    return Identity(
        numbers,
        ((turn[0][0], turn[0][1]), (turn[1][0], turn[1][1])),
        max(before.highest, *numbers) if numbers else before.highest,
    )


def kept_numbers(label: IntArray, groups: int, earlier: Sequence[IntArray], highest: int) -> tuple[int, ...]:
    """The number of each group: that of the earlier one with most of the same people, else a fresh one.

    earlier:  each (n,) numbers, 0 for none. The first is that of the last analysis, where half of the smaller of two
              groups have to be in the other. In those further back, half of both: a number that has vanished returns
              only for the same people
    """
    number = [0] * groups
    for back, old in enumerate(earlier):
        known = np.unique(old[old > 0])
        both = (label >= 0) & (old > 0)
        shared = np.zeros((groups, len(known)), np.int64)
        np.add.at(shared, (label[both], np.searchsorted(known, old[both])), 1)
        one, other = shared.sum(axis=1, keepdims=True), shared.sum(axis=0, keepdims=True)
        enough = 2 * shared >= (np.maximum if back else np.minimum)(one, other)
        taken = np.isin(known, number)
        free = np.array([each == 0 for each in number], bool)
        matched = np.where(enough & free[:, None] & ~taken, shared, 0)
        for row, column in zip(*linear_sum_assignment(-matched), strict=True):
            if matched[row, column]:
                number[row] = int(known[column])
    fresh = iter(range(highest + 1, highest + groups + 1))
    return tuple(each or next(fresh) for each in number)


def turned_onto(at: FloatArray, before: FloatArray) -> FloatArray:
    """(2, 2) the turn, or turn and mirroring, that brings people nearest to where they were.

    at, before:  (n, 2); people who have a place in one only do not count
    source:      Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem"
    """
    both = np.isfinite(at).all(axis=1) & np.isfinite(before).all(axis=1)
    with one_thread():
        crossed = at[both].T @ before[both]
        if not crossed.any():
            return np.eye(2)
        left, _, right = np.linalg.svd(crossed)
        return np.asarray(left @ right)
