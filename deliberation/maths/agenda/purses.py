"""What each person has to spend, exactly.

A purse is a sum of amounts that its owner shares with others: what everybody was given, less what all payers of an
item paid. So what a set of people has together is each amount times how many of them share it: whole numbers to count
and a few dozen fractions to add, however many people there are. Nothing is rounded, so that a tie is a tie.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from operator import mul

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.agenda.sets import Bits, sizes, union


class Purses:
    """The purses of all people, at first empty.

    unit: all amounts are whole multiples of 1 / unit; it grows
    """

    def __init__(self, words: int) -> None:
        self.unit = 1
        self._amounts: list[int] = []
        self._sharers = np.zeros((0, words), np.uint64)

    def add(self, amount: Fraction, people: Bits) -> None:
        """Each of some people gets an amount, or pays a negative one."""
        unit = lcm(self.unit, amount.denominator)
        grown = unit // self.unit
        self.unit = unit
        self._amounts = [each * grown for each in self._amounts]
        self._amounts.append(amount.numerator * (unit // amount.denominator))
        self._sharers = np.vstack([self._sharers, people])

    def empty(self, people: Bits) -> None:
        """Some people have nothing left, and owe nothing."""
        self._sharers &= ~people
        kept = np.asarray(self._sharers.any(axis=1))
        if not kept.all():
            self._sharers = self._sharers[kept]
            self._amounts = [
                amount for amount, keep in zip(self._amounts, kept.tolist(), strict=True) if keep
            ]

    @property
    def owners(self) -> Bits:
        """Who has something, if those who have nothing left were emptied."""
        return union(self._sharers)

    def units(self, sets: Iterable[Bits]) -> list[int]:
        """What the people of each set have together, in multiples of 1 / unit."""
        return [sum(map(mul, sizes(self._sharers & each), self._amounts)) for each in sets]

    def total(self, people: Bits) -> Fraction:
        """What the people of one set have together."""
        return Fraction(self.units([people])[0], self.unit)

    def distinct(self, people: NDArray[np.int64]) -> list[tuple[Fraction, NDArray[np.int64]]]:
        """Some people by what they have, the poorest first: nobody is in two lots; two lots may be equal.

        people: (n,) their numbers
        """
        if not len(people):
            return []
        word, bit = people // 64, (people % 64).astype(np.uint64)
        shares = ((self._sharers[:, word] >> bit) & np.uint64(1)).astype(np.uint8)
        _, first, lot = np.unique(np.packbits(shares, axis=0), axis=1, return_index=True, return_inverse=True)
        lot = lot.reshape(-1)
        found = []
        for number, place in enumerate(first.tolist()):
            amount = sum(map(mul, shares[:, place].tolist(), self._amounts))
            found.append((Fraction(amount, self.unit), people[lot == number]))
        return sorted(found, key=lambda each: each[0])
