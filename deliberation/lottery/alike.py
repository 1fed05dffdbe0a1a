"""A draw that anybody may check: it counts of a person only what it counts of several.

What is not counted of somebody has the value UNCOUNTED in its category, and a quota of its own that allows any number:
so a file of such a draw is read and verified as any other. Quotas hold among those of whom the category is counted, in
proportion to how many they are: whole ones would leave hardly a seat to those who are not counted.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

import numpy as np

from deliberation.lottery.commitment import salt_of
from deliberation.lottery.quotas import Quota, Quotas, quotas_of
from deliberation.maths.lottery.alike import uncounted_cells
from deliberation.maths.lottery.people import Person, shared_homes

UNCOUNTED = "*"


@dataclass(frozen=True, slots=True)
class Counted:
    """The pool of a draw as it is counted; nobody shares a home.

    uncounted: how many people each category does not count
    is_again:  whether it counts of most of them what an open draw before it did
    empty:     how many of the people are tickets that nobody has any more
    """

    quotas: Quotas
    people: tuple[Person, ...]
    uncounted: dict[str, int]
    is_again: bool = False
    empty: int = 0

    @property
    def is_anything(self) -> bool:
        """Whether anything is counted of anybody."""
        return any(many < len(self.people) for many in self.uncounted.values())


@dataclass(frozen=True, slots=True)
class Told:
    """What an open draw told of a pool, of some categories, by the tickets of another draw.

    counted: what it counted of those who are there, and are as they were
    empty:   what it counted of those who are not, by tickets that nobody has
    """

    categories: frozenset[str]
    counted: Mapping[str, Mapping[str, str]]
    empty: Mapping[str, Mapping[str, str]]


def count_alike(
    quotas: Quotas,
    people: Collection[Person],
    seats: int,
    alike: int,
    *,
    drawn: int | None = None,
    left_out: Collection[str] = (),
) -> Counted:
    """As much of a pool as may be counted if everybody is to be like at least `alike` - 1 others in all of it.

    seats, quotas: of an assembly; drawn: how many people are drawn for them, as many if None
    left_out:      categories that are counted of nobody

    Of people who share a home one is in the pool, by lot. The lots are those of the salted ids: who is first, or keeps
    more than somebody who is the same, does not depend on the order of people, and on nobody's will.
    """
    those = _one_of_each_home(quotas, people)
    kept = [category for category in quotas.categories if category not in left_out]
    return _counted(quotas, _all_shown(quotas, those, kept, alike), seats, drawn or seats)


def count_again(
    quotas: Quotas, people: Collection[Person], seats: int, drawn: int, alike: int, told: Told
) -> Counted:
    """The same of a pool of which most was told before, so that both together tell nothing more.

    Of whoever was there the same is counted as then, and the tickets of those who left stay, empty: so nobody sees who
    left. Who is new is counted if as many of the new ones are alike, or else nothing of them is.

    people: none of them shares a home with another; see count_alike
    """
    new = [person for person in people if person.id not in told.counted]
    shown = {**told.counted, **_all_shown(quotas, new, told.categories, alike), **told.empty}
    whole = {id: dict.fromkeys(quotas.categories, UNCOUNTED) | dict(each) for id, each in shown.items()}
    return replace(_counted(quotas, whole, seats, drawn), is_again=True, empty=len(told.empty))


def names_nobody(
    types: Collection[Mapping[str, Any]], households: Collection[Collection[str]], alike: int
) -> bool:
    """Whether everybody in the file of a draw is like so many others, or nothing is counted of them. Pure.

    types, households: as in the file; whoever lives together counts as one, and who shares a home is alike only who
    shares such a home
    """
    homes = {id: min(members) for members in households for id in members}
    return all(
        len({homes.get(id, id) for id in each["people"]}) >= alike
        for each in types
        if households or _is_counted(each["features"])
    )


def _is_counted(features: Mapping[str, str]) -> bool:
    return any(feature != UNCOUNTED for feature in features.values())


def _one_of_each_home(quotas: Quotas, people: Collection[Person]) -> list[Person]:
    """In the order of the lots."""
    homes = shared_homes(people)
    salt = salt_of(people, quotas, homes)
    lots = {person.id: hashlib.sha256(f"{salt}\n{person.id}".encode()).hexdigest() for person in people}
    first: dict[tuple[str, str], Person] = {}
    for person in sorted(people, key=lambda person: lots[person.id]):
        home = homes.get(person.id, "")
        first.setdefault((home, "" if home else person.id), person)
    return list(first.values())


def _hidden(
    quotas: Quotas, people: Collection[Person], kept: Collection[str], alike: int
) -> dict[str, frozenset[str]]:
    """Which categories are not counted, by id. Of people who are the same the first keep most."""
    at = [number for number, category in enumerate(quotas.categories) if category in kept]
    in_order = sorted(people, key=lambda person: [person.rules[each] for each in at])
    rows = tuple(tuple(person.rules[each] for each in at) for person in in_order)
    names = [list(quotas.categories)[each] for each in at]
    left_out = frozenset(quotas.categories.keys() - set(names))
    return {
        person.id: left_out | {names[each] for each in hidden}
        for person, hidden in zip(in_order, _cells(rows, alike), strict=True)
    }


@lru_cache(maxsize=32)
def _cells(rows: tuple[tuple[int, ...], ...], alike: int) -> tuple[tuple[int, ...], ...]:
    """The places of each row that are not counted. A pool is looked at several times before it is sealed."""
    values = np.array(rows, np.int64).reshape(len(rows), len(rows[0]) if rows else 0)
    return tuple(tuple(np.flatnonzero(each).tolist()) for each in uncounted_cells(values, alike))


def _all_shown(
    quotas: Quotas, people: Collection[Person], kept: Collection[str], alike: int
) -> dict[str, dict[str, str]]:
    """What is counted of each, by id: a value in every category."""
    hidden, nothing = _hidden(quotas, people, kept, alike), dict.fromkeys(quotas.categories, UNCOUNTED)
    return {person.id: nothing | _shown(quotas, person, hidden[person.id]) for person in people}


def _counted(quotas: Quotas, shown: Mapping[str, Mapping[str, str]], seats: int, drawn: int) -> Counted:
    counts = Counter(feature for each in shown.values() for feature in each.items())
    scaled = quotas_of(_scaled(quotas, counts, len(shown), seats, drawn))
    people = tuple(scaled.person(id, shown[id]) for id in sorted(shown))
    return Counted(scaled, people, {category: counts[category, UNCOUNTED] for category in quotas.categories})


def _shown(quotas: Quotas, person: Person, hidden: Collection[str]) -> dict[str, str]:
    features = quotas.features(person.rules)
    return {category: feature for category, feature in features.items() if category not in hidden}


def _scaled(
    quotas: Quotas, counts: Mapping[tuple[str, str], int], people: int, seats: int, drawn: int
) -> Iterator[Quota]:
    """Quotas in proportion to those who count, rounded outwards as those of a larger panel are.

    A value that is counted of nobody has none: nobody could be wanted for it.
    """
    for category, places in quotas.categories.items():
        hidden = counts[category, UNCOUNTED]
        share = Fraction(drawn * (people - hidden), max(seats * people, 1))
        for quota in quotas.quotas[places.start : places.stop]:
            if counts[category, quota.feature]:
                yield Quota(category, quota.feature, floor(quota.low * share), ceil(quota.high * share))
        if hidden:
            yield Quota(category, UNCOUNTED, 0, drawn)
