"""The chances of given panels by which nobody falls short of their target by more than need be."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from deliberation.maths.lottery.pool import FloatArray, IntArray, Pool
from deliberation.maths.lottery.solver import INFINITY, Linear, solve, solver_of


@dataclass(frozen=True, slots=True)
class Shares:
    """What the master says.

    chance:    (n,) chances of the panels
    shortfall: the largest, of any person
    price:     (T,) what a person of the type on one more panel would help
    worth:     what a panel must be worth to help at all
    """

    chance: FloatArray
    shortfall: float
    price: FloatArray
    worth: float


class Master:
    """A linear problem that takes panels one by one and goes on where it ended.

    Rows: the target of each type, then the sum of chances. Columns: the shortfall, then the panels.
    """

    def __init__(self, pool: Pool, panels: list[IntArray], average: FloatArray) -> None:
        self._types = pool.types
        columns = sparse.csc_array(np.stack(panels, axis=1).astype(float))
        ones = sparse.csr_array(np.append(0.0, np.ones(len(panels)))[None, :])
        rows = sparse.hstack([sparse.csr_array(pool.size.astype(float)[:, None]), columns])
        self._solver: highspy.Highs = solver_of(
            Linear(
                cost=np.append(1.0, np.zeros(len(panels))),
                lower=np.zeros(len(panels) + 1),
                upper=np.full(len(panels) + 1, INFINITY),
                rows=sparse.vstack([rows, ones]),
                row_lower=np.append(average, 1.0),
                row_upper=np.append(np.full(pool.types, INFINITY), 1.0),
            )
        )

    def aim(self, average: FloatArray) -> None:
        """Take other targets."""
        for each, wanted in enumerate(average.tolist()):
            self._solver.changeRowBounds(each, wanted, INFINITY)

    def add(self, panel: IntArray) -> None:
        """Take one more panel."""
        places = np.append(np.flatnonzero(panel), self._types).astype(np.int32)
        values = np.append(panel[panel > 0], 1).astype(float)
        self._solver.addCol(0.0, 0.0, INFINITY, len(places), places, values)

    def solve(self) -> Shares:
        """The best chances of the panels so far."""
        solution = solve(self._solver)
        price = np.array(self._solver.getSolution().row_dual)
        return Shares(solution[1:], float(solution[0]), np.maximum(price[:-1], 0), -float(price[-1]))
