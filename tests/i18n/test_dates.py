"""Dates and numbers read as people here write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from i18n.dates import (
    KICHWA_DAYS,
    KICHWA_MONTHS,
    format_date,
    format_day,
    format_local_date,
    format_moment,
    format_number,
    format_percent,
    format_time,
)

GUAYAQUIL = ZoneInfo("America/Guayaquil")
LATE_EVENING = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "weekday", "expected"),
    [
        ("es", False, "23 de noviembre de 2026"),
        ("es", True, "lunes 23 de noviembre de 2026"),
        ("qu", False, "2026 wata, ayar killapak 23 puncha"),
        ("qu", True, "2026 wata, ayar killapak 23 puncha, sullka"),
    ],
)
def test_a_date_in_words(language: str, weekday: bool, expected: str) -> None:
    assert format_date(date(2026, 11, 23), language, weekday=weekday) == expected


def test_the_kichwa_year_begins_with_kamay_and_its_week_ends_with_hawkay() -> None:
    assert (KICHWA_MONTHS[0], KICHWA_MONTHS[11]) == ("kamay", "kapak")
    sunday = date(2026, 11, 22)
    assert KICHWA_DAYS[sunday.weekday()] == "hawkay"
    assert KICHWA_DAYS[(sunday - timedelta(days=1)).weekday()] == "tinki"


def test_a_moment_is_told_in_local_time() -> None:
    assert format_time(LATE_EVENING, GUAYAQUIL) == "22:05"
    assert format_local_date(LATE_EVENING, "es", GUAYAQUIL) == "23 de noviembre de 2026"
    assert format_moment(LATE_EVENING, "qu", GUAYAQUIL) == "2026 wata, ayar killapak 23 puncha, 22:05"


def test_a_short_day_is_written_as_people_type_it() -> None:
    assert format_day(date(2026, 3, 1)) == "01/03/2026"


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [(1234567, None, "1.234.567"), (2.5, None, "2,5"), (2, 1, "2,0"), (2.345, 0, "2")],
)
def test_numbers_have_ecuador_s_separators(number: float, decimals: int | None, expected: str) -> None:
    assert format_number(number, decimals=decimals) == expected


def test_a_share_is_whole_percent() -> None:
    assert format_percent(62 / 148) == "42\u00a0%"
    assert (format_percent(23 / 40), format_percent(1 / 8)) == ("58\u00a0%", "12\u00a0%"), (
        "a half to the even one"
    )


def test_a_share_is_all_or_nothing_only_where_it_is_that() -> None:
    assert [format_percent(part / 202) for part in (0, 1, 201, 202)] == [
        "0\u00a0%",
        "1\u00a0%",
        "99\u00a0%",
        "100\u00a0%",
    ]
    assert format_percent(0.1 * 3 + 0.7) == "100\u00a0%"
    assert format_percent(0.9999, decimals=1) == "99,9\u00a0%"
