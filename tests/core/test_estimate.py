"""How long a sending takes: at the pace of the house, and not while people sleep."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.estimate import estimate
from core.settings import read_settings

ZONE = ZoneInfo("America/Guayaquil")


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("count", "begins", "ends", "moment"),
    [
        (0, on(23, 10), on(23, 10), on(23, 10)),
        (1_500, on(23, 10), on(23, 10, 1), on(23, 10)),
        # 25 a second, 60 seconds, 12 hours: a day of 1,080,000. Asked at night, it begins in the morning.
        (1_500, on(24, 8), on(24, 8, 1), on(23, 21)),
        (1_500, on(24, 8), on(24, 8, 1), on(24, 2)),
        (3_000, on(23, 19, 59), on(24, 8, 1), on(23, 19, 59)),
        (1_080_000, on(23, 8), on(23, 20), on(23, 8)),
        (1_080_000 + 90_000, on(23, 8), on(24, 9), on(23, 8)),
        (3_240_000, on(23, 20) + timedelta(hours=12), on(26, 20), on(23, 20)),
    ],
)
def test_it_keeps_the_pace_and_the_quiet(
    count: int, begins: datetime, ends: datetime, moment: datetime
) -> None:
    settings = read_settings({"RIMAY_QUIET_HOURS": "20:00-08:00", "RIMAY_MESSAGES_PER_SECOND": "25"})
    found = estimate(count, settings, moment)
    assert (found.begins_at, found.ends_at) == (begins, ends)


def test_without_quiet_hours_it_goes_through_the_night() -> None:
    settings = read_settings({"RIMAY_QUIET_HOURS": "off", "RIMAY_MESSAGES_PER_SECOND": "1000"})
    assert estimate(3_600_000, settings, on(23, 22)).lasts == timedelta(hours=1)
