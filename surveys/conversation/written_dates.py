"""Dates and times as people type them, in Spanish or Kichwa."""

import re
from datetime import date, datetime, time, timedelta

from i18n.dates import KICHWA_MONTHS
from surveys.conversation.written_words import fold

_SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
_MONTHS = {
    **{name: number for names in (_SPANISH_MONTHS, KICHWA_MONTHS) for number, name in enumerate(names, 1)},
    **{name[:3]: number for number, name in enumerate(_SPANISH_MONTHS, 1)},
    **{f"{name} killapak": number for number, name in enumerate(KICHWA_MONTHS, 1)},
    "setiembre": 9,
    "sept": 9,
}
_DAYS_FROM_TODAY = {
    "hoy": 0,
    "ayer": -1,
    "anteayer": -2,
    "antier": -2,
    "manana": 1,
    "pasado manana": 2,
    "kunan": 0,
    "kunan puncha": 0,
    "kayna": -1,
    "kayna puncha": -1,
    "kaya": 1,
    "kaya puncha": 1,
    "mincha": 2,
}
_YEARS_AHEAD = 10
"""A year of two digits further ahead than this belongs to the last century: 85 is 1985."""

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})")
_IN_SPANISH = re.compile(r"([0-9]{1,2}) (?:de )?([a-z]+) (?:del? )?([0-9]{4})")
_IN_KICHWA = re.compile(r"([0-9]{4}) wata ([a-z]+ killapak) ([0-9]{1,2}) puncha")
_MONTH_OF_YEAR = re.compile(r"(?:([a-z]+) (?:del? )?|([0-9]{1,2})[/-])([0-9]{4})")
_HOUR = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2})(?::([0-9]{2}))?)? ?([ap])? ?m?h?", re.IGNORECASE)


def read_date(text: str, today: date) -> date | None:
    """A day: 23/11/2026, 2026-11-23, "23 de noviembre de 2026", "ayer", "kayna"."""
    typed, words = text.strip(), fold(text)
    if words in _DAYS_FROM_TODAY:
        return today + timedelta(days=_DAYS_FROM_TODAY[words])
    if found := _DAY_FIRST.fullmatch(typed):
        return _date(_year(found[3], today), int(found[2]), int(found[1]))
    if found := _YEAR_FIRST.fullmatch(typed):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _IN_SPANISH.fullmatch(words):
        return _date(int(found[3]), _MONTHS.get(found[2], 0), int(found[1]))
    if found := _IN_KICHWA.fullmatch(words):
        return _date(int(found[1]), _MONTHS.get(found[2], 0), int(found[3]))
    return None


def read_month(text: str) -> date | None:
    """The first day of a month: "marzo de 2019", 3/2019."""
    typed = text.strip()
    found = _MONTH_OF_YEAR.fullmatch(typed) or _MONTH_OF_YEAR.fullmatch(fold(typed))
    if not found:
        return None
    return _date(int(found[3]), int(found[2]) if found[2] else _MONTHS.get(found[1], 0), 1)


def read_year(text: str) -> date | None:
    """The first day of a year: 2019."""
    typed = text.strip()
    return _date(int(typed), 1, 1) if re.fullmatch("[0-9]{4}", typed) else None


def read_time(text: str) -> time | None:
    """An hour of the day: 10:30, 10h30, "3:15 p. m.". A bare number is none."""
    typed = " ".join(text.lower().split())
    found = _HOUR.fullmatch(re.sub(r"\b([ap])\.? ?m\.?$", r"\1m", typed))
    if not found or not (found[2] or found[4]):
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def read_moment(text: str, today: date) -> datetime | None:
    """A day and its hour, in this order: "23/11/2026 10:30", "ayer a las 3 pm"."""
    for gap in re.finditer(r"(?:,|\s+a las?)?\s+|T", text.strip()):
        day, hour = read_date(text.strip()[: gap.start()], today), read_time(text.strip()[gap.end() :])
        if day and hour:
            return datetime.combine(day, hour)
    return None


def _year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year - today.year % 100 + int(digits)
    return year - 100 if year > today.year + _YEARS_AHEAD else year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
