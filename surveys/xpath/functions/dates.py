"""Functions of dates and times."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.moments import (
    Moment,
    format_moment,
    local_time,
    moment_at,
    parse_moment,
    parse_time_of_day,
)
from surveys.xpath.values import Value, number_in, to_text


def today(frame: Frame) -> Value:
    """Midnight, in the zone of the evaluation, with which this day began."""
    here = frame.run.moment.astimezone(frame.run.zone)
    return moment_at(here.replace(hour=0, minute=0, second=0, microsecond=0))


def now(frame: Frame) -> Value:
    return moment_at(frame.run.moment)


def date(frame: Frame, value: Value) -> Value:
    """A moment from a number of days or from text; empty text where there is none."""
    found = _moment(frame, value)
    return "" if found is None else found


def decimal_date_time(frame: Frame, value: Value) -> float:
    found = _moment(frame, value)
    return math.nan if found is None else float(found)


def decimal_time(frame: Frame, text: str) -> float:
    return parse_time_of_day(text, frame.run.zone, frame.run.moment)


def format_date(frame: Frame, value: Value, pattern: str) -> str:
    """The moment by a pattern such as `%d/%m/%Y`; empty where it is none. A bad pattern is bad all the same."""
    found = _moment(frame, value)
    point = None if found is None else local_time(found, frame.run.zone)
    written = format_moment(point or frame.run.moment, pattern, frame.run.scope.names)
    return "" if point is None else written


def _moment(frame: Frame, value: Value) -> Moment | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Moment):
        return value
    if isinstance(value, float):
        return Moment(value) if math.isfinite(value) else None
    text = to_text(value, frame.run.zone)
    number = number_in(text, frame.run.zone)
    return parse_moment(text, frame.run.zone) if math.isnan(number) else Moment(number)


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
