"""Votes on statements as arrays: the last one of each person on each statement, in an order of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

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

    def on(self, kept: NDArray[np.bool_]) -> "Votes":
        """The votes of the same people on some of the statements. kept: (m,) which."""
        if kept.all():
            return self
        chosen = kept[self.statement]
        renumbered = np.cumsum(kept, dtype=np.int32) - 1
        return Votes(
            self.people,
            tuple(name for name, keep in zip(self.statements, kept.tolist(), strict=True) if keep),
            _counted_before(chosen)[self.starts],
            renumbered[self.statement[chosen]],
            self.value[chosen],
        )

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
    shape = len(names), len(texts)
    if times is None:
        starts, statement, value = _by_person(person, statement, shape, value)
        again = _same_again(starts, statement)
    else:
        starts, statement, row = _by_person(person, statement, shape, np.arange(len(value)))
        again, value = _same_again(starts, statement), value[row]
        if again.any():
            value = _in_time(again, np.asarray(times, np.int64)[row], value)
    before = np.flatnonzero(again)
    if len(before):
        starts = starts - np.searchsorted(before, starts)
        last = np.append(~again, True)
        statement, value = statement[last], value[last]
    return Votes(names, texts, starts, statement, value)


def canonical(name: str) -> tuple[int, int, str]:
    """Sorts ids as people count: whole numbers by size, then texts by code point."""
    return (0, int(name), name) if name.isascii() and name.isdigit() and len(name) < 19 else (1, 0, name)


def _numbered(ids: Sequence[Any] | NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The ids in canonical order, and for each row the index of its own."""
    given = np.asarray(ids)
    if given.dtype.kind in "iu" and len(given) and given.min() >= 0:
        numbers, index = _ranked(given)
        return tuple(map(str, numbers.tolist())), index
    texts = list(map(str, given.tolist()))
    names = tuple(sorted(set(texts), key=canonical))
    places = {name: place for place, name in enumerate(names)}
    return names, np.fromiter(map(places.__getitem__, texts), np.int32, len(texts))


def _ranked(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The distinct numbers, rising, and the rank of each: without sorting where they lie close together."""
    low = int(numbers.min())
    span = int(numbers.max()) - low + 1
    if span > 8 * len(numbers) + 1024:
        distinct, rank = np.unique(numbers, return_inverse=True)
        return distinct, rank.astype(np.int32)
    shifted = numbers - low if low else numbers
    seen = np.zeros(span, bool)
    seen[shifted] = True
    if seen.all():
        return np.arange(low, low + span), shifted.astype(np.int32)
    return np.flatnonzero(seen) + low, (np.cumsum(seen, dtype=np.int32) - 1)[shifted]


def _by_person(
    person: NDArray[np.int32], statement: NDArray[np.int32], shape: tuple[int, int], carried: NDArray[Any]
) -> tuple[IntArray, NDArray[np.int32], NDArray[Any]]:
    """(n + 1,) where each person begins, and their statements, rising, equal ones in their order, with what they carry.

    Sorted by statement first and then, keeping that order, by person, each time by counting and never by comparing:
    a few passes over the rows, however many there are. Rows that are in order already are left alone.
    """
    same, people = person[1:] == person[:-1], np.arange(shape[0] + 1)
    if (person[1:] >= person[:-1]).all() and (statement[1:] >= statement[:-1])[same].all():
        return np.searchsorted(person, people), statement, carried
    order = np.argsort(statement.astype(np.min_scalar_type(shape[1])), kind="stable")
    before = np.searchsorted(statement, np.arange(shape[1] + 1), sorter=order).astype(np.int32)
    by_statement = csr_array((carried[order], person[order], before), shape=shape[::-1])
    found = by_statement.tocsc()  # adds nothing up: who voted twice on a statement is there twice
    return found.indptr.astype(np.int64), found.indices, found.data


def _same_again(starts: IntArray, statement: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(votes - 1,) whether the next vote is of the same person on the same statement."""
    again: NDArray[np.bool_] = statement[1:] == statement[:-1]
    ends = starts[1:-1]
    again[ends[(ends > 0) & (ends < len(statement))] - 1] = False
    return again


def _counted_before(chosen: NDArray[np.bool_]) -> IntArray:
    """(n + 1,) how many are chosen before each place."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(chosen, dtype=np.int64)])


def _in_time(again: NDArray[np.bool_], time: IntArray, value: NDArray[np.int8]) -> NDArray[np.int8]:
    """The votes of each person on each statement, brought into the order of their times.

    again: (votes - 1,) the next vote is of the same person on the same statement
    """
    if time.min() == time.max():
        return value
    place = np.concatenate([[0], np.cumsum(~again)])
    rows = np.flatnonzero(np.append(again, False) | np.append(False, again))
    sorted_rows = rows[np.lexsort((time[rows], place[rows]))]
    value = value.copy()
    value[rows] = _undecided(place[sorted_rows], time[sorted_rows], value[sorted_rows])
    return value


def _undecided(place: IntArray, time: IntArray, value: NDArray[np.int8]) -> NDArray[np.int8]:
    """Of votes sorted by place and time, those that others of the same moment contradict become a pass."""
    same = (place[1:] == place[:-1]) & (time[1:] == time[:-1])
    moment = np.concatenate([[0], np.cumsum(~same)])
    low, high = np.full(moment[-1] + 1, 2, np.int8), np.full(moment[-1] + 1, -2, np.int8)
    np.minimum.at(low, moment, value)
    np.maximum.at(high, moment, value)
    return np.where(low[moment] < high[moment], np.int8(PASS), value)
