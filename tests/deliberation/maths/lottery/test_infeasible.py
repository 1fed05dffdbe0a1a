"""Where no panel keeps to the rules: the smallest conflict, the cheapest fix, whom to invite. By hand and by trying."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deliberation.maths.lottery.conflict import Side, find_conflict
from deliberation.maths.lottery.people import Person, Rules, typed
from deliberation.maths.lottery.pool import NoPanel, Pool
from deliberation.maths.lottery.pricing import any_panel
from deliberation.maths.lottery.remedy import cheapest_fix, whom_to_invite
from tests.deliberation.maths.lottery.pools import random_people


def pool_of(size: list[int], rule: list[list[int]], low: list[int], high: list[int], seats: int) -> Pool:
    return Pool(np.array(size), np.array(rule), np.array(low), np.array(high), seats)


def has_panel(pool: Pool) -> bool:
    try:
        any_panel(pool)
    except NoPanel:
        return False
    return True


def with_sides(pool: Pool, sides: tuple[Side, ...]) -> Pool:
    low, high = np.zeros_like(pool.low), np.full_like(pool.high, pool.seats)
    for side in sides:
        if side.at_least:
            low[side.rule] = pool.low[side.rule]
        else:
            high[side.rule] = pool.high[side.rule]
    return Pool(pool.size, pool.rule, low, high, pool.seats)


def test_two_minimums_that_are_more_than_the_seats_conflict() -> None:
    pool = pool_of([9, 9, 9], [[0], [1], [2]], [3, 3, 0], [5, 5, 5], 5)
    found = find_conflict(pool, 3)
    assert found.sides == (Side(0, at_least=True), Side(1, at_least=True)) and found.smallest
    assert [change.tolist() for change in cheapest_fix(pool, 3) or ()] in (
        [[1, 0, 0], [0, 0, 0]],
        [[0, 1, 0], [0, 0, 0]],
    )
    assert whom_to_invite(pool, [range(3)]) is None, "nobody who comes makes more seats"


def test_who_is_missing_is_invited() -> None:
    """Three women wanted and one there: two more, of whatever age."""
    pool = pool_of([1, 9, 9], [[0, 2], [1, 2], [1, 3]], [3, 0, 3, 1], [5, 5, 5, 1], 6)
    found = find_conflict(pool, 4)
    assert found.sides == (Side(0, at_least=True),)
    invited = whom_to_invite(pool, [range(2), range(2, 4)])
    assert invited is not None and invited[:2].tolist() == [2, 0] and invited[2:].sum() == 2
    assert [change.tolist() for change in cheapest_fix(pool, 4) or ()] == [[2, 0, 0, 0], [0, 0, 0, 0]]


def test_too_few_people_are_no_conflict_of_rules() -> None:
    pool = pool_of([2, 2], [[0], [1]], [0, 0], [9, 9], 6)
    assert find_conflict(pool, 2).sides == () and cheapest_fix(pool, 2) is None
    invited = whom_to_invite(pool, [range(2)])
    assert invited is not None and invited.sum() == 2


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_smaller_set_of_rules_conflicts(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people = random_people(seed, 12, (2, 3, 2))
    low = chance.integers(0, 4, 7)
    rules = Rules(tuple(low.tolist()), tuple((low + chance.integers(0, 2, 7)).tolist()), 5)
    pool = typed(people, rules).pool
    assume(not has_panel(pool))
    found = find_conflict(pool, 7)
    assert found.smallest and not has_panel(with_sides(pool, found.sides))
    every = [Side(rule, least) for rule in range(7) for least in (True, False)]
    smaller = combinations(every, len(found.sides) - 1)
    assert all(has_panel(with_sides(pool, sides)) for sides in smaller if len(found.sides) <= 3)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_fix_and_invitations_are_enough(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people = random_people(seed, 14, (2, 3))
    low = chance.integers(0, 4, 5)
    rules = Rules(tuple(low.tolist()), tuple((low + chance.integers(0, 3, 5)).tolist()), 6)
    pool = typed(people, rules).pool
    assume(not has_panel(pool))
    fix = cheapest_fix(pool, 5)
    assert fix is not None
    less, more = fix
    assert has_panel(Pool(pool.size, pool.rule, pool.low - less, pool.high + more, pool.seats))
    for each in np.flatnonzero(less + more):
        cheaper = np.eye(5, dtype=np.int64)[each]
        fewer = np.maximum(less - cheaper, 0), np.maximum(more - cheaper * (less[each] == 0), 0)
        assert not has_panel(
            Pool(pool.size, pool.rule, pool.low - fewer[0], pool.high + fewer[1], pool.seats)
        )
    invited = whom_to_invite(pool, [range(2), range(2, 5)])
    if invited is not None:
        assert invited[:2].sum() == invited[2:].sum() > 0
        come = zip(np.repeat(range(2), invited[:2]), np.repeat(range(2, 5), invited[2:]), strict=True)
        new = [Person(f"new{number}", (int(one), int(two))) for number, (one, two) in enumerate(come)]
        assert has_panel(typed([*people, *new], rules).pool)


def test_the_conflict_of_a_feasible_pool_is_nobodys_question() -> None:
    with pytest.raises(NoPanel):
        find_conflict(pool_of([5], [[0]], [1], [3], 2), 1)
