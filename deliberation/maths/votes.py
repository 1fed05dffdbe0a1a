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
    across = max(len(texts), 1)
    order, place = _sorted_by_place(person, statement, across)
    # Dividing in order is faster than fetching out of order.
    statement = statement if isinstance(order, slice) else (place % across).astype(np.int32)
    value = value[order]
    again = place[1:] == place[:-1]
    if again.any():
        value = value if times is None else _in_time(again, np.asarray(times, np.int64)[order], value)
        last = np.append(~again, True)
        place, statement, value = place[last], statement[last], value[last]
    starts = np.searchsorted(place, np.arange(len(names) + 1) * across)
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
    return np.flatnonzero(seen) + low, (np.cumsum(seen, dtype=np.int32) - 1)[shifted]


def _sorted_by_place(
    person: NDArray[np.int32], statement: NDArray[np.int32], statements: int
) -> tuple[IntArray | slice, IntArray]:
    """The numbers of the rows by person and statement, equal ones in their order, or all as they are; their places.

    The place of a vote is its person times `statements` and its statement. Place and row together are one number, so
    that sorting needs to move nothing else. Rows that are in order already are left alone.
    """
    place = person.astype(np.int64)
    place *= statements
    place += statement
    if (place[1:] >= place[:-1]).all():
        return slice(None), place
    bits = len(place).bit_length()
    if int(place.max()).bit_length() + bits > 63:
        order = np.argsort(place, kind="stable")
        return order, place[order]
    place <<= bits
    place += np.arange(len(place))
    place.sort()
    order = place & ((1 << bits) - 1)
    place >>= bits
    return order, place


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
