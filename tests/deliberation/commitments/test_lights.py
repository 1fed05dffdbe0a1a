"""The traffic light of a commitment goes by its days alone."""

from datetime import date, timedelta

import pytest

from deliberation.commitments.lights import light_of, months_after

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("days_left", "light"), [(31, "green"), (30, "amber"), (1, "amber"), (0, "amber"), (-1, "red")]
)
def test_an_open_one_stands_by_the_days_that_are_left(days_left: int, light: str) -> None:
    assert light_of(DAY + timedelta(days=days_left), None, None, DAY) == light


def test_one_that_is_over_is_neither_early_nor_late() -> None:
    assert light_of(DAY - timedelta(days=9), DAY, None, DAY) == "kept"
    assert light_of(DAY - timedelta(days=9), None, DAY, DAY) == "dropped"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 3, date(2027, 2, 23)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
