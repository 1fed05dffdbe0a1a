"""The fairest chances that could be, were panels divisible: no lottery does better.

The smallest chance is made as large as possible; whoever cannot have more gets it for good; then the next smallest
(leximin). Each step is a linear problem over types, begun where the last one ended.

source: Flanigan, Gölz, Gupta, Hennig, Procaccia 2021, "Fair algorithms for selecting citizens' assemblies", Nature
596, for the goal; over types and without panels the problem is small enough to be solved exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from deliberation.maths.lottery.pool import FloatArray, IntArray, NoPanel, Pool
from deliberation.maths.lottery.solver import INFINITY, Linear, solve, solver_of

_HELD = 1e-7
_EXACT = 1e-9
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Cut:
    """What no panel exceeds, proven: the sum of its people's weights is at most `most`."""

    weights: IntArray
    most: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The fairest chances of a person of each type, and how many people of each type a panel then has on average."""

    chance: FloatArray
    average: FloatArray


def leximin_bound(pool: Pool, cuts: Sequence[Cut] = ()) -> Bound:
    """Leximin over the averages that the rules and the cuts allow. Raises NoPanel where they allow none."""
    solver = solver_of(_problem(pool, cuts))
    first = len(pool.low) + 1 + len(cuts)
    chance = np.full(pool.types, -1.0)
    while True:
        solution = _next_level(solver, is_first=bool((chance < 0).all()))
        reached, average = solution[-1], solution[:-1]
        held = _held(solver, first, pool, chance < 0)
        if reached > 1 - _EXACT:
            held = chance < 0
        elif not held.any():  # what holds the level back hides in a degenerate corner
            share = np.where(chance < 0, average / pool.size, np.inf)
            held = share <= share.min() + _EXACT
        chance[held] = min(max(reached, 0.0), 1.0)
        if (chance >= 0).all():
            return Bound(chance, _straightened(pool, np.clip(average, 0, pool.size)))
        for each in np.flatnonzero(held).tolist():
            solver.changeRowBounds(first + each, -INFINITY, INFINITY)
            size = float(pool.size[each])
            solver.changeColBounds(each, max(0.0, size * reached - _EXACT / 10), size)


def _next_level(solver: highspy.Highs, *, is_first: bool) -> FloatArray:
    """The columns. After the first level there is always another: where rounding hides it, it is looked for anew."""
    try:
        return solve(solver)
    except NoPanel:
        if is_first:
            raise
        solver.clearSolver()
        return solve(solver)


def _straightened(pool: Pool, average: FloatArray) -> FloatArray:
    """The same averages without what the solver's accuracy left: seats, and rules at their edge, are met exactly."""
    counted = pool.counts(average)
    edge = np.where(np.abs(counted - pool.low) < _NEAR, pool.low, pool.high)
    at_edge = np.abs(counted - edge) < _NEAR
    moving = np.minimum(average, pool.size - average) > _NEAR
    rows = np.vstack([pool.matrix[at_edge].toarray()[:, moving], np.ones(moving.sum())])
    missing = np.append((edge - counted)[at_edge], pool.seats - average.sum())
    straight = np.where(moving, average, np.rint(average))
    missing -= np.append(pool.counts(straight - average)[at_edge], (straight - average).sum())
    straight[moving] += np.linalg.lstsq(rows, missing, rcond=None)[0]
    return straight


def _held(solver: highspy.Highs, first: int, pool: Pool, waiting: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those whose price is positive: the level would rise if they could have less."""
    price = np.abs(np.array(solver.getSolution().row_dual)[first:])
    held: NDArray[np.bool_] = waiting & (price * pool.size > _HELD)
    return held


def _problem(pool: Pool, cuts: Sequence[Cut]) -> Linear:
    """Columns: the average of each type, then the level. Rows: the rules, the seats, the cuts, each type's level."""
    types = pool.types
    weights = [sparse.csr_array(cut.weights.astype(float)[None, :]) for cut in cuts]
    counted = sparse.vstack([pool.matrix, sparse.csr_array(np.ones((1, types))), *weights])
    nothing = sparse.csr_array((counted.shape[0], 1))
    level = sparse.hstack([sparse.eye_array(types), sparse.csr_array(-pool.size[:, None].astype(float))])
    most = [float(cut.most) for cut in cuts]
    return Linear(
        cost=np.append(np.zeros(types), 1.0),
        lower=np.zeros(types + 1),
        upper=np.append(pool.size.astype(float), 1.0),
        rows=sparse.vstack([sparse.hstack([counted, nothing]), level]),
        row_lower=np.concatenate([pool.low, [pool.seats], np.full(len(cuts), -INFINITY), np.zeros(types)]),
        row_upper=np.concatenate([pool.high, [pool.seats], most, np.full(types, INFINITY)]),
        maximise=True,
    )
