"""Mending a panel: somebody leaves, somebody comes, until it keeps to every rule."""

import numpy as np

from deliberation.maths.lottery.pool import FloatArray, IntArray, Pool

_MOST_SWAPS = 50
_MOST_SEARCHES = 4
_REST = 10
_LOOKED_AT = 100
_RULES_FIRST = 1e6


def mend(
    pool: Pool, panel: IntArray, wanted: FloatArray, lower: IntArray, upper: IntArray
) -> IntArray | None:
    """A panel near what is wanted that keeps to every rule, by swaps; None if none is found.

    Each swap breaks as few rules as can be, and among those leads as near as can be to what is wanted. A type
    that moved rests for some swaps, so that the way leads on where no swap is for the better.

    panel:         (T,) has the right number of people
    wanted:        (T,) where it would best be, in whole people or not
    lower, upper:  (T,) how many of each type there may be
    """
    panel = panel.copy()
    counted = pool.counts(panel)
    rests_until, searches = np.zeros(pool.types, np.int64), _MOST_SEARCHES
    for step in range(_MOST_SWAPS):
        if (counted >= pool.low).all() and (counted <= pool.high).all():
            return panel
        moves = rests_until <= step
        near = wanted - panel
        leaves, comes = np.flatnonzero(moves & (panel > lower)), np.flatnonzero(moves & (panel < upper))
        swap, change = _best_swap(pool, counted, near, *_nearest(near, leaves, comes))
        if change >= 0 and searches:
            searches -= 1
            swap, change = _best_swap(pool, counted, near, leaves, comes)
        if swap is None:
            return None
        left, came = swap
        panel[left] -= 1
        panel[came] += 1
        counted[pool.rule[left]] -= 1
        counted[pool.rule[came]] += 1
        rests_until[[left, came]] = step + _REST
    return None


def _nearest(near: FloatArray, leaves: IntArray, comes: IntArray) -> tuple[IntArray, IntArray]:
    """Those who are the first to leave and to come."""
    return (
        leaves[np.argsort(near[leaves], kind="stable")[:_LOOKED_AT]],
        comes[np.argsort(-near[comes], kind="stable")[:_LOOKED_AT]],
    )


def _best_swap(
    pool: Pool, counted: FloatArray, near: FloatArray, leaves: IntArray, comes: IntArray
) -> tuple[tuple[int, int] | None, float]:
    """Who leaves and who comes, and how many rules more are broken then, by how many people."""
    if not len(leaves) or not len(comes):
        return None, np.inf
    lost = np.where(counted > pool.high, -1.0, counted <= pool.low)[pool.rule[leaves]]
    won = np.where(counted < pool.low, -1.0, counted >= pool.high)[pool.rule[comes]]
    broken = lost.sum(axis=1)[:, None] + won.sum(axis=1)[None, :]
    for category in range(pool.rule.shape[1]):
        same = pool.rule[leaves, category][:, None] == pool.rule[comes, category][None, :]
        broken -= same * (lost[:, category][:, None] + won[:, category][None, :])
    score = broken * _RULES_FIRST + near[leaves][:, None] - near[comes][None, :]
    row, column = divmod(int(score.argmin()), len(comes))
    return (int(leaves[row]), int(comes[column])), float(broken[row, column])
