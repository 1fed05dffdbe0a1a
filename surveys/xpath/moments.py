"""Dates inside expressions: numbers of days since 1970-01-01T00:00Z, which still know how they are written.

Text without a time of day is midnight, and text without an offset is local, in the zone of the evaluation.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from surveys.xpath.errors import ExpressionError

_MILLISECONDS: Final = 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET: Final = r"(Z|[+-]\d\d:?\d\d)?"
_CLOCK: Final = rf"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?{_OFFSET}"
_ISO: Final = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:T{_CLOCK})?", re.ASCII)
_TIME: Final = re.compile(_CLOCK, re.ASCII)
_SPOKEN: Final = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d):(\d\d):(\d\d) GMT([+-]\d{4})(?: \(.*\))?",
    re.ASCII,
)
"""What a browser prints for a moment: `Mon Nov 23 2026 15:41:00 GMT-0700 (Mountain Standard Time)`."""


class Days(float):
    """A number of days reckoned from dates. Sums are kept to the millisecond, so that equal days are equal."""

    __slots__ = ()


class Moment(Days):
    """A point in time. As text it is a date, with its time of day where that is not midnight. NaN is no date."""

    __slots__ = ()


NO_DATE: Final = "Invalid Date"
"""What is written for a date that is none, as the other clients do."""

_FURTHEST: Final = 100_000_000
"""Days from 1970, in either direction, beyond which other clients know no date."""


@dataclass(frozen=True, slots=True)
class CalendarNames:
    """Short names for `%b` and `%a`: January first, Monday first."""

    months: Sequence[str]
    weekdays: Sequence[str]


ENGLISH: Final = CalendarNames(
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
)


def days(value: float) -> Days:
    """A sum of days, rounded to the millisecond."""
    milliseconds = value * _MILLISECONDS
    return Days(round(milliseconds) / _MILLISECONDS if math.isfinite(milliseconds) else value)


def moment_at(point: datetime) -> Moment:
    """The moment of an aware datetime."""
    return Moment((point - _EPOCH) / timedelta(milliseconds=1) // 1 / _MILLISECONDS)


def moment_after(days: float) -> Moment:
    """The moment so many days after 1970 began, to the millisecond; no date where it is too far away."""
    if not abs(days) <= _FURTHEST:
        return Moment(math.nan)
    return Moment(math.trunc(days * _MILLISECONDS) / _MILLISECONDS)


def local_time(moment: float, zone: tzinfo) -> datetime | None:
    """The moment on a wall clock in `zone`; None for no date and outside the years 1 to 9999."""
    if math.isnan(moment):
        return None
    try:
        return (_EPOCH + timedelta(milliseconds=round(moment * _MILLISECONDS))).astimezone(zone)
    except (OverflowError, ValueError):
        return None


@lru_cache(maxsize=4096)
def parse_moment(text: str, zone: tzinfo) -> Moment | None:
    """A date, with or without time of day; None when the text is no date."""
    text = text.strip()
    try:
        if found := _ISO.fullmatch(text):
            year, month, day, hour, minute, second, fraction, offset = found.groups()
            clock = (int(hour or 0), int(minute or 0), int(second or 0), _microseconds(fraction))
            return moment_at(datetime(int(year), int(month), int(day), *clock, tzinfo=_offset(offset, zone)))
        if found := _SPOKEN.fullmatch(text):
            name, day, year, hour, minute, second, offset = found.groups()
            date = (int(year), ENGLISH.months.index(name) + 1, int(day))
            return moment_at(
                datetime(*date, int(hour), int(minute), int(second), tzinfo=_offset(offset, zone))
            )
    except ValueError:
        pass
    return None


def parse_time_of_day(text: str, zone: tzinfo, today: datetime) -> float:
    """The part of the local day that has passed at a time such as `06:00:00.000-05:00`; NaN when it is none.

    `today` is an aware datetime; its date decides which offset the zone has (summer time).
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return math.nan
    hour, minute, second, fraction, offset = found.groups()
    try:
        clock = (int(hour), int(minute), int(second or 0), _microseconds(fraction))
        date = today.astimezone(zone).date()
        there = datetime(date.year, date.month, date.day, *clock, tzinfo=_offset(offset, zone))
    except ValueError:
        return math.nan
    here = there.astimezone(zone)
    return (here - here.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(days=1)


def write_moment(moment: float, zone: tzinfo) -> str:
    """`2026-11-23`, or `2026-11-23T15:41:00.000-05:00` where it is not local midnight; or `NO_DATE`."""
    point = local_time(moment, zone)
    if point is None:
        return NO_DATE
    if (point.hour, point.minute, point.second, point.microsecond) == (0, 0, 0, 0):
        return f"{point:%Y-%m-%d}".zfill(10)
    return point.isoformat(timespec="milliseconds")


def format_moment(point: datetime, pattern: str, names: CalendarNames) -> str:
    """A local time written by an ODK pattern. Raises ExpressionError `bad_date_format`."""
    written = []
    at = 0
    while at < len(pattern):
        if pattern[at] != "%":
            written.append(pattern[at])
            at += 1
            continue
        written.append(_field(point, pattern[at + 1 : at + 2], names, pattern))
        at += 2
    return "".join(written)


def _field(point: datetime, letter: str, names: CalendarNames, pattern: str) -> str:
    match letter:
        case "%":
            return "%"
        case "Y":
            return f"{point.year:04}"
        case "y":
            return f"{point.year % 100:02}"
        case "m":
            return f"{point.month:02}"
        case "n":
            return str(point.month)
        case "b":
            return names.months[point.month - 1]
        case "d":
            return f"{point.day:02}"
        case "e":
            return str(point.day)
        case "H":
            return f"{point.hour:02}"
        case "h":
            return str(point.hour)
        case "M":
            return f"{point.minute:02}"
        case "S":
            return f"{point.second:02}"
        case "3":
            return f"{point.microsecond // 1000:03}"
        case "a":
            return names.weekdays[point.weekday()]
    raise ExpressionError("bad_date_format", format=pattern)


def _microseconds(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def _offset(text: str | None, zone: tzinfo) -> tzinfo:
    if text is None:
        return zone
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
