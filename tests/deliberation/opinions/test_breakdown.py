"""Votes by group for who may not see small counts: nothing that is withheld follows from what is shown."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deliberation.opinions.breakdown import Part, Whole, protect_parts, protect_whole

parts = st.builds(lambda agree, not_agree: Part(agree, agree + not_agree), *(st.integers(0, 14),) * 2)


@given(st.lists(parts, min_size=1, max_size=6), st.integers(2, 6))
def test_a_group_that_is_shown_has_many_on_both_sides(table: Any, threshold: Any) -> None:
    for part, shown in zip(table, protect_parts(table, threshold), strict=True):
        assert shown is None or (shown == part and part.may_be_shown(threshold))


@given(st.lists(parts, min_size=2, max_size=4), st.integers(2, 5))
def test_a_small_count_could_be_large_even_for_who_knows_how_many_of_each_group_voted(
    table: Any, threshold: Any
) -> None:
    """Whoever takes what is shown from the votes of all is left with a sum: they try every way to share it out."""
    shown = protect_parts(table, threshold)
    if not any(shown):
        return  # nothing but the votes of all, which have their own protection
    hidden = [part for part, seen in zip(table, shown, strict=True) if seen is None and part.seen]
    agree = sum(part.agree for part in hidden)
    ways = [ways for ways in product(*(range(part.seen + 1) for part in hidden)) if sum(ways) == agree]
    for place, part in enumerate(hidden):
        if part.seen >= threshold:
            assert max(way[place] for way in ways) >= threshold
            assert min(way[place] for way in ways) <= part.seen - threshold


@given(st.lists(parts, min_size=1, max_size=6))
def test_without_a_threshold_everything_is_shown(table: Any) -> None:
    assert protect_parts(table, None) == table


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    table = [Part(30, 60), Part(2, 20), Part(12, 24), Part(0, 0)]
    assert protect_parts(table, 5) == [Part(30, 60), None, None, None]


def test_a_group_in_which_all_say_the_same_is_withheld() -> None:
    assert protect_parts([Part(20, 20), Part(10, 20), Part(20, 40)], 5)[0] is None


def test_the_votes_of_all() -> None:
    assert protect_whole(62, 40, 9, 5) == Whole(62, 40, 9, 111)
    assert protect_whole(62, 40, 3, 5) == Whole(62, None, None, 105)
    assert protect_whole(2, 1, 0, 5) == Whole(None, None, None, None)
    assert protect_whole(2, 1, 0, None) == Whole(2, 1, 0, 3)
