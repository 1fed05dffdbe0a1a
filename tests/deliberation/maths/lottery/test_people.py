"""Types are people who count for the same; of a household at most one is drawn."""

import numpy as np
import pytest

from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.lottery import fair_lottery
from deliberation.maths.lottery.people import Person, Rules, seated, typed
from tests.deliberation.maths.lottery.pools import random_people, rules_around


def test_people_who_count_for_the_same_are_a_type() -> None:
    people = [Person("b", (0,)), Person("a", (0,)), Person("c", (1,))]
    types = typed(people, Rules((0, 0), (2, 2), 2))
    assert types.members == (("a", "b"), ("c",))
    assert types.pool.size.tolist() == [2, 1] and types.pool.low.tolist() == [0, 0]


def test_households_composed_alike_are_a_class_with_a_seat_each() -> None:
    """Two couples of a woman and a man, and a man whose household nobody else of the pool lives in."""
    people = [
        Person("a", (0,), "red"), Person("b", (1,), "red"), Person("c", (0,), "blue"), Person("d", (1,), "blue"),
        Person("e", (1,), "green"), Person("f", (1,)),
    ]  # fmt: skip
    types = typed(people, Rules((0, 0), (3, 3), 3))
    assert types.members == (("a", "c"), ("e", "f"), ("b", "d"))
    assert types.pool.rule.tolist() == [[0, 3], [1, 2], [1, 3]]
    assert types.pool.high.tolist() == [3, 3, 3, 2], "no more of the couples than there are couples"


def test_three_of_one_household_have_one_seat_between_them() -> None:
    people = [*(Person(id, (0,), "home") for id in "abc"), Person("d", (0,))]
    types = typed(people, Rules((0,), (2,), 2))
    assert fair_lottery(types.pool).chance.tolist() == pytest.approx([1, 1 / 3])


@pytest.mark.parametrize("seed", range(5))
def test_the_seated_are_the_panel_and_no_two_of_a_household(seed: int) -> None:
    people = random_people(seed, 40, (2, 3), homes=20)
    types = typed(people, rules_around(people, (2, 3), 12, 1.0))
    rules = {person.id: person.rules for person in people}
    home = {person.id: person.household for person in people}
    lottery = fair_lottery(types.pool)
    assert len(lottery.panels) > 1
    for panel in lottery.panels:
        drawn = seated(types, panel, Lots(str(seed), "c"))
        assert len({home[id] for id in drawn}) == len(drawn) == 12
        counts = [sum(id in drawn for id in members) for members in types.members]
        assert counts == panel.tolist()
        seats = np.bincount([rule for id in drawn for rule in rules[id]], minlength=5)
        assert (seats >= types.pool.low[:5]).all() and (seats <= types.pool.high[:5]).all()
