"""What a lottery may count of people if whatever it counts of one of them it counts of several: as much as it can.

People are put into groups of at least k; of a group that is counted which all of it have in common. So nobody can be
told from k - 1 others by what is counted, whatever is known of them beside it. To count the most possible is hard, and
proven to be: this begins with two ways that are quick, and mends the better one (`gathering`).

source: Sweeney 2002, "k-anonymity"; Byun and others 2007, "Efficient k-anonymization using clustering techniques"
"""

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.lottery.gathering import regathered
from deliberation.maths.lottery.pool import IntArray

BoolArray = NDArray[np.bool_]

_NEVER = 10**9


def uncounted_cells(values: IntArray, alike: int) -> BoolArray:
    """What is not counted, so that in the rest everybody is like at least `alike` - 1 others.

    values:  (n, C) what each of n people is in each category
    alike:   how many people are to be alike at least
    returns: (n, C) True where a value is not counted; all of it where there are fewer people than `alike`

    The order of people changes nothing, but for who are alike in everything: the first of them in the rows keep most.
    """
    people, categories = values.shape
    if people < alike:
        return np.ones((people, categories), np.bool_)
    order = np.lexsort((np.arange(people), *values.T[::-1]))
    rows = _numbered(values[order])
    ways = (regathered(rows, _round_the_rarest(rows, alike), alike), _without_categories(rows, alike))
    groups = [_settled(rows, way, alike) for way in ways]
    hidden = np.zeros((people, categories), np.bool_)
    hidden[order] = _first_keep_most(rows, differing(rows, min(groups, key=lambda each: cost(rows, each))))
    return hidden


def differing(rows: IntArray, groups: IntArray) -> BoolArray:
    """(n, C) where not all of somebody's group have the same value.

    groups: (n,) the number of the group of each; without gaps
    """
    least, most = _ends(rows, groups)
    differ: BoolArray = (least != most)[groups]
    return differ


def cost(rows: IntArray, groups: IntArray) -> int:
    """How many cells are not counted."""
    return int(differing(rows, groups).sum())


def _ends(rows: IntArray, groups: IntArray) -> tuple[IntArray, IntArray]:
    """(G, C) the least and the largest value in each group."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    sorted_rows = rows[order]
    return np.minimum.reduceat(sorted_rows, starts), np.maximum.reduceat(sorted_rows, starts)


def _numbered(rows: IntArray) -> IntArray:
    """The values of each category as 0, 1, 2 …"""
    columns = [np.unique(column, return_inverse=True)[1].reshape(-1) for column in rows.T]
    return np.stack(columns, axis=1).astype(np.int64) if columns else rows


def _like(rows: IntArray) -> tuple[IntArray, IntArray]:
    """(n,) a number for each, the same for who is alike; and how many there are of each number."""
    if not rows.shape[1]:
        return np.zeros(len(rows), np.int64), np.array([len(rows)])
    _, of, size = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return of.reshape(-1).astype(np.int64), size.astype(np.int64)


def _without_categories(rows: IntArray, alike: int) -> IntArray:
    """Groups by some categories, the others given up for everybody: each time the one that leaves fewest alone."""
    kept = list(range(rows.shape[1]))
    while True:
        of, size = _like(rows[:, kept])
        if size.min() >= alike:
            return of
        fewest = [_alone(rows[:, [each for each in kept if each != left]], alike) for left in kept]
        del kept[int(np.argmin(fewest))]


def _alone(rows: IntArray, alike: int) -> int:
    _, size = _like(rows)
    return int(size[size < alike].sum())


def _round_the_rarest(rows: IntArray, alike: int) -> IntArray:
    """Who has enough like them stays with them; the others gather round whoever of them has the rarest values.

    Of people who are alike and more than enough some may be taken for that.
    """
    of, size = _like(rows)
    place = np.arange(len(rows)) - (np.cumsum(size) - size)[of]  # rows are sorted: who is alike is together
    enough = size[of] >= alike
    free, spare = ~enough, enough & (place >= alike)
    common = sum(np.bincount(column)[column] for column in rows.T)
    groups = np.where(enough, of, -1)
    number = len(size)
    while free.any() and free.sum() + spare.sum() >= alike:
        first = int(np.argmin(np.where(free, common, _NEVER)))
        members = _gathered(rows, first, free, spare, alike)
        groups[members] = number
        free[members] = spare[members] = False
        number += 1
    return _joined(rows, groups)


def _gathered(rows: IntArray, first: int, free: BoolArray, spare: BoolArray, alike: int) -> list[int]:
    """As many as it takes, one after the other who leaves most in common; of equal ones who has no group yet."""
    members, there = [first], free | spare
    there[first] = False
    same = np.ones(rows.shape[1], np.bool_)
    while len(members) < alike:
        lost = 2 * ((rows != rows[first]) & same).sum(axis=1) + spare
        members.append(int(np.argmin(np.where(there, lost, _NEVER))))
        there[members[-1]] = False
        same &= rows[members[-1]] == rows[first]
    return members


def _joined(rows: IntArray, groups: IntArray) -> IntArray:
    """Who is left without a group joins the one that loses least by it. Numbers have no gaps."""
    there = groups >= 0
    if not there.any():
        return np.zeros(len(rows), np.int64)
    groups = groups.copy()
    groups[there] = np.unique(groups[there], return_inverse=True)[1].reshape(-1)
    for each in np.flatnonzero(~there).tolist():
        groups[each] = int(np.argmin(_more_lost(rows[there], groups[there], rows[each])))
        there[each] = True
    return groups


def _more_lost(rows: IntArray, groups: IntArray, row: IntArray) -> IntArray:
    """(G,) how many more cells are not counted of each group if somebody joins it; those of their own with them."""
    least, most = _ends(rows, groups)
    size = np.bincount(groups)
    before = size * (least != most).sum(axis=1)
    differ = ((least != most) | (least != row)).sum(axis=1)
    more: IntArray = (size + 1) * differ - before
    return more


def _settled(rows: IntArray, groups: IntArray, alike: int) -> IntArray:
    """Whoever a group can do without, and would be counted for more elsewhere, goes there, until nobody would."""
    groups = groups.copy()
    before = -1
    while before != (before := cost(rows, groups)):
        for each in np.flatnonzero(differing(rows, groups).any(axis=1)).tolist():
            _settle(rows, groups, each, alike)
    return groups


def _settle(rows: IntArray, groups: IntArray, each: int, alike: int) -> None:
    here = np.flatnonzero(groups == groups[each])
    if len(here) <= alike:
        return
    rest = here[here != each]
    differ = [int(np.any(rows[some] != rows[some[0]], axis=0).sum()) for some in (here, rest)]
    others = np.arange(len(rows)) != each
    more = _more_lost(rows[others], groups[others], rows[each])
    more[groups[each]] = _NEVER
    if more.min() < len(here) * differ[0] - len(rest) * differ[1]:
        groups[each] = int(np.argmin(more))


def _first_keep_most(rows: IntArray, hidden: BoolArray) -> BoolArray:
    """Of those who are alike in everything the first lose least: rows are sorted."""
    order = np.lexsort((*hidden.T[::-1], hidden.sum(axis=1), *rows.T[::-1]))
    kept: BoolArray = hidden[order]
    return kept
