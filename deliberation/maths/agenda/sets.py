"""Sets of people as bits, 64 to a word: who approves of an item, who paid. Counting is one instruction a word."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
"""(words,) a set of people, or (sets, words) several: person i is bit i % 64 of word i // 64."""

_WORD = 64


def words_for(people: int) -> int:
    """How many words a set of so many people takes."""
    return -(-people // _WORD)


def sets_of(member: NDArray[np.integer], owner: NDArray[np.integer], people: int, sets: int) -> Bits:
    """(sets, words) the sets whose members are listed in pairs.

    member, owner: (pairs,) the person, and which set they are in; a pair may be there twice
    """
    found = np.zeros((sets, words_for(people)), np.uint64)
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(sets + 1))
    for number in range(sets):
        found[number] = set_of(member[order[ends[number] : ends[number + 1]]], people)
    return found


def set_of(members: NDArray[np.integer] | Sequence[int], people: int) -> Bits:
    """(words,) the set of some people, by their numbers."""
    inside = np.zeros(words_for(people) * _WORD, bool)
    inside[members] = True
    return np.packbits(inside, bitorder="little").view("<u8").astype(np.uint64)


def members_of(bits: Bits) -> NDArray[np.int64]:
    """The numbers of the people in one set, rising."""
    return np.flatnonzero(np.unpackbits(bits.astype("<u8").view(np.uint8), bitorder="little"))


def size(bits: Bits) -> int:
    """How many people are in one set."""
    return int(np.bitwise_count(bits).sum())


def sizes(bits: Bits) -> list[int]:
    """How many people are in each of several sets."""
    counted: list[int] = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64).tolist()
    return counted


def union(bits: Bits) -> Bits:
    """(words,) who is in at least one of several sets."""
    together: Bits = np.bitwise_or.reduce(bits, axis=0, initial=0).astype(np.uint64)
    return together
