"""Dates, times and numbers, written as each language writes them.

CLDR has no Kichwa names for months and days and no plural rule, so the names here are the ones that Kichwa
Wikipedia's interface uses; a speaker must confirm them. Numbers are written as Ecuador writes them in both.
"""

from datetime import date, datetime, tzinfo

from babel import dates, numbers

LOCALE = "es_EC"
_SLIP = 1e-9
"""What a share may be off by from having been reckoned with."""

KICHWA_MONTHS = (
    "kamay", "panchiy", "pawkar", "ayriwa", "aymuray", "inti",
    "purun", "chakmay", "kuya", "yaku", "ayar", "kapak",
)  # fmt: skip
KICHWA_DAYS = (
    "sullka",
    "kulla",
    "haway",
    "patma",
    "haycha",
    "tinki",
    "hawkay",
)  # Monday first, as date.weekday()


def format_date(day: date, language: str, *, weekday: bool = False) -> str:
    """In words: "23 de noviembre de 2026", or "2026 wata, ayar killapak 23 puncha"."""
    if language != "qu":
        return dates.format_date(
            day, "EEEE d 'de' MMMM 'de' y" if weekday else "d 'de' MMMM 'de' y", locale=LOCALE
        )
    written = f"{day.year} wata, {KICHWA_MONTHS[day.month - 1]} killapak {day.day} puncha"
    return f"{written}, {KICHWA_DAYS[day.weekday()]}" if weekday else written


def format_day(day: date) -> str:
    """Short, for tables and fields, the same in both languages: 23/11/2026."""
    return dates.format_date(day, "dd/MM/y", locale=LOCALE)


def format_time(moment: datetime, zone: tzinfo) -> str:
    """The local hour, the same in both languages: 14:30."""
    return f"{moment.astimezone(zone):%H:%M}"


def format_local_date(moment: datetime, language: str, zone: tzinfo, *, weekday: bool = False) -> str:
    """The local day of a moment, in words."""
    return format_date(moment.astimezone(zone).date(), language, weekday=weekday)


def format_moment(moment: datetime, language: str, zone: tzinfo) -> str:
    """The local day and hour of a moment, in words."""
    return f"{format_local_date(moment, language, zone)}, {format_time(moment, zone)}"


def format_number(number: int | float, *, decimals: int | None = None) -> str:
    """With Ecuador's separators: 1.234 and 2,5; the same in both languages."""
    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(number, pattern, locale=LOCALE)


def format_percent(share: float, *, decimals: int = 0) -> str:
    """A share of one in percent: 42 %. Its sign does not go to the next line alone."""
    return f"{format_number(to_percent(share, decimals=decimals), decimals=decimals)}\u00a0%"


def to_percent(share: float, *, decimals: int = 0) -> float:
    """A share of one in percent, rounded; to all or to nothing only where it is that: 201 of 202 are 99."""
    # In two steps: 23 of 40 are 57,5 and not 57,499999.
    percent, step = round(round(share * 100, 9), decimals), 10**-decimals
    if _SLIP < share < 1 - _SLIP:
        percent = min(max(percent, step), 100 - step)
    return float(percent)
