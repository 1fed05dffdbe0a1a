"""Answers at which something may change: on, just below and just above whatever they are compared with."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import combinations, pairwise
from random import Random

from surveys.conversation.offers import range_of, written
from surveys.conversation.spot import Value
from surveys.conversation.validation import LARGEST_NUMBER
from surveys.questionnaire import ATTACHED, SENT, Kind, Question
from surveys.rehearsal.clues import Clues
from surveys.rehearsal.patterns import text_fitting
from surveys.xpath.moments import local_time

MOST_CHOICES = 60
MOST_STEPS = 100
MOST_LENGTH = 300
_MANY_SUBSETS = 4
FILE = f"{ATTACHED}rehearsal"
PLACE = "0.35 -78.12 0 0"
NO_CLUES = Clues()


@dataclass(frozen=True, slots=True)
class Points:
    """Answers of one question. `complete`: no other answer can make a difference to any condition."""

    values: tuple[Value, ...]
    complete: bool


def points_of(question: Question, clues: Clues, zone: tzinfo) -> Points:
    """The telling answers of a question; that it has none is not among them."""
    numeric = clues.simple and not clues.moments
    match question.kind:
        case Kind.SELECT_ONE:
            return _one(question, clues)
        case Kind.SELECT_MULTIPLE:
            return _several(question, clues)
        case Kind.RANK:
            values = [choice.value for choice in question.choices[:MOST_CHOICES]]
            return Points(tuple(values[at:] + values[:at] for at in range(len(values))), False)
        case Kind.ACKNOWLEDGE:
            return Points(("OK",), True)
        case Kind.INTEGER:
            return Points(tuple(_whole(clues.numbers)), numeric)
        case Kind.DECIMAL:
            return Points(tuple(map(_as_written, _around(clues.numbers))), numeric)
        case Kind.RANGE:
            return _steps(question, clues)
        case Kind.DATE:
            return Points(tuple(day.isoformat() for day in _days(clues, zone)), clues.simple)
        case Kind.DATETIME | Kind.TIME:
            return Points(tuple(_moments(clues, question.kind, zone)), False)
        case Kind.TEXT | Kind.BARCODE:
            return Points(tuple(_texts(clues)), numeric)
        case Kind.GEOPOINT:
            return Points((PLACE,), False)
    return Points((FILE,) if question.kind in SENT else (), True)


def _one(question: Question, clues: Clues) -> Points:
    values = [choice.value for choice in question.choices]
    if "itemset" in question.parameters:
        return Points(tuple(clues.texts), False)
    if len(values) <= MOST_CHOICES:
        return Points(tuple(values), bool(values))
    known = set(values)
    named = [text for text in clues.texts if text in known]
    others = [value for value in values if value not in clues.texts][: MOST_CHOICES // 2]
    return Points((*named, *others), clues.simple and not clues.numbers)


def _several(question: Question, clues: Clues) -> Points:
    values = [choice.value for choice in question.choices]
    named = [value for value in values if value in clues.texts]
    plain = next((value for value in values if value not in clues.texts), None)
    some = named[:_MANY_SUBSETS]
    sets = [list(found) for size in range(1, len(some) + 1) for found in combinations(some, size)]
    sets += [[value] for value in named[_MANY_SUBSETS:]]
    sets += [[*found, plain] for found in ([], *sets)] if plain is not None else []
    counts = [
        int(number) + step for number in clues.numbers if abs(number) < MOST_CHOICES for step in (0, 1, -1)
    ]
    sets += [values[:count] for count in counts if 0 < count <= len(values)]
    ordered = [[value for value in values if value in found] for found in sets]
    unique = list({tuple(found): found for found in ordered}.values())
    whole = len(named) <= _MANY_SUBSETS and clues.simple and not clues.numbers
    return Points(tuple(unique), whole and bool(values))


def _steps(question: Question, clues: Clues) -> Points:
    start, end, step = range_of(question)
    low, count = min(start, end), int(abs(end - start) // step)
    if count <= MOST_STEPS:
        return Points(tuple(written(low + step * number) for number in range(count + 1)), True)
    near = {int((Decimal(number) - low) // step) + move for number in clues.numbers for move in (-1, 0, 1, 2)}
    numbers = sorted({0, count, *(place for place in near if 0 <= place <= count)})
    return Points(
        tuple(written(low + step * number) for number in numbers), clues.simple and not clues.moments
    )


def _whole(numbers: Iterable[float]) -> Iterator[str]:
    found: dict[int, None] = {}
    for number in numbers:
        if abs(number) <= LARGEST_NUMBER:
            low, high = math.floor(number), math.ceil(number)
            found |= dict.fromkeys((low, high, low - 1, high + 1))
    return (str(number) for number in found or (0,))


def _around(numbers: Iterable[float]) -> list[float]:
    """The numbers, and one in each gap between them and beyond."""
    inside = sorted(number for number in numbers if abs(number) < LARGEST_NUMBER)
    if not inside:
        return [1.0]
    gaps = [(low + high) / 2 for low, high in pairwise(inside)]
    return list(dict.fromkeys([*inside, *gaps, inside[0] - 1, inside[-1] + 1]))


def _as_written(number: float) -> str:
    return written(Decimal(repr(round(number, 9))))


def _days(clues: Clues, zone: tzinfo) -> list[date]:
    found: dict[date, None] = {}
    for point in (*clues.moments, *clues.numbers):
        moment = local_time(point, zone)
        if moment is not None and 1 < moment.year < 9999:
            found |= dict.fromkeys(moment.date() + timedelta(days=days) for days in (0, 1, -1))
    return list(found) or [date(2000, 1, 1)]


def _moments(clues: Clues, kind: Kind, zone: tzinfo) -> Iterator[str]:
    days = _days(clues, zone)
    for day in days:
        for hour in (0, 9, 23):
            moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone)
            text = moment.isoformat(timespec="milliseconds")
            yield text if kind is Kind.DATETIME else text.partition("T")[2]


def _texts(clues: Clues) -> Iterator[str]:
    yield from (text for text in clues.texts if text.strip())
    yield from map(_as_written, _around(clues.numbers))
    if not clues.simple:
        lengths = [
            int(number) + step
            for number in clues.numbers
            if 0 <= number <= MOST_LENGTH
            for step in (0, 1, -1)
        ]
        yield from ("1" * length for length in lengths if length > 0)
    yield "x" * 7


def wider_points(question: Question, clues: Clues, now: datetime, chance: Random) -> tuple[Value, ...]:
    """More answers of a question about which the telling ones do not say all: an age that is reckoned from a day."""
    match question.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return tuple(map(str, range(1, MOST_STEPS)))
        case Kind.DATE:
            days = (
                now.date() - timedelta(days=days) for days in (*range(0, 400, 20), *range(400, 36_000, 180))
            )
            return tuple(day.isoformat() for day in days)
        case Kind.TEXT | Kind.BARCODE:
            made = (text_fitting(pattern, chance) for pattern in clues.patterns for _ in range(5))
            return tuple(text for text in made if text)
    return ()
