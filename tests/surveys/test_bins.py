"""Bins lose nobody, and leave nobody alone."""

from itertools import pairwise
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from surveys.bins import Bin, bin_months, bin_numbers, quantile

ages = st.lists(st.integers(0, 120).map(float), max_size=200).map(sorted)
amounts = st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), max_size=200).map(sorted)


def check(bins: list[Bin], values: list[float], least: int) -> None:
    assert sum(found.count for found in bins) == len(values)
    assert all(found.count >= least for found in bins) or len(bins) == 1
    assert all(before.high == after.low for before, after in pairwise(bins))
    if bins:
        assert (bins[0].low, bins[-1].high) == (-inf, inf)
    for found in bins:
        assert found.count == sum(found.low <= value < found.high for value in values)


@given(ages, st.integers(0, 10))
def test_whole_numbers(values: list[float], least: int) -> None:
    check(bin_numbers(values, whole=True, least=least), values, least)


@given(amounts, st.integers(0, 10))
def test_any_numbers(values: list[float], least: int) -> None:
    bins = bin_numbers(values, whole=False, least=least)
    assert sum(found.count for found in bins) == len(values)
    assert all(found.count >= least for found in bins) or len(bins) == 1
    assert len(bins) <= 12


@given(st.lists(st.integers(1900 * 12, 2030 * 12).map(float), max_size=200).map(sorted), st.integers(0, 10))
def test_months(values: list[float], least: int) -> None:
    check(bin_months(values, least=least), values, least)


def test_the_middle_of_an_even_number_lies_between_two() -> None:
    assert [quantile([1, 2, 3, 4], share) for share in (0, 0.25, 0.5, 1)] == [1, 1.75, 2.5, 4]
