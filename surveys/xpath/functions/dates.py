"""Functions of dates and times."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.moments import (
    Moment,
    format_moment,
    local_time,
    moment_after,
    moment_at,
    parse_moment,
    parse_time_of_day,
)
from surveys.xpath.values import Value, to_text

_DAYS: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
"""Text that is a number of days rather than a date."""


def today(frame: Frame) -> Value:
    """Midnight, in the zone of the evaluation, with which this day began."""
    here = frame.run.moment.astimezone(frame.run.zone)
    return moment_at(here.replace(hour=0, minute=0, second=0, microsecond=0))


def now(frame: Frame) -> Value:
    return moment_at(frame.run.moment)


def date(frame: Frame, value: Value) -> Value:
    """A moment from a number of days or from text; empty text stays so, and what else is none is no date."""
    if isinstance(value, str | list) and to_text(value, frame.run.zone) == "":
        return ""
    return _moment(frame, value)


def decimal_date_time(frame: Frame, value: Value) -> float:
    return value if isinstance(value, float) else float(_moment(frame, value))


def decimal_time(frame: Frame, text: str) -> float:
    return parse_time_of_day(text, frame.run.zone, frame.run.moment)


def format_date(frame: Frame, value: Value, pattern: str) -> str:
    """The moment by a pattern such as `%d/%m/%Y`; empty where it is none. A bad pattern is bad all the same."""
    point = local_time(_moment(frame, value), frame.run.zone)
    written = format_moment(point or frame.run.moment, pattern, frame.run.scope.names)
    return "" if point is None else written


def _moment(frame: Frame, value: Value) -> Moment:
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool):
        return Moment(math.nan)
    if isinstance(value, float):
        return moment_after(value)
    text = to_text(value, frame.run.zone)
    found = parse_moment(text, frame.run.zone)
    return (
        moment_after(math.trunc(float(text)) if _DAYS.fullmatch(text) else math.nan)
        if found is None
        else found
    )


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "date": date,
    "date-time": date,
    "decimal-date-time": decimal_date_time,
    "decimal-time": decimal_time,
    "format-date": format_date,
    "format-date-time": format_date,
    "now": now,
    "today": today,
}
