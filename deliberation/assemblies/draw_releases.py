"""What a draw may tell beside those before it. Pure.

Two pools of which one has a person more, subtracted, tell all that this person counts for. All draws stay public: so of
a later one those numbers are withheld that differ from an earlier one by a few people.

What a draw does not count of somebody may be anything. Of two draws that leave different things uncounted it is still
known how many there are at least and at most of each kind: that is subtracted as well. And where both may be of the
same people, the second says of some of them what the first did not count. Whoever is beside those who were told before,
and of whom nothing is counted, tells nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from deliberation.lottery.alike import UNCOUNTED
from deliberation.maths.lottery.pool import IntArray

Features = frozenset[tuple[str, str]]
"""What somebody counts for: category and value."""

_UNCOUNTED = -1


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

    def judge(self, people: Mapping[Features, int], *, names_nobody: bool) -> Release:
        """What another draw may tell beside all that was told before.

        people:       how many of each type are in the pool
        names_nobody: whether its file by itself could be open
        """
        told = _told(people)
        withheld = frozenset(
            name
            for name in _categories(told)
            if any(self._tells(told, before, [name]) for before in self._tables.get(name, ()))
        )
        is_open = (
            names_nobody
            and not withheld
            and not any(
                self._tells(told, before, both)
                for known, before in self._files
                if (both := sorted(_categories(told).intersection(known)))
            )
        )
        return Release(withheld, is_open)

    def add(self, people: Mapping[Features, int], *, names_nobody: bool) -> Release:
        """The next one: what it may tell, and from now on has told."""
        release, told = self.judge(people, names_nobody=names_nobody), _told(people)
        for name in _categories(told) - release.withheld:
            self._tables.setdefault(name, []).append(_by(told, {name}))
        if release.is_open:
            self._files.append((_categories(told), told))
        return release

    def _tells(self, people: Counter[Features], before: Counter[Features], common: Sequence[str]) -> bool:
        """Whether both together tell of a few people by these categories what neither tells of them alone."""
        now, then = _by(people, common), _by(before, common)
        if self._only_adds(now, then, frozenset((name, UNCOUNTED) for name in common)):
            return False
        more = abs(now.total() - then.total())
        are_others = more > 0
        for told, sure in _gaps(now, then, common):
            if any(self._are_few(gap) for gap in (np.array([more]), told, sure)):
                return True
            are_others = are_others or bool((sure > 0).any())
        return not are_others

    def _only_adds(self, now: Counter[Features], then: Counter[Features], nothing: Features) -> bool:
        """Whether the same were told as before, and beside them many of a kind, or any of whom nothing is counted."""
        more = {kind: now[kind] - then[kind] for kind in {*now, *then} - {nothing}}
        as_before = all(many == 0 or many >= self._threshold for many in more.values())
        return as_before and now[nothing] >= then[nothing]

    def _are_few(self, gap: IntArray) -> bool:
        return bool(((gap > 0) & (gap < self._threshold)).any())


def _gaps(
    now: Counter[Features], then: Counter[Features], common: Sequence[str]
) -> Iterator[tuple[IntArray, IntArray]]:
    """For every choice of these categories, of each kind of people by it: by how many the two differ.

    As they are told; and surely, whatever those are of whom something is not counted, below 0 if not at all.
    """
    kinds = sorted({*now, *then}, key=sorted)
    counts = np.array([[now[each], then[each]] for each in kinds], np.int64)
    values = _numbered(kinds, common)
    for many in range(1, len(common) + 1):
        for places in combinations(range(len(common)), many):
            cells, of = np.unique(values[:, places], axis=0, return_inverse=True)
            told = np.zeros((len(cells), 2), np.int64)
            np.add.at(told, of.reshape(-1), counts)
            known = cells[(cells != _UNCOUNTED).all(axis=1)]
            maybe = ((cells == known[:, None]) | (cells == _UNCOUNTED)).all(axis=2)
            surely = (cells == known[:, None]).all(axis=2)
            most, least = maybe @ told, surely @ told
            sure = np.maximum(least[:, 0] - most[:, 1], least[:, 1] - most[:, 0])
            yield np.abs(told[:, 0] - told[:, 1]), sure


def _numbered(kinds: Sequence[Features], common: Sequence[str]) -> IntArray:
    """(kinds, categories) a number for each value."""
    columns = []
    for category in common:
        said = [dict(kind)[category] for kind in kinds]
        numbers = {value: number for number, value in enumerate(sorted({*said} - {UNCOUNTED}))}
        columns.append([numbers.get(value, _UNCOUNTED) for value in said])
    return np.array(columns, np.int64).T


def _told(people: Mapping[Features, int]) -> Counter[Features]:
    """Without the categories that are counted of nobody: they tell nothing."""
    counted = {name for features in people for name, value in features if value != UNCOUNTED}
    return _by(people, counted)


def _categories(people: Mapping[Features, int]) -> set[str]:
    return {name for features in people for name, _ in features}


def _by(people: Mapping[Features, int], categories: Collection[str]) -> Counter[Features]:
    """As many by these categories alone."""
    found: Counter[Features] = Counter()
    for features, count in people.items():
        found[frozenset(each for each in features if each[0] in categories)] += count
    return found
