"""What would help where no panel keeps to the rules: the cheapest change of them, or people who are missing."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import sparse

from deliberation.maths.lottery.pool import IntArray, NoPanel, Pool
from deliberation.maths.lottery.solver import INFINITY, Linear, solve, solver_of, whole


def cheapest_fix(pool: Pool, rules: int) -> tuple[IntArray, IntArray] | None:
    """(rules,) by how many seats each of the first rules asks less at least, and allows more at most.

    Together as few seats as can be. None where no change of these rules helps.
    """
    types = pool.types
    eye = sparse.eye_array(rules, len(pool.low), format="csr").T
    rows = sparse.hstack([pool.matrix, eye, -eye])
    seats = sparse.csr_array(np.append(np.ones(types), np.zeros(2 * rules))[None, :])
    solver = solver_of(
        Linear(
            cost=np.append(np.zeros(types), np.ones(2 * rules)),
            lower=np.zeros(types + 2 * rules),
            upper=np.append(pool.size, np.full(2 * rules, pool.seats)).astype(float),
            rows=sparse.vstack([_two_sided(rows, types, rules), seats]),
            row_lower=np.concatenate([pool.low, np.full(len(pool.low), -INFINITY), [pool.seats]]),
            row_upper=np.concatenate([np.full(len(pool.low), INFINITY), pool.high, [pool.seats]]),
        ),
        integer=True,
    )
    try:
        change = whole(solve(solver)[types:])
    except NoPanel:
        return None
    return change[:rules], change[rules:]


def _two_sided(rows: sparse.sparray, types: int, rules: int) -> sparse.sparray:
    """Once with what is asked less and once with what is allowed more: neither stands in for the other."""
    rows = sparse.csc_array(rows)
    people, less, more = rows[:, :types], rows[:, types : types + rules], rows[:, types + rules :]
    nothing = sparse.csc_array(less.shape)
    return sparse.vstack(
        [sparse.hstack([people, less, nothing]), sparse.hstack([people, nothing, more])], format="csc"
    )


def whom_to_invite(pool: Pool, categories: Sequence[range]) -> IntArray | None:
    """(R,) how many people for each rule would have to come in, so that there is a panel: as few people as can be.

    Each of them counts for one rule of each category, so that the numbers of a category add up to the same.
    None where no number of people helps, because the rules conflict among themselves.

    categories: the rules of each category of the quotas
    """
    types, many = pool.types, sum(map(len, categories))
    eye = sparse.eye_array(len(pool.low), many, format="csr")
    as_many = np.zeros((len(categories) - 1, types + many))
    for row, (one, other) in enumerate(pairwise(categories)):
        as_many[row, [types + rule for rule in one]] = 1
        as_many[row, [types + rule for rule in other]] = -1
    seats = np.append(np.ones(types), np.isin(np.arange(many), list(categories[0])))[None, :]
    solver = solver_of(
        Linear(
            cost=np.append(np.zeros(types), np.isin(np.arange(many), list(categories[0])).astype(float)),
            lower=np.zeros(types + many),
            upper=np.append(pool.size, np.full(many, pool.seats)).astype(float),
            rows=sparse.vstack(
                [sparse.hstack([pool.matrix, eye]), sparse.csr_array(as_many), sparse.csr_array(seats)]
            ),
            row_lower=np.concatenate([pool.low, np.zeros(len(as_many)), [pool.seats]]).astype(float),
            row_upper=np.concatenate([pool.high, np.zeros(len(as_many)), [pool.seats]]).astype(float),
        ),
        integer=True,
    )
    try:
        return whole(solve(solver)[types:])
    except NoPanel:
        return None
