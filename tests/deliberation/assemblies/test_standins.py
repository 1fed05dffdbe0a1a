"""Who is asked for a free seat: the quotas are kept where they can be, else missed by as little as can be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.assemblies.standins import choose_stand_ins
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Person, Rules

LOTS = Lots("60371 1", "c0")
MAN, WOMAN, YOUNG, OLD = range(4)


def people(*rules: tuple[int, int]) -> list[Person]:
    """Numbered from p0."""
    return [Person(f"p{number}", each) for number, each in enumerate(rules)]


def test_the_seat_of_a_woman_goes_to_a_woman() -> None:
    pool = people((MAN, OLD), (WOMAN, OLD), (MAN, OLD), (MAN, YOUNG), (WOMAN, YOUNG))
    rules = Rules((1, 1, 0, 0), (1, 1, 2, 2), 2)
    assert choose_stand_ins(pool, rules, {"p0"}, {"p1"}, LOTS) == ["p4"]


def test_where_no_quota_can_be_kept_who_comes_closest_is_asked() -> None:
    pool = people((WOMAN, OLD), (MAN, OLD), (MAN, YOUNG), (MAN, OLD))
    rules = Rules((0, 2, 1, 0), (1, 2, 1, 1), 2)  # a second woman is nowhere
    assert choose_stand_ins(pool, rules, {"p0"}, set(), LOTS) == ["p2"], "young is wanted, old is full"


def test_where_fewer_are_left_than_seats_all_of_them_are_asked() -> None:
    pool = people((MAN, OLD), (MAN, OLD), (WOMAN, OLD))
    assert choose_stand_ins(pool, Rules((0,) * 4, (9,) * 4, 3), {"p0"}, {"p1"}, LOTS) == ["p2"]
    assert choose_stand_ins(pool, Rules((0,) * 4, (9,) * 4, 3), {"p0"}, {"p1", "p2"}, LOTS) == []


def test_nobody_of_a_household_that_has_a_seat_is_asked() -> None:
    pool = [
        Person("a", (0,), "h1"),
        Person("b", (0,), "h1"),
        Person("c", (0,), "h2"),
        Person("d", (0,), "h2"),
    ]
    for low in (0, 4):  # with quotas that can be kept, and without
        chosen = choose_stand_ins(pool, Rules((low,), (4,), 2), {"a"}, set(), LOTS)
        assert len(chosen) == 1 and chosen[0] in "cd"


@settings(deadline=None)  # each example computes a lottery, and a busy machine takes its time
@given(st.permutations(range(8)), st.integers(0, 5))
def test_the_same_lots_choose_the_same_people_in_whatever_order_they_stand(
    order: list[int], low: int
) -> None:
    pool = people(*((number % 2, 2 + number % 3 % 2) for number in range(8)))
    rules = Rules((low, 1, 0, 0), (5, 5, 5, 5), 5)
    shuffled = [pool[place] for place in order]
    expected = choose_stand_ins(pool, rules, {"p0"}, {"p1"}, LOTS)
    assert choose_stand_ins(shuffled, rules, {"p0"}, {"p1"}, LOTS) == expected
    assert len(expected) == 4 and not {"p0", "p1"} & set(expected)
