"""The cost of needs tells nobody's need: what is withheld is rounded up until it could be the threshold."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deliberation.assemblies.assembly import needs_of
from deliberation.assemblies.needs_cost import count_asked, needs_cost

TITLE = {"es": "Asamblea"}
PRICES = {"transport": Decimal("4.50"), "food": Decimal(2)}
NEEDS = ["transport", "food", "access"]


def asked(transport: int, food: int, access: int, nothing: int) -> list[list[str]]:
    """So many people, each with one need or none."""
    needs = zip(NEEDS, (transport, food, access), strict=True)
    return [[need] for need, people in needs for _ in range(people)] + [[]] * nothing


def test_counts_times_prices_and_what_has_no_price_is_said() -> None:
    found = needs_cost(TITLE, count_asked(asked(10, 5, 6, 9), NEEDS), NEEDS, PRICES, 5)
    assert [line.cost for line in found.lines] == [Decimal("45.00"), Decimal(10), None]
    assert (found.total, found.at_most, found.unpriced, found.people) == (Decimal(55), False, True, 30)
    assert found.per_head == Decimal(55) / 30


def test_nobody_comes_and_nothing_is_divided() -> None:
    found = needs_cost(TITLE, count_asked([], NEEDS), NEEDS, PRICES, 5)
    assert (found.total, found.per_head, found.at_most) == (Decimal(0), None, False)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_a_withheld_count_could_be_the_threshold_by_the_total(
    transport: int, food: int, access: int, nothing: int
) -> None:
    people = asked(transport, food, access, nothing)
    found = needs_cost(TITLE, count_asked(people, NEEDS), NEEDS, PRICES, 5)
    shown = sum(line.cost or 0 for line in found.lines)
    hidden = [line for line in found.lines if line.price and line.people is None]
    assert found.at_most == bool(hidden)
    if hidden:
        room = found.total - shown
        assert all(line.price * 5 <= room for line in hidden if line.price)
        assert room >= sum(
            len([1 for each in people if line.need in each]) * line.price for line in hidden if line.price
        )
    else:
        assert found.total == shown


def test_who_chose_that_they_need_nothing_needs_nothing() -> None:
    assert needs_of({"needs": ["nothing"]}) == needs_of({"needs": "none"}) == needs_of({}) == []
    assert needs_of({"needs": ["transport", "food"]}) == ["transport", "food"]
