"""Panels one after the other, whose average follows the averages that are wanted.

Whoever has had less than their share is worth more in the next panel. So nobody falls behind by more than about one
panel, and after n panels the averages are right within 1/n. Each panel is the corner of a linear problem, begun where
the last one ended: all but a handful of types come out whole, and swaps mend the rest.
"""

from collections.abc import Iterator

import highspy
import numpy as np
from scipy import sparse

from deliberation.maths.lottery.pool import FloatArray, IntArray, NoPanel, Pool
from deliberation.maths.lottery.pricing import dearest_panel, whole_prices
from deliberation.maths.lottery.solver import Linear, solve, solver_of, whole
from deliberation.maths.lottery.swaps import mend

_EXACT = 1e-6
_NOISE = (1e-6, 0.2, 0.5, 0.5)
"""Where swaps end nowhere, another corner nearby is tried: that costs a hundredth of a search through all panels."""
_FEW_RULES = 100


def following_panels(pool: Pool, average: FloatArray) -> Iterator[IntArray]:
    """Panels without end, some of them more than once. Ends where the averages cannot be followed.

    average: (T,) how many people of each type panels shall have in the long run
    """
    base = np.floor(average + _EXACT).astype(np.int64)
    part = np.where(average - base < _EXACT, 0.0, average - base)
    upper = np.minimum(base + (part > 0), pool.size)
    bound = _narrowed(pool, average)
    fewest = np.where(average > pool.size - _EXACT, pool.size, 0)
    most = np.where(average < _EXACT, 0, pool.size)
    solver, columns = _corner_solver(bound, base, upper), np.arange(pool.types, dtype=np.int32)
    chance = np.random.default_rng(0)
    owed = np.zeros(pool.types)
    while True:
        panel = None
        for noise in _NOISE:
            worth = owed + part + noise * chance.random(pool.types)
            solver.changeColsCost(pool.types, columns, worth)
            panel = mend(bound, _rounded(solve(solver), pool.seats), worth + base, fewest, most)
            if panel is not None:
                break
        else:
            panel = _from_afar(bound, owed + average, base, upper)
        if panel is None:
            return
        yield panel
        owed += average - panel


def _narrowed(pool: Pool, average: FloatArray) -> Pool:
    """The rules that every panel must keep to so that the averages come true: at the edge there is no leeway."""
    counted = pool.counts(average)
    low = np.where(counted > pool.high - _EXACT, pool.high, pool.low)
    high = np.where(counted < pool.low + _EXACT, pool.low, pool.high)
    return Pool(pool.size, pool.rule, low, high, pool.seats)


def _corner_solver(pool: Pool, lower: IntArray, upper: IntArray) -> highspy.Highs:
    """Asked with other costs each time. Rules that seldom bind, as most of households, are left to the swaps."""
    reachable = pool.counts(upper) > pool.high
    asked = np.flatnonzero(reachable | (pool.low > 0))
    if len(asked) > _FEW_RULES:
        asked = np.flatnonzero((pool.low > 0) | (reachable & (pool.high > 1)))
    rows = sparse.vstack([pool.matrix[asked], sparse.csr_array(np.ones((1, pool.types)))])
    solver = solver_of(
        Linear(
            cost=np.zeros(pool.types),
            lower=lower.astype(float),
            upper=upper.astype(float),
            rows=rows,
            row_lower=np.append(pool.low[asked], pool.seats).astype(float),
            row_upper=np.append(pool.high[asked], pool.seats).astype(float),
            maximise=True,
        )
    )
    solver.setOptionValue("presolve", "off")  # or it would not begin where it ended
    return solver


def _rounded(corner: FloatArray, seats: int) -> IntArray:
    """As many whole people as seats: the largest remains are rounded up."""
    panel = whole(np.floor(corner + _EXACT))
    left = seats - int(panel.sum())
    panel[np.argsort(-(corner - panel), kind="stable")[:left]] += 1
    return panel


def _from_afar(pool: Pool, wanted: FloatArray, lower: IntArray, upper: IntArray) -> IntArray | None:
    """Where swaps end: any panel between the bounds that has most of what is owed, or else any at all."""
    price = whole_prices(wanted - (lower + upper) / 2)
    for below, above in ((lower, upper), (np.zeros_like(lower), pool.size)):
        try:
            return dearest_panel(pool, price, below, above).panel
        except NoPanel:
            continue
    return None
