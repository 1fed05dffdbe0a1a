"""A pool as the lottery sees it: how many people there are of each type, and what a panel must keep to.

People who count for the same rules are interchangeable: a fair lottery gives them the same chance, so that it is
enough to say how many of each type a panel has. Households are one category more: who lives with others belongs to a
class of households that are composed alike, and a panel has at most as many people of a class as it has households.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class NoPanel(Exception):
    """No panel keeps to all the rules."""


@dataclass(frozen=True)
class Pool:
    """What a panel may be: a vector of how many people it has of each of T types.

    size:       (T,) people of each type, at least 1
    rule:       (T, C) the rule that counts a type, one for each category
    low, high:  (R,) how many people of a panel each rule wants
    seats:      people on a panel
    """

    size: IntArray
    rule: IntArray
    low: IntArray
    high: IntArray
    seats: int

    @property
    def types(self) -> int:
        """How many types there are."""
        return len(self.size)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """(R, T) 1 where a rule counts a type."""
        types, categories = self.rule.shape
        places = self.rule.ravel(), np.repeat(np.arange(types), categories)
        ones = np.ones(len(places[0]))
        return sparse.csr_array((ones, places), shape=(len(self.low), types))

    def counts(self, panel: FloatArray | IntArray) -> FloatArray:
        """(R,) how many people of a panel each rule counts."""
        counted: FloatArray = self.matrix @ panel
        return counted

    def allows(self, panel: IntArray) -> bool:
        """Whether this is a panel."""
        counted = self.counts(panel)
        inside = (counted >= self.low).all() and (counted <= self.high).all()
        people = (panel >= 0).all() and (panel <= self.size).all() and panel.sum() == self.seats
        return bool(inside and people)
