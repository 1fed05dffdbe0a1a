"""Pools for tests: drawn by lot from a seed, small enough to list every panel; and what is fair there, by hand."""

from itertools import product

import numpy as np
from scipy.optimize import linprog

from deliberation.maths.lottery.people import Person, Rules
from deliberation.maths.lottery.pool import FloatArray, IntArray, Pool

_EXACT = 1e-7


def random_people(seed: int, people: int, features: tuple[int, ...], homes: int = 0) -> list[Person]:
    """People with features at random; the rules of a category follow one another. So many live with another."""
    chance = np.random.default_rng(seed)
    first = np.cumsum([0, *features[:-1]])
    shares = [chance.dirichlet(np.full(many, 3.0)) for many in features]
    columns = [chance.choice(len(share), people, p=share) for share in shares]
    rules = np.stack(columns, axis=1) + first
    return [
        Person(f"p{number:04}", tuple(row), f"h{number // 2}" if number < 2 * homes else "")
        for number, row in enumerate(rules.tolist())
    ]


def rules_around(people: list[Person], features: tuple[int, ...], seats: int, leeway: float) -> Rules:
    """Quotas around the shares of the pool, moved towards equal shares."""
    counts = np.bincount([rule for person in people for rule in person.rules], minlength=sum(features))
    equal = np.concatenate([np.full(many, 1 / many) for many in features])
    wanted = (0.7 * counts / len(people) + 0.3 * equal) * seats
    low, high = np.maximum(np.floor(wanted - leeway), 0), np.ceil(wanted + leeway)
    return Rules(tuple(map(int, low)), tuple(map(int, high)), seats)


def every_panel(pool: Pool) -> IntArray:
    """(n, T) all panels, by trying all vectors."""
    ranges = [range(int(size) + 1) for size in pool.size]
    vectors = (np.array(vector, np.int64) for vector in product(*ranges) if sum(vector) == pool.seats)
    panels = [vector for vector in vectors if pool.allows(vector)]
    return np.array(panels, np.int64).reshape(-1, pool.types)


def leximin_over(panels: IntArray, size: IntArray) -> FloatArray:
    """(T,) the leximin chances of lotteries over these panels: one level after the other, each type tried by itself."""
    fixed = np.full(len(size), np.nan)
    rows = panels.T / size[:, None]

    def best(weights: FloatArray, least: FloatArray) -> float:
        """The most that a weighted sum of `rows @ shares` can be, where each is at least `least`."""
        found = linprog(
            -weights @ rows,
            A_ub=-rows,
            b_ub=-(least - _EXACT / 100),
            A_eq=np.ones((1, len(panels))),
            b_eq=[1],
        )
        return float(-found.fun)

    while np.isnan(fixed).any():
        waiting = np.isnan(fixed)
        level_rows = np.column_stack([-rows, np.where(waiting, 1.0, 0.0)])
        found = linprog(
            np.append(np.zeros(len(panels)), -1.0),
            A_ub=level_rows,
            b_ub=-np.where(waiting, 0.0, np.nan_to_num(fixed) - _EXACT / 100),
            A_eq=np.append(np.ones(len(panels)), 0.0)[None, :],
            b_eq=[1],
        )
        level = float(found.x[-1])
        least = np.where(waiting, level, np.nan_to_num(fixed))
        for each in np.flatnonzero(waiting):
            if best(np.eye(len(size))[each], least) < level + _EXACT:
                fixed[each] = level
    return fixed
