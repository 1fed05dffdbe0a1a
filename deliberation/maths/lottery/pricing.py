"""The panel that is worth most, where people of each type have a price."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from deliberation.maths.lottery.bound import Cut
from deliberation.maths.lottery.pool import FloatArray, IntArray, NoPanel, Pool
from deliberation.maths.lottery.solver import Linear, quiet_solver, solve, solver_of, whole

_MOST_NODES = 2_000
_FINENESS = 1_000_000
_BELOW_ONE = 0.99


@dataclass(frozen=True, slots=True)
class Priced:
    """The best panel that was found, and what is proven of all panels."""

    panel: IntArray
    proven: Cut


def any_panel(pool: Pool) -> IntArray:
    """A panel that keeps to the rules. Raises NoPanel where it is proven that there is none."""
    return dearest_panel(pool, np.zeros(pool.types, np.int64)).panel


def whole_prices(price: FloatArray) -> IntArray:
    """The same prices in whole numbers: what a whole-numbered search proves needs no rounding."""
    largest = np.abs(price).max(initial=0.0)
    return whole(price / largest * _FINENESS) if largest > 0 else np.zeros(len(price), np.int64)


def dearest_panel(
    pool: Pool, price: IntArray, lower: IntArray | None = None, upper: IntArray | None = None
) -> Priced:
    """The panel whose people are worth most together, within the bounds where they are given.

    The search ends after a number of steps and not of seconds, so that it ends the same everywhere.
    Raises NoPanel where there is none.
    """
    solver = solver_of(
        Linear(
            cost=price.astype(float),
            lower=(np.zeros(pool.types) if lower is None else lower).astype(float),
            upper=(pool.size if upper is None else upper).astype(float),
            rows=sparse.vstack([pool.matrix, sparse.csr_array(np.ones((1, pool.types)))]),
            row_lower=np.append(pool.low, pool.seats).astype(float),
            row_upper=np.append(pool.high, pool.seats).astype(float),
            maximise=True,
        ),
        integer=True,
    )
    solver.setOptionValue("mip_max_nodes", _MOST_NODES)
    solver.setOptionValue("mip_abs_gap", _BELOW_ONE)
    solver.setOptionValue("mip_rel_gap", 0.0)
    panel = whole(solve(solver))
    if not pool.allows(panel):  # the steps were not enough for a first one
        solver.setOptionValue("mip_max_nodes", quiet_solver().getOptionValue("mip_max_nodes")[1])
        solver.setOptionValue("mip_max_improving_sols", 1)
        panel = whole(solve(solver))
        if not pool.allows(panel):
            raise NoPanel
    most = solver.getInfo().mip_dual_bound
    proven = int(np.floor(most + 1e-6)) if abs(most) < highspy.kHighsInf else int(price @ pool.size)
    return Priced(panel, Cut(price, max(proven, int(price @ panel))))
