"""One clock for the whole house; tests hold it still."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from core.clock import at, now, today

IMBABURA = ZoneInfo("America/Guayaquil")
EVENING = datetime(2026, 11, 23, 22, 30, tzinfo=timezone(timedelta(hours=-5)))


def test_it_tells_the_present_in_utc() -> None:
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert now().tzinfo is UTC


def test_it_can_be_held_still_and_goes_on_afterwards() -> None:
    with at(EVENING):
        assert now() == EVENING
        assert now().tzinfo is UTC
        with at(EVENING + timedelta(days=1)):
            assert now() == EVENING + timedelta(days=1)
        assert now() == EVENING
    assert now() != EVENING


def test_it_goes_on_after_an_error_too() -> None:
    with pytest.raises(RuntimeError), at(EVENING):
        raise RuntimeError
    assert now() != EVENING


def test_the_day_is_that_of_the_place() -> None:
    with at(EVENING):
        assert today(IMBABURA) == date(2026, 11, 23)
        assert today(ZoneInfo("UTC")) == date(2026, 11, 24)
