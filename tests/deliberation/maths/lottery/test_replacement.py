"""Whoever takes a free seat keeps quotas and fairness, given who has accepted and who has declined."""

from time import process_time

import pytest

from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.lottery import fair_lottery
from deliberation.maths.lottery.people import Person, Rules, seated, typed
from deliberation.maths.lottery.pool import NoPanel
from deliberation.maths.lottery.replacement import replacement_lottery
from tests.deliberation.maths.lottery.pools import random_people, rules_around

WOMAN, MAN = 0, 1
PEOPLE = [*(Person(f"w{n}", (WOMAN,)) for n in range(4)), *(Person(f"m{n}", (MAN,)) for n in range(6))]
RULES = Rules((2, 2), (2, 2), 4)


def test_free_seats_go_by_what_the_quotas_still_want() -> None:
    found = replacement_lottery(PEOPLE, RULES, accepted={"w0", "m0", "m1"}, gone={"w1"})
    assert found.chances() == pytest.approx({"w2": 1 / 2, "w3": 1 / 2, **{f"m{n}": 0 for n in range(2, 6)}})
    assert found.next_ones(Lots("s", "c"))[0] in {"w2", "w3"}


def test_nobody_is_left_or_no_seat_is_free() -> None:
    with pytest.raises(NoPanel):
        replacement_lottery(PEOPLE, RULES, accepted={"m0", "m1"}, gone={"w0", "w1", "w2"})
    with pytest.raises(NoPanel):
        replacement_lottery(PEOPLE, RULES, accepted={"m0", "m1", "w0", "w1"}, gone=set())
    with pytest.raises(NoPanel):
        replacement_lottery(PEOPLE, RULES, accepted={"m0", "m1", "m2"}, gone=set())


def test_who_lives_with_somebody_who_accepted_is_not_asked_and_after_a_refusal_is() -> None:
    people = [Person("a", (0,), "home"), Person("b", (0,), "home"), Person("c", (0,)), Person("d", (0,))]
    rules = Rules((0,), (2,), 2)
    assert replacement_lottery(people, rules, {"a"}, set()).chances() == pytest.approx({"c": 0.5, "d": 0.5})
    thirds = pytest.approx({"b": 1 / 2, "d": 1 / 2})
    assert replacement_lottery(people, rules, {"c"}, {"a"}).chances() == thirds


def test_three_hundred_people_and_forty_seats_take_less_than_a_second() -> None:
    features = (2, 3, 5, 3, 2, 3)
    people = random_people(5, 300, features)
    rules = rules_around(people, features, 40, 1.0)
    types = typed(people, rules)
    drawn = seated(types, fair_lottery(types.pool).panels[0], Lots("s", "c"))
    start = process_time()
    found = replacement_lottery(people, rules, accepted=set(drawn[:28]), gone=set(drawn[28:]))
    assert process_time() - start < 1
    asked = found.next_ones(Lots("s", "c"))
    assert len(asked) == 12 and found.lottery.epsilon < 1e-6
    panel = [person for person in people if person.id in {*drawn[:28], *asked}]
    counts = [sum(rule in person.rules for person in panel) for rule in range(sum(features))]
    assert all(low <= each <= high for low, each, high in zip(rules.low, counts, rules.high, strict=True))
