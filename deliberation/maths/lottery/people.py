"""The people of a pool, and the types they make."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.pool import IntArray, NoPanel, Pool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the pool: an id that names nobody, the rule of each category, with whom they live."""

    id: str
    rules: tuple[int, ...]
    household: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How many people of a panel each rule wants; the rules of a category follow one another."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    seats: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A pool and who is of which type.

    members:  ids of each type, sorted
    homes:    household of those who share one with others, by id
    """

    pool: Pool
    members: tuple[tuple[str, ...], ...]
    homes: dict[str, str]


def typed(people: Collection[Person], rules: Rules) -> Typed:
    """The types of a pool, in an order that is their own: how the people are ordered changes nothing.

    Raises NoPanel where there is nobody.
    """
    if not people:
        raise NoPanel
    homes = shared_homes(people)
    classes = _classes(people, homes)
    numbered = {each: number for number, each in enumerate(sorted(set(classes.values())), start=1)}
    alone = len(rules.low)
    groups: dict[tuple[int, ...], list[str]] = {}
    for person in people:
        home = homes.get(person.id)
        of_home = (alone + numbered[classes[home]] if home else alone,) if homes else ()
        groups.setdefault((*person.rules, *of_home), []).append(person.id)
    order = sorted(groups)
    like = Counter(classes.values())
    high_of_homes = (rules.seats, *(like[each] for each in numbered)) if homes else ()
    pool = Pool(
        size=np.array([len(groups[each]) for each in order], np.int64),
        rule=np.array(order, np.int64),
        low=np.array([*rules.low, *(0 for _ in high_of_homes)], np.int64),
        high=np.array([*rules.high, *high_of_homes], np.int64),
        seats=rules.seats,
    )
    return Typed(pool, tuple(tuple(sorted(groups[each])) for each in order), homes)


def seated(people: Typed, panel: IntArray, lots: Lots) -> list[str]:
    """Who sits on a panel of so many of each type: the lots say it. No two share a household. Sorted."""
    drawn: list[str] = []
    shared: dict[int, list[int]] = {}
    for each in np.flatnonzero(panel).tolist():
        if people.members[each][0] in people.homes:
            shared.setdefault(int(people.pool.rule[each, -1]), []).append(each)
        else:
            drawn += lots.people(people.members[each], int(panel[each]))
    for rule, types in sorted(shared.items()):
        drawn += _seated_by_home(people, panel, lots, rule, types)
    return sorted(drawn)


def _seated_by_home(people: Typed, panel: IntArray, lots: Lots, rule: int, types: Sequence[int]) -> list[str]:
    """The households of a class, in the order of their lots, send one person each until the seats are taken."""
    type_of = {
        id: each
        for each in np.flatnonzero(people.pool.rule[:, -1] == rule).tolist()
        for id in people.members[each]
    }
    homes: dict[str, list[str]] = {}
    for id in type_of:
        homes.setdefault(people.homes[id], []).append(id)
    waiting = iter(lots.households(homes.values()))
    return [
        next(id for id in next(waiting) if type_of[id] == each)
        for each in types
        for _ in range(int(panel[each]))
    ]


def shared_homes(people: Collection[Person]) -> dict[str, str]:
    """Household of those who share one with others, by id."""
    sizes = Counter(person.household for person in people)
    return {
        person.id: person.household for person in people if person.household and sizes[person.household] > 1
    }


def _classes(people: Collection[Person], homes: dict[str, str]) -> dict[str, tuple[tuple[int, ...], ...]]:
    """How each household is composed: what its members count for, sorted."""
    composed: dict[str, list[tuple[int, ...]]] = {}
    for person in people:
        if person.id in homes:
            composed.setdefault(person.household, []).append(person.rules)
    return {home: tuple(sorted(members)) for home, members in composed.items()}
