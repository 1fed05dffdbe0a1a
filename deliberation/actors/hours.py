"""When a place is open, as HSDS writes schedules: days of the week, with the hour of opening and of closing. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Hours = list[dict[str, Any]]

_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|a)\s*(\d{1,2})[:.](\d{2})")
_PART = re.compile(r"([A-Z,\s-]+?)\s*(\d.*)", re.DOTALL)


def read_hours(text: str) -> Hours:
    """From "MO-FR 08:00-12:30, 14:00-17:00; SA 09:00-12:00". Raises ValueError for anything else."""
    found: Hours = []
    for part in filter(None, (each.strip() for each in text.upper().split(";"))):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(part)
        days = list(read_days(match[1]))
        found += [{"days": days, "opens": opens, "closes": closes} for opens, closes in read_spans(match[2])]
    return tidy(found)


def read_days(text: str) -> Iterable[str]:
    """From "MO-FR" or "MO,WE". Raises ValueError for what are no days."""
    for part in filter(None, re.split(r"[,\s]+", re.sub(r"\s*-\s*", "-", text.strip()))):
        first, _, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            raise ValueError(part)
        yield from DAYS[start : end + 1]


def read_spans(text: str) -> list[tuple[str, str]]:
    """From "08:00-12:30, 14:00-17:00". Raises ValueError where one is none, or closes before it opens."""
    spans = []
    for part in filter(None, (each.strip() for each in text.lower().split(","))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(part)
        spans.append((_hour(match[1], match[2]), _hour(match[3], match[4])))
    if any(closes <= opens for opens, closes in spans):
        raise ValueError(text)
    return spans


def tidy(hours: Hours) -> Hours:
    """The same hours in one order, whatever the order they were written in: days that are alike stand together."""
    by_day = spans_by_day(hours)
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for day in DAYS:
        if by_day[day]:
            alike.setdefault(tuple(by_day[day]), []).append(day)
    return [
        {"days": days, "opens": opens, "closes": closes}
        for spans, days in alike.items()
        for opens, closes in spans
    ]


def spans_by_day(hours: Sequence[dict[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """Each day with when it is open, in order."""
    found: dict[str, list[tuple[str, str]]] = {day: [] for day in DAYS}
    for each in hours:
        for day in each["days"]:
            found[day].append((each["opens"], each["closes"]))
    return {day: sorted(set(spans)) for day, spans in found.items()}


def write_hours(hours: Sequence[dict[str, Any]]) -> str:
    """As `read_hours` reads them."""
    return "; ".join(
        f"{write_days(days)} {', '.join(f'{opens}-{closes}' for opens, closes in spans)}"
        for days, spans in runs(hours)
    )


def runs(hours: Sequence[dict[str, Any]]) -> list[tuple[list[str], list[tuple[str, str]]]]:
    """Days that follow each other with the same hours, and these hours."""
    found: list[tuple[list[str], list[tuple[str, str]]]] = []
    for day, spans in spans_by_day(hours).items():
        if not spans:
            continue
        if found and found[-1][1] == spans and DAYS.index(found[-1][0][-1]) + 1 == DAYS.index(day):
            found[-1][0].append(day)
        else:
            found.append(([day], spans))
    return found


def write_days(days: Sequence[str]) -> str:
    """MO-FR, or the one day."""
    return days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def is_always_open(hours: Sequence[dict[str, Any]]) -> bool:
    """Day and night, every day."""
    return runs(hours) == [([*DAYS], [("00:00", "24:00")])]


def closes_at(hours: Sequence[dict[str, Any]], local: datetime) -> str | None:
    """When it closes, if it is open at this moment on the clocks of the place; None where it is closed."""
    clock = f"{local:%H:%M}"
    today = spans_by_day(hours)[DAYS[local.weekday()]]
    return next((closes for opens, closes in today if opens <= clock < closes), None)


def _hour(hours: str, minutes: str) -> str:
    if int(hours) > 24 or int(minutes) > 59 or (int(hours) == 24 and int(minutes)):
        raise ValueError(hours)
    return f"{int(hours):02}:{minutes}"
