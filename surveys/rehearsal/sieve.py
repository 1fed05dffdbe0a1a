"""Many answers held against a constraint at once, where each would otherwise cost a turn."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, islice
from random import Random

from surveys.conversation.instance import Instance
from surveys.conversation.spot import Spot, Value
from surveys.conversation.validation import LARGEST_NUMBER
from surveys.questionnaire import Choice, Kind
from surveys.rehearsal.clues import Clues
from surveys.rehearsal.patterns import text_fitting
from surveys.rehearsal.points import NO_CLUES, points_of

MOST_TAKEN = 3
MOST_SUBSETS = 2_000
MOST_TEXTS = 300
_FAR = 1_000


def found_by_trying(
    instance: Instance, spot: Spot, choices: tuple[Choice, ...], clues: Clues, chance: Random
) -> tuple[list[Value], int]:
    """A few answers that the constraint takes, out of all that are worth trying; and how many were tried."""
    found: list[Value] = []
    tried = 0
    for value in _all(instance, spot, choices, clues, chance):
        tried += 1
        if instance.allows(spot, value):
            found.append(value)
        if len(found) == MOST_TAKEN:
            break
    return found, tried


def _all(
    instance: Instance, spot: Spot, choices: tuple[Choice, ...], clues: Clues, chance: Random
) -> Iterator[Value]:
    question = spot.question
    match question.kind:
        case Kind.INTEGER:
            yield from map(str, chance.sample(range(_FAR + 1), _FAR + 1))
            yield from map(str, range(-1, -_FAR, -1))
            yield from (str(10**power) for power in range(4, len(str(LARGEST_NUMBER))))
            yield from _years(instance)
        case Kind.DECIMAL:
            yield from map(str, chance.sample(range(_FAR + 1), _FAR + 1))
            yield from (f"{number / 10}" for number in range(-_FAR, _FAR))
        case Kind.DATE:
            yield from _days(instance)
        case Kind.SELECT_MULTIPLE:
            yield from _subsets([choice.value for choice in choices], chance)
        case Kind.TEXT | Kind.BARCODE:
            for pattern in clues.patterns:
                made = (text_fitting(pattern, chance) for _ in range(MOST_TEXTS))
                yield from (text for text in made if text)
            yield from map(str, range(_FAR))
    yield from points_of(question, NO_CLUES, instance.scope.zone).values


def _years(instance: Instance) -> Iterator[str]:
    year = instance.local_moment.year
    return (str(year + step) for step in range(-120, 20))


def _days(instance: Instance) -> Iterator[str]:
    """Every day near today and near the days that were answered; then ever fewer."""
    today = instance.local_moment.replace(tzinfo=None)
    others = [_day(value) for value in instance.answers.values()]
    for start in (today, *(other for other in others if other)):
        yield from ((start + timedelta(days=step)).date().isoformat() for step in range(-400, 401))
    yield from ((today - timedelta(days=step)).date().isoformat() for step in range(400, 40_000, 30))


def _day(value: Value) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _subsets(values: list[str], chance: Random) -> Iterator[Value]:
    chosen = (list(found) for size in range(1, len(values) + 1) for found in combinations(values, size))
    yield from islice(chosen, MOST_SUBSETS)
    for size in range(len(values), 0, -1):
        picked = set(chance.sample(values, size))
        yield [value for value in values if value in picked]
