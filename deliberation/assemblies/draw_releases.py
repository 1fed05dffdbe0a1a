"""What a draw may tell beside those before it. Pure.

Two pools of which one has a person more, subtracted, tell all that this person counts for. All draws stay public: so of
a later one those numbers are withheld that differ from an earlier one by a few people.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

Features = frozenset[tuple[str, str]]
"""What somebody counts for: category and value."""


@dataclass(frozen=True, slots=True)
class Release:
    """What of a draw is for everybody.

    withheld: the categories whose numbers are not shown
    is_open:  whether the whole file is
    """

    withheld: frozenset[str]
    is_open: bool


class Releases:
    """The draws in the order in which they were sealed; each is added once."""

    def __init__(self, threshold: int) -> None:
        self._threshold = threshold
        self._tables: dict[str, list[Counter[Features]]] = {}
        self._files: list[tuple[Collection[str], Counter[Features]]] = []

    def add(self, people: Mapping[Features, int], *, names_nobody: bool) -> Release:
        """The next one: what it may tell beside all that was told before.

        people:       how many of each type are in the pool
        names_nobody: whether its file by itself could be open
        """
        categories = {name for features in people for name, _ in features}
        withheld = frozenset(name for name in categories if not self._tell(name, _by(people, {name})))
        is_open = names_nobody and not any(
            self._differ_by_few(_by(people, both), _by(before, both))
            for known, before in self._files
            if (both := categories.intersection(known))
        )
        if is_open:
            self._files.append((categories, Counter(people)))
        return Release(withheld, is_open)

    def _tell(self, category: str, table: Counter[Features]) -> bool:
        told = self._tables.setdefault(category, [])
        if any(self._differ_by_few(table, before) for before in told):
            return False
        told.append(table)
        return True

    def _differ_by_few(self, table: Mapping[Features, int], before: Mapping[Features, int]) -> bool:
        return any(
            0 < abs(table.get(each, 0) - before.get(each, 0)) < self._threshold for each in {*table, *before}
        )


def _by(people: Mapping[Features, int], categories: Collection[str]) -> Counter[Features]:
    """As many by these categories alone."""
    found: Counter[Features] = Counter()
    for features, count in people.items():
        found[frozenset(each for each in features if each[0] in categories)] += count
    return found
