"""Votes on statements as arrays: the last one of each person on each statement, in an order of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AGREE, PASS, DISAGREE = 1, 0, -1

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Who voted what, as the rows of a sparse matrix. A pass is there with the value 0; what was not seen is absent.

    people:     (n,) their ids, in canonical order: whole numbers by size, then texts by code point
    statements: (m,) likewise
    starts:     (n + 1,) int64: the votes of person i are at starts[i]:starts[i + 1]
    statement:  (votes,) int32: index into `statements`, rising within a person
    value:      (votes,) int8: 1 agree, 0 pass, -1 disagree

    Whoever adds up in this order gets the same bits whatever the order in which the votes arrived.
    """

    people: tuple[str, ...]
    statements: tuple[str, ...]
    starts: IntArray
    statement: NDArray[np.int32]
    value: NDArray[np.int8]

    @property
    def shape(self) -> tuple[int, int]:
        """People, statements."""
        return len(self.people), len(self.statements)

    @property
    def person(self) -> NDArray[np.int32]:
        """(votes,) index into `people`, rising."""
        return np.repeat(np.arange(len(self.people), dtype=np.int32), self.votes_by_person)

    @property
    def votes_by_person(self) -> IntArray:
        """(n,) how many votes each person cast, passes included."""
        return np.diff(self.starts)

    def __len__(self) -> int:
        return len(self.value)


def last_votes(
    people: Sequence[Any] | NDArray[Any],
    statements: Sequence[Any] | NDArray[Any],
    values: Sequence[int] | NDArray[Any],
    times: Sequence[int] | NDArray[Any] | None = None,
) -> Votes:
    """The last vote of each person on each statement.

    people, statements: (rows,) ids, whole numbers or texts; 7 and "7" are one id
    values:             (rows,) 1 agree, 0 pass, -1 disagree
    times:              (rows,) whole numbers that rise with time. Without them, or where all are equal, the later
                        row counts. Different votes of one moment count as a pass, so that no order decides.
    """
    names, person = _numbered(people)
    texts, statement = _numbered(statements)
    value = np.asarray(values, dtype=np.int8)
    place = person.astype(np.int64) * max(len(texts), 1) + statement
    time = np.zeros(len(place), np.int64) if times is None else np.asarray(times, dtype=np.int64)
    order = np.lexsort((time, place))
    place, time, value = place[order], time[order], value[order]
    last = np.append(place[1:] != place[:-1], True) if len(place) else np.zeros(0, bool)
    if len(time) and time.min() < time.max():
        value = _undecided_at_once(place, time, value)
    place, value = place[last], value[last]
    person, statement = np.divmod(place, max(len(texts), 1))
    starts = np.searchsorted(person, np.arange(len(names) + 1)).astype(np.int64)
    return Votes(names, texts, starts, statement.astype(np.int32), value)


def _undecided_at_once(place: IntArray, time: IntArray, value: NDArray[np.int8]) -> NDArray[np.int8]:
    """Of votes sorted by place and time, those that others of the same moment contradict become a pass."""
    same = (place[1:] == place[:-1]) & (time[1:] == time[:-1])
    if not same.any():
        return value
    moment = np.concatenate([[0], np.cumsum(~same)])
    low, high = np.full(moment[-1] + 1, 2, np.int8), np.full(moment[-1] + 1, -2, np.int8)
    np.minimum.at(low, moment, value)
    np.maximum.at(high, moment, value)
    return np.where(low[moment] < high[moment], np.int8(PASS), value)


def _numbered(ids: Sequence[Any] | NDArray[Any]) -> tuple[tuple[str, ...], IntArray]:
    """The ids in canonical order, and for each row the index of its own."""
    given = np.asarray(ids)
    if given.dtype.kind in "iu":
        numbers, index = np.unique(given, return_inverse=True)
        return tuple(map(str, numbers.tolist())), index.astype(np.int64)
    texts = [str(each) for each in given.tolist()]
    names = tuple(sorted(set(texts), key=canonical))
    places = {name: place for place, name in enumerate(names)}
    return names, np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))


def canonical(name: str) -> tuple[int, int, str]:
    """Sorts ids as people count: whole numbers by size, then texts by code point."""
    return (0, int(name), name) if name.isascii() and name.isdigit() else (1, 0, name)
