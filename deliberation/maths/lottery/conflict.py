"""Which rules cannot be kept together: as few of them as is found, and whether fewer are proven not to be enough.

Every conflict must hit every set of rules whose removal helps. So the smallest sets that hit all removals found so far
are candidates: the first that conflicts is the smallest conflict there is (Ignatiev and others 2015, "Smallest MUS
extraction with minimal hitting set dualization").
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from deliberation.maths.lottery.pool import IntArray, NoPanel, Pool
from deliberation.maths.lottery.pricing import any_panel
from deliberation.maths.lottery.solver import INFINITY, Linear, solve, solver_of, whole

_MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a rule: at least `low` or at most `high`."""

    rule: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sides of rules that no panel keeps together; without any one of them there would be a panel for the others."""

    sides: tuple[Side, ...]
    smallest: bool


def find_conflict(pool: Pool, rules: int) -> Conflict:
    """The conflict among the first so many rules of a pool without panels; the others are beyond dispute.

    Empty where there would be no panel without any of these rules: too few people, or households.
    """
    sides = _sides(pool, rules)
    if not _agree(pool, sides, np.zeros(len(sides), bool), rules):
        return Conflict((), smallest=True)
    removals: list[IntArray] = []
    for _ in range(_MOST_ROUNDS):
        kept = _smallest_hitting(removals, len(sides))
        if not _agree(pool, sides, kept, rules):
            return Conflict(
                tuple(side for side, each in zip(sides, kept, strict=True) if each), smallest=True
            )
        removals.append(_removal(pool, sides, kept, rules))
    return Conflict(_filtered(pool, sides, rules), smallest=False)


def _sides(pool: Pool, rules: int) -> list[Side]:
    """Those that forbid anything."""
    most = pool.matrix @ pool.size
    return [
        Side(rule, at_least)
        for rule in range(rules)
        for at_least in (True, False)
        if (pool.low[rule] > 0 if at_least else pool.high[rule] < min(most[rule], pool.seats))
    ]


def _agree(
    pool: Pool, sides: list[Side], kept: np.ndarray[tuple[int], np.dtype[np.bool_]], rules: int
) -> bool:
    """Whether a panel keeps to the kept sides, and to all other rules."""
    low, high = pool.low.copy(), pool.high.copy()
    low[:rules], high[:rules] = 0, pool.seats
    for side, keep in zip(sides, kept, strict=True):
        if keep and side.at_least:
            low[side.rule] = pool.low[side.rule]
        elif keep:
            high[side.rule] = pool.high[side.rule]
    try:
        any_panel(Pool(pool.size, pool.rule, low, high, pool.seats))
    except NoPanel:
        return False
    return True


def _removal(
    pool: Pool, sides: list[Side], kept: np.ndarray[tuple[int], np.dtype[np.bool_]], rules: int
) -> IntArray:
    """The fewest sides, none of them kept, without which there is a panel."""
    types, many = pool.types, len(sides)
    rule = np.array([side.rule for side in sides])
    least = np.array([side.at_least for side in sides])
    reach = np.where(least, pool.seats, -pool.seats)
    given_up = sparse.csr_array((reach, (np.arange(many), np.arange(many))), shape=(many, many))
    counted = sparse.hstack([pool.matrix[rule], given_up])
    fixed = sparse.vstack([pool.matrix[rules:], sparse.csr_array(np.ones((1, types)))])
    fixed = sparse.hstack([fixed, sparse.csr_array((fixed.shape[0], many))])
    solver = solver_of(
        Linear(
            cost=np.append(np.zeros(types), np.ones(many)),
            lower=np.zeros(types + many),
            upper=np.append(pool.size, ~kept).astype(float),
            rows=sparse.vstack([counted, fixed]),
            row_lower=np.concatenate(
                [np.where(least, pool.low[rule], -INFINITY), pool.low[rules:], [pool.seats]]
            ).astype(float),
            row_upper=np.concatenate(
                [np.where(least, INFINITY, pool.high[rule]), pool.high[rules:], [pool.seats]]
            ).astype(float),
        ),
        integer=True,
    )
    return whole(solve(solver)[types:])


def _smallest_hitting(sets: list[IntArray], many: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The fewest of `many` that have one in common with each of the sets."""
    if not sets:
        return np.zeros(many, bool)
    solver = solver_of(
        Linear(
            cost=np.ones(many),
            lower=np.zeros(many),
            upper=np.ones(many),
            rows=sparse.csr_array(np.stack(sets).astype(float)),
            row_lower=np.ones(len(sets)),
            row_upper=np.full(len(sets), INFINITY),
        ),
        integer=True,
    )
    return whole(solve(solver)) > 0


def _filtered(pool: Pool, sides: list[Side], rules: int) -> tuple[Side, ...]:
    """A conflict from which nothing can be left out: each side is left out for good if the others still conflict."""
    kept = np.ones(len(sides), bool)
    for each in range(len(sides)):
        kept[each] = False
        if _agree(pool, sides, kept, rules):
            kept[each] = True
    return tuple(side for side, keep in zip(sides, kept, strict=True) if keep)
