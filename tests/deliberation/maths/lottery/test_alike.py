"""What is counted of one it counts of several: always, of as much as can be, and whoever comes first in the list."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.maths.lottery.alike import uncounted_cells
from deliberation.maths.lottery.pool import IntArray

_STAR = -1
POOLS = st.tuples(st.integers(1, 60), st.integers(1, 5), st.integers(1, 4), st.integers(0, 10_000))


def people(many: int, categories: int, values: int, seed: int) -> IntArray:
    """Some values are rarer than others."""
    chance = np.random.default_rng(seed)
    weights = 0.6 ** np.arange(values)
    return chance.choice(values, size=(many, categories), p=weights / weights.sum())


def counted(rows: IntArray, alike: int) -> IntArray:
    return np.where(uncounted_cells(rows, alike), _STAR, rows)


def classes(rows: IntArray) -> Counter[tuple[int, ...]]:
    return Counter(map(tuple, rows.tolist()))


@settings(max_examples=60, deadline=None)
@given(POOLS, st.integers(1, 6))
def test_everybody_is_like_enough_others_or_nothing_is_counted(
    pool: tuple[int, int, int, int], alike: int
) -> None:
    found = counted(people(*pool), alike)
    assert min(classes(found).values()) >= alike or (found == _STAR).all()


@settings(max_examples=60, deadline=None)
@given(POOLS, st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(
    pool: tuple[int, int, int, int], alike: int, chance: Random
) -> None:
    rows = people(*pool)
    order = list(range(len(rows)))
    chance.shuffle(order)
    before = Counter(zip(map(tuple, rows.tolist()), map(tuple, counted(rows, alike).tolist()), strict=True))
    moved = rows[order]
    after = Counter(zip(map(tuple, moved.tolist()), map(tuple, counted(moved, alike).tolist()), strict=True))
    assert before == after


def cells_of_whole_categories(rows: IntArray, alike: int) -> int:
    """How many are hidden if categories are given up for everybody, each time the one that leaves fewest alone."""
    kept = list(range(rows.shape[1]))
    while min(classes(rows[:, kept]).values()) < alike:
        alone = {}
        for left in kept:
            rest = classes(rows[:, [each for each in kept if each != left]])
            alone[left] = sum(many for many in rest.values() if many < alike)
        kept.remove(min(kept, key=lambda left: alone[left]))
    return int(rows.shape[1] - len(kept)) * len(rows)


@settings(max_examples=60, deadline=None)
@given(POOLS, st.integers(1, 6))
def test_no_more_is_hidden_than_by_giving_up_whole_categories(
    pool: tuple[int, int, int, int], alike: int
) -> None:
    rows = people(*pool)
    if len(rows) >= alike:
        assert uncounted_cells(rows, alike).sum() <= cells_of_whole_categories(rows, alike)


@settings(max_examples=40, deadline=None)
@given(POOLS, st.integers(1, 6))
def test_where_all_have_enough_like_them_nothing_is_hidden(
    pool: tuple[int, int, int, int], alike: int
) -> None:
    rows = np.repeat(people(*pool), alike, axis=0)
    assert not uncounted_cells(rows, alike).any()


def test_who_has_enough_like_them_loses_nothing_to_others_who_can_do_without() -> None:
    many = [[0, 0, 0]] * 5 + [[1, 1, 1]] * 9
    alone = [[2, 2, 0], [2, 2, 1], [2, 2, 2], [2, 2, 3], [2, 2, 4]]
    found = uncounted_cells(np.array(many + alone), 5)
    assert not found[: len(many)].any() and found[len(many) :].tolist() == [[False, False, True]] * 5


def test_who_is_alone_is_hidden_among_those_who_can_be_spared() -> None:
    rows = np.array([[0, 0]] * 9 + [[0, 1]])
    found = uncounted_cells(rows, 5)
    assert found.tolist() == [[False, False]] * 5 + [[False, True]] * 5, "the first keep most"


@pytest.mark.parametrize("many", [0, 1, 4])
def test_of_fewer_people_than_have_to_be_alike_nothing_is_counted(many: int) -> None:
    assert uncounted_cells(np.zeros((many, 3), np.int64), 5).all()


def test_people_without_any_category_are_all_alike() -> None:
    assert uncounted_cells(np.zeros((7, 0), np.int64), 5).shape == (7, 0)


def test_of_a_province_less_is_hidden_than_a_third() -> None:
    chance = np.random.default_rng(1)
    columns = [
        chance.choice(values, size=300, p=0.6 ** np.arange(values) / sum(0.6 ** np.arange(values)))
        for values in (3, 5, 6, 5, 2)
    ]
    hidden = uncounted_cells(np.stack(columns, axis=1), 5).mean()
    assert hidden < 1 / 3
