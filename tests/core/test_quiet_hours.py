"""Quiet hours: nobody is written to unasked at night, whatever clocks are put forward or back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quiet_hours import QuietHours, read_quiet_hours

QUITO = ZoneInfo("America/Guayaquil")
MADRID = ZoneInfo("Europe/Madrid")


def hours(text: str = "20:00-08:00", zone: ZoneInfo = QUITO) -> QuietHours:
    """Quiet hours as the setting writes them."""
    read = read_quiet_hours(text, zone)
    assert read is not None
    return read


def quito(text: str) -> datetime:
    """What the clock shows in Quito."""
    return datetime.fromisoformat(text).replace(tzinfo=QUITO)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-27T19:59:59", None),
        ("2026-11-27T20:00:00", "2026-11-28T08:00:00"),
        ("2026-11-27T23:59:59", "2026-11-28T08:00:00"),
        ("2026-11-28T00:00:00", "2026-11-28T08:00:00"),
        ("2026-11-28T07:59:59.999", "2026-11-28T08:00:00"),
        ("2026-11-28T08:00:00", None),
        ("2026-11-28T12:00:00", None),
    ],
)
def test_over_midnight(moment: str, end: str | None) -> None:
    assert hours().end_of_quiet(quito(moment)) == (end and quito(end))


def test_within_a_day() -> None:
    siesta = hours("13:00-15:30")

    assert siesta.end_of_quiet(quito("2026-11-27T12:59:00")) is None
    assert siesta.end_of_quiet(quito("2026-11-27T13:00:00")) == quito("2026-11-27T15:30:00")
    assert siesta.end_of_quiet(quito("2026-11-27T15:30:00")) is None


def test_a_night_in_which_the_clock_is_put_back_is_an_hour_longer() -> None:
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=MADRID)  # back at 03:00 of the 25th
    end = hours(zone=MADRID).end_of_quiet(evening)

    assert end == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert end - evening.astimezone(UTC) == timedelta(hours=13)


def test_an_end_that_the_clock_skips_is_when_it_is_put_forward() -> None:
    night = datetime(2026, 3, 29, 1, 0, tzinfo=MADRID)  # forward at 02:00
    end = hours("22:00-02:30", MADRID).end_of_quiet(night)

    assert end == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_an_end_that_the_clock_shows_twice_holds_until_the_second_showing_goes_by() -> None:
    first = datetime(2026, 10, 25, 2, 15, tzinfo=MADRID)
    between = hours("22:00-02:30", MADRID)

    end = between.end_of_quiet(first)
    assert end == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert between.end_of_quiet(first.replace(fold=1)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(
    st.timedeltas(timedelta(), timedelta(days=700)).map(datetime(2026, 1, 1, tzinfo=UTC).__add__),
    st.sampled_from(["20:00-08:00", "08:00-20:00", "02:30-02:00", "23:59-00:01"]),
    st.sampled_from([QUITO, MADRID]),
)
def test_an_end_is_later_and_not_quiet(moment: datetime, text: str, zone: ZoneInfo) -> None:
    end = hours(text, zone).end_of_quiet(moment)

    if end is not None:
        assert moment < end
        # On the day on which clocks are put forward the only loud half hour may not be there at all.
        quarters = (moment + timedelta(minutes=15 * each) for each in range(1, 4 * 49))
        assert end <= next(each for each in quarters if hours(text, zone).end_of_quiet(each) is None)
        assert hours(text, zone).end_of_quiet(end) is None
        assert hours(text, zone).end_of_quiet(end - timedelta(microseconds=1)) is not None


def test_they_can_be_off() -> None:
    assert read_quiet_hours("off", QUITO) is None


@pytest.mark.parametrize("text", ["", "20-08", "24:00-08:00", "20:00-20:00", "20:00 a 08:00", "20:00-08:60"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_quiet_hours(text, QUITO)
