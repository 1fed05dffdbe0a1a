"""What a person typed, tapped or sent → a value as ODK writes it, or why it cannot be one."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from surveys.conversation.offers import range_of, written
from surveys.conversation.outline import SELECTS
from surveys.conversation.spot import Value
from surveys.conversation.turns import Refusal
from surveys.conversation.written_choices import read_choice, read_choices, read_yes_or_no
from surveys.conversation.written_dates import read_date, read_moment, read_month, read_time, read_year
from surveys.conversation.written_numbers import read_decimal, read_whole
from surveys.conversation.written_words import clean
from surveys.questionnaire import ATTACHED, SENT, Choice, Kind, Question

LONGEST_TEXT = 4000
LARGEST_NUMBER = 999_999_999
"""ODK's integers have nine digits for certain."""
MOST_DECIMALS = 15

_COORDINATES = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*[,;\s]\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)")


def read_typed(
    question: Question, choices: Sequence[Choice], text: str, moment: datetime, zone: ZoneInfo
) -> Value | Refusal:
    """The value that a message means as an answer to a question."""
    typed = clean(text.replace(ATTACHED, ""))
    if len(text) > LONGEST_TEXT:
        return Refusal("too_long", {"limit": LONGEST_TEXT})
    if not typed:
        return Refusal("not_here")
    match question.kind:
        case Kind.TEXT | Kind.BARCODE:
            return typed
        case Kind.INTEGER:
            return _read_integer(typed)
        case Kind.DECIMAL:
            return _read_decimal(typed)
        case Kind.RANGE:
            return _read_range(question, typed)
        case Kind.DATE | Kind.TIME | Kind.DATETIME:
            return _read_when(question, typed, moment.astimezone(zone).date(), zone)
        case Kind.GEOPOINT:
            return _read_place(typed, choices)
        case Kind.ACKNOWLEDGE:
            return "OK" if typed.casefold() == "ok" or read_yes_or_no(typed) else Refusal("not_a_choice")
    if question.kind in SELECTS:
        return _read_choices(question, typed, choices)
    return unsuited(question) if question.kind in SENT else Refusal("not_here")


def may_be_sent(question: Question, kind: Kind) -> bool:
    """Whether a file of a kind can answer a question. An open one may be answered by voice; none goes to a profile."""
    if question.keep is not None:
        return False
    if question.kind is Kind.TEXT:
        return kind is Kind.AUDIO
    return question.kind in (kind, Kind.FILE) and question.kind in SENT


def unsuited(question: Question) -> Refusal:
    """What to do instead, for who sent something of a kind that cannot answer the question."""
    if question.kind in SENT:
        return Refusal("wants_" + question.kind.value)
    match question.kind:
        case Kind.TEXT if question.keep is None:
            return Refusal("wants_words_or_voice")
        case Kind.BARCODE:
            return Refusal("wants_code")
        case Kind.GEOPOINT:
            return Refusal("not_a_location")
        case Kind.NOTE | Kind.ACKNOWLEDGE:
            return Refusal("wants_choice")
    return Refusal("wants_choice" if question.kind in SELECTS else "wants_written")


def read_location(latitude: float, longitude: float) -> str | Refusal:
    """A geopoint; altitude and accuracy are not known."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # a NaN is refused too
        return Refusal("not_a_location")
    return f"{_degrees(latitude)} {_degrees(longitude)} 0 0"


def _read_choices(question: Question, typed: str, choices: Sequence[Choice]) -> Value | Refusal:
    if question.kind is Kind.SELECT_ONE:
        return read_choice(typed, choices) or Refusal("not_a_choice")
    return read_choices(typed, choices) or Refusal("not_a_choice")


def _read_integer(typed: str) -> str | Refusal:
    number = read_whole(typed)
    if number is None:
        return Refusal("not_a_number")
    if "." in number:
        return Refusal("not_an_integer")
    return _within(number, -LARGEST_NUMBER, LARGEST_NUMBER)


def _read_decimal(typed: str) -> str | Refusal:
    number = read_decimal(typed)
    if number is None or len(number.partition(".")[2]) > MOST_DECIMALS:
        return Refusal("not_a_number")
    return _within(number, -LARGEST_NUMBER, LARGEST_NUMBER)


def _within(number: str, low: int, high: int) -> str | Refusal:
    return number if low <= Decimal(number) <= high else Refusal("out_of_range", {"low": low, "high": high})


def _read_range(question: Question, typed: str) -> str | Refusal:
    start, end, step = range_of(question)
    whole = start % 1 == 0 and step % 1 == 0
    number = read_whole(typed) if whole else read_decimal(typed)
    if number is None:
        return Refusal("not_a_number")
    if whole and "." in number:
        return Refusal("not_an_integer")
    low, high = min(start, end), max(start, end)
    if not low <= Decimal(number) <= high:
        return Refusal("out_of_range", {"low": written(low), "high": written(high)})
    return number if (Decimal(number) - start) % step == 0 else Refusal("constraint")


def _read_when(question: Question, typed: str, today: date, zone: ZoneInfo) -> str | Refusal:
    if question.kind is Kind.DATE:
        return _read_day(question.appearance, typed, today)
    if question.kind is Kind.TIME:
        hour = read_time(typed)
        if hour is None:
            return Refusal("not_a_time")
        return _hour(datetime.combine(today, hour, zone))
    found = read_moment(typed, today)
    return (
        found.replace(tzinfo=zone).isoformat(timespec="milliseconds") if found else Refusal("not_a_datetime")
    )


def _read_day(appearance: str, typed: str, today: date) -> str | Refusal:
    day = read_date(typed, today)
    if "month-year" in appearance:
        day, otherwise = read_month(typed) or day, Refusal("not_a_month")
    elif "year" in appearance:
        day, otherwise = read_year(typed) or day, Refusal("not_a_year")
    else:
        otherwise = Refusal("no_day") if read_month(typed) else Refusal("not_a_date")
    return day.isoformat() if day else otherwise


def _hour(moment: datetime) -> str:
    """The hour with its offset, which a time alone cannot know in a zone with summer time."""
    return moment.isoformat(timespec="milliseconds").partition("T")[2]


def _read_place(typed: str, choices: Sequence[Choice]) -> str | Refusal:
    if value := read_choice(typed, choices):
        return value
    found = _COORDINATES.fullmatch(typed)
    return read_location(float(found[1]), float(found[2])) if found else Refusal("not_a_location")


def _degrees(angle: float) -> str:
    """To a millionth of a degree, a tenth of a metre."""
    return written(Decimal(f"{angle:z.6f}"))
