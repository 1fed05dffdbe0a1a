"""Groups keep their numbers and the map its way up, from one analysis to the next."""

import numpy as np
import pytest

from deliberation.opinions.identity import Before, goes_on, kept_numbers, turned_onto


def people(*counts: tuple[int, int]) -> np.ndarray:
    """So many people of each number."""
    return np.repeat([number for number, _ in counts], [count for _, count in counts])


def test_the_first_groups_are_numbered_by_size() -> None:
    assert kept_numbers(people((0, 6), (1, 5)), 2, (people((0, 11)),), 0) == (1, 2)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        # The other way round.
        (people((0, 10), (1, 8)), people((2, 10), (1, 8)), (2, 1)),
        # Some have moved.
        (people((0, 10), (1, 8)), people((1, 7), (2, 11)), (1, 2)),
        # One group falls apart: the larger part keeps the number, the other one is new.
        (people((0, 10), (1, 7), (2, 4)), people((1, 10), (2, 11)), (1, 2, 3)),
        # Two become one.
        (people((0, 18)), people((1, 8), (2, 10)), (2,)),
        # All are new: no number comes twice.
        (people((0, 10), (1, 8)), people((0, 18)), (4, 5)),
        # Nobody is left.
        (people((-1, 4)), people((1, 4)), ()),
    ],
)
def test_a_group_keeps_the_number_that_most_of_its_people_had(
    new: np.ndarray, old: np.ndarray, expected: tuple[int, ...]
) -> None:
    highest = 3 if 4 in expected else int(old.max())
    assert kept_numbers(new, len(expected), (old,), highest) == expected


def test_newcomers_do_not_decide() -> None:
    new, old = people((0, 30), (1, 6)), people((0, 26), (1, 4), (2, 6))
    assert kept_numbers(new, 2, (old,), 2) == (1, 2)


def test_a_number_that_vanished_returns_for_the_same_people_only() -> None:
    now, last = people((0, 10), (1, 8), (2, 6)), people((1, 10), (2, 14))
    before = people((1, 10), (2, 8), (3, 6))
    assert kept_numbers(now, 3, (last, before), 3) == (1, 2, 3)
    strangers = people((3, 14), (1, 10))
    assert kept_numbers(now, 3, (last, strangers), 3) == (1, 2, 4)


def test_the_order_of_people_changes_nothing() -> None:
    chance = np.random.default_rng(4)
    new, old = chance.integers(-1, 4, 60), chance.integers(0, 4, 60)
    order = chance.permutation(60)
    assert kept_numbers(new, 4, (old,), 3) == kept_numbers(new[order], 4, (old[order],), 3)


def test_a_turned_or_mirrored_plane_comes_back() -> None:
    before = np.random.default_rng(2).normal(size=(30, 2))
    for turn in (np.array([[0.6, -0.8], [0.8, 0.6]]), np.array([[0.0, 1.0], [1.0, 0.0]])):
        moved = before @ turn
        np.testing.assert_allclose(moved @ turned_onto(moved, before), before, atol=1e-12)


def test_places_that_nobody_shares_turn_nothing() -> None:
    at = np.random.default_rng(2).normal(size=(5, 2))
    np.testing.assert_array_equal(turned_onto(at, np.full((5, 2), np.nan)), np.eye(2))


def test_the_highest_number_is_remembered() -> None:
    label = people((0, 5), (1, 5))
    before = Before(people((2, 5), (0, 5)), np.full((10, 2), np.nan), highest=7)
    identity = goes_on(label, 2, np.zeros((10, 2)), before)
    assert identity.numbers == (2, 8)
    assert identity.highest == 8
