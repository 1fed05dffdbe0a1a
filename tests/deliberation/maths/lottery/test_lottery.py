"""The lottery is the fairest there is, the same for the same pool, and says by how much it may miss."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deliberation.maths.lottery.alike import uncounted_cells
from deliberation.maths.lottery.bound import leximin_bound
from deliberation.maths.lottery.lottery import Lottery, fair_lottery
from deliberation.maths.lottery.people import Person, Rules, typed
from deliberation.maths.lottery.pool import NoPanel, Pool
from tests.deliberation.maths.lottery.pools import every_panel, leximin_over, random_people, rules_around

SEEDS = st.integers(0, 10_000)


def of(size: list[int], rule: list[list[int]], low: list[int], high: list[int], seats: int) -> Pool:
    return Pool(np.array(size), np.array(rule), np.array(low), np.array(high), seats)


def chances(people: list[Person], rules: Rules) -> dict[str, float]:
    types = typed(people, rules)
    found = zip(types.members, fair_lottery(types.pool).chance.tolist(), strict=True)
    return {id: chance for members, chance in found for id in members}


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (of([4], [[0]], [0], [2], 2), [1 / 2]),
        # Six women and two men, two of each: a man has three times the chance of a woman, and cannot have less.
        (of([6, 2], [[0], [1]], [2, 2], [2, 2], 4), [1 / 3, 1]),
        # Of ten, two of three seats at least go to two people: they have them for sure.
        (of([8, 2], [[0], [1]], [0, 2], [3, 3], 3), [1 / 8, 1]),
        # All the same where quotas leave room.
        (of([5, 5, 10], [[0], [1], [2]], [0, 0, 0], [9, 9, 9], 10), [1 / 2] * 3),
    ],
)
def test_small_pools_come_out_as_by_hand(pool: Pool, expected: list[float]) -> None:
    lottery = fair_lottery(pool)
    np.testing.assert_allclose(lottery.chance, expected, atol=1e-9)
    assert lottery.epsilon < 1e-9


def odd_circle() -> Pool:
    """At most one of any two of the first three may come: halves of people would do, whole ones do not.

    Two seats, four people: divisible people have a half each, whole ones a third, and the fourth is always in.
    """
    return of(
        size=[1, 1, 1, 1],
        rule=[[0, 3, 4], [0, 2, 5], [1, 2, 4], [1, 3, 5]],
        low=[0] * 6,
        high=[1, 2, 1, 2, 1, 2],
        seats=2,
    )


def test_where_whole_people_cannot_do_what_fractions_can_the_bound_comes_down_to_what_they_can() -> None:
    pool = odd_circle()
    lottery = fair_lottery(pool)
    np.testing.assert_allclose(lottery.chance, leximin_over(every_panel(pool), pool.size), atol=1e-6)
    assert lottery.epsilon < 1e-6


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, leeway=st.sampled_from([0.0, 0.5, 1.0]), homes=st.integers(0, 3))
def test_no_lottery_over_all_panels_is_fairer(seed: int, leeway: float, homes: int) -> None:
    """Every panel is listed and leximin computed over them: chances and bound are those."""
    people = random_people(seed, 10, (2, 3), homes)
    types = typed(people, rules_around(people, (2, 3), 4, leeway))
    panels = every_panel(types.pool)
    if not len(panels):
        with pytest.raises(NoPanel):
            fair_lottery(types.pool)
        return
    lottery = fair_lottery(types.pool)
    best = leximin_over(panels, types.pool.size)
    np.testing.assert_allclose(lottery.chance, best, atol=1e-5)
    assert lottery.epsilon < 1e-6
    assert all(types.pool.allows(panel) for panel in lottery.panels)


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, homes=st.integers(0, 10))
def test_neither_order_nor_names_change_anybodys_chance(seed: int, homes: int) -> None:
    people = random_people(seed, 60, (2, 3, 2), homes)
    rules = rules_around(people, (2, 3, 2), 12, 1.0)
    try:
        first = chances(people, rules)
    except NoPanel:
        assume(False)
    shuffled = [people[each] for each in np.random.default_rng(seed).permutation(len(people))]
    assert chances(shuffled, rules) == first
    # The features the other way round, the categories too, and everybody another name.
    many = len(rules.low)
    renamed = [
        Person("x" + person.id[::-1], tuple(many - 1 - rule for rule in person.rules)[::-1], person.household)
        for person in people
    ]
    other = chances(renamed, Rules(rules.low[::-1], rules.high[::-1], rules.seats))
    assert {"x" + id[::-1]: pytest.approx(chance, abs=1e-7) for id, chance in first.items()} == other


def test_a_lottery_is_the_same_bit_by_bit() -> None:
    people = random_people(3, 200, (2, 4, 3))
    pool = typed(people, rules_around(people, (2, 4, 3), 25, 1.0)).pool
    one, other = fair_lottery(pool), fair_lottery(pool)
    assert np.array_equal(one.panels, other.panels) and np.array_equal(one.tickets, other.tickets)


def test_epsilon_is_the_largest_shortfall_of_anybody() -> None:
    lottery = Lottery(np.array([[1, 0]]), np.array([10]), np.array([0.3, 0.5]), np.array([0.4, 0.45]), ())
    assert lottery.epsilon == pytest.approx(0.1)


def test_nobody_and_no_panel_are_refused() -> None:
    with pytest.raises(NoPanel):
        typed([], Rules((), (), 1))
    with pytest.raises(NoPanel):
        fair_lottery(of([3, 3], [[0], [1]], [2, 2], [3, 3], 3))


def test_who_watches_is_told_how_far_it_is() -> None:
    people = random_people(1, 100, (2, 4, 3))
    told: list[tuple[int, int]] = []
    fair_lottery(
        typed(people, rules_around(people, (2, 4, 3), 15, 1.0)).pool,
        lambda done, total: told.append((done, total)),
    )
    assert told and all(0 <= done <= total for done, total in told)


def test_a_level_that_rounding_hides_is_found_all_the_same() -> None:
    """A thousand people of whom many are not counted, by quotas that leave those little: a step ended in a corner."""
    chance = np.random.default_rng(2)
    sizes, shares = (3, 5, 6, 5, 2), (0.55, 0.75)
    volunteers, population = (
        [share ** np.arange(many) / sum(share ** np.arange(many)) for many in sizes] for share in shares
    )
    values = np.stack([chance.choice(len(p), size=1000, p=p) for p in volunteers], axis=1)
    starts = np.cumsum([0, *(many + 1 for many in sizes)])[:-1]
    rows = np.where(uncounted_cells(values, 5), 0, values + 1) + starts
    low, high = [], []
    for share in population:
        seats = np.floor(share * 40).astype(int)
        seats[: 40 - seats.sum()] += 1
        room = np.maximum(1, np.rint(seats / 10).astype(int))
        low += [0, *np.maximum(0, seats - room).tolist()]
        high += [40, *np.minimum(40, seats + room).tolist()]
    people = [Person(f"p{number}", tuple(row)) for number, row in enumerate(rows.tolist())]
    pool = typed(people, Rules(tuple(low), tuple(high), 40)).pool
    bound = leximin_bound(pool)
    assert bound.average.sum() == pytest.approx(40) and bound.chance.min() >= 0
