"""Until when to answer, and when to remind: the rules, on the clock of the place."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.quiet_hours import read_quiet_hours
from deliberation.assemblies.deadlines import answer_deadline, reminder_moments

ZONE = ZoneInfo("America/Guayaquil")
STARTS = datetime(2026, 12, 20, 15, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("days_before", "deadline_before"),
    [
        (20, 17),  # three days to answer
        (5, 2),
        (4, 2),  # never later than two days before
        (2.5, 2),
        (2, 0),  # who is asked after that has until it begins
        (1, 0),
    ],
)
def test_a_seat_is_held_for_days_and_never_into_the_last_two(
    days_before: float, deadline_before: float
) -> None:
    told_at = STARTS - timedelta(days=days_before)
    assert answer_deadline(STARTS, 3, told_at) == STARTS - timedelta(days=deadline_before)


def reminded(starts_at: datetime, quiet: str) -> list[str]:
    """The moments, as the wall shows them."""
    moments = reminder_moments(starts_at, read_quiet_hours(quiet, ZONE))
    return [f"{moment.astimezone(ZONE):%d %H:%M}" for moment in moments]


@pytest.mark.parametrize(
    ("hour", "quiet", "last"),
    [
        (15, "20:00-08:00", "20 12:00"),
        (15, "off", "20 12:00"),
        (9, "20:00-08:00", "19 19:30"),  # six in the morning is quiet: the evening before
        (9, "00:00-08:00", "19 23:30"),
        (9, "05:00-08:00", "20 04:30"),
        (11, "20:00-08:00", "20 08:00"),  # as they end
        (23, "19:00-21:00", "20 18:30"),
    ],
)
def test_the_last_reminder_comes_before_quiet_hours_that_it_would_fall_into(
    hour: int, quiet: str, last: str
) -> None:
    assert last in reminded(STARTS.replace(hour=hour), quiet)


def test_a_week_a_day_and_three_hours_before() -> None:
    assert reminded(STARTS, "20:00-08:00") == ["13 15:00", "19 15:00", "20 12:00"]


def test_they_come_in_order_also_where_quiet_hours_turn_them_round() -> None:
    moments = reminder_moments(STARTS.replace(hour=2), read_quiet_hours("01:00-00:30", ZONE))
    assert moments == sorted(moments)
