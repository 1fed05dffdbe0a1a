"""The rules of the agenda once more, one person at a time, in fractions and as slowly as they are defined."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from deliberation.maths.agenda.proposals import Proposals, proposals_of

Ballots = Sequence[frozenset[int]]


def proposals(ballots: Ballots, minutes: Sequence[int], group: Sequence[int] | None = None) -> Proposals:
    """The ballots as the rules take them."""
    pairs = [(person, item) for person, ballot in enumerate(ballots) for item in sorted(ballot)]
    person, item = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    groups = None if group is None else np.array(group, dtype=np.int64)
    return proposals_of(person, item, people=len(ballots), minutes=tuple(minutes), group=groups)


class Plain:
    """Everybody's purse by itself."""

    def __init__(self, ballots: Ballots, minutes: Sequence[int], limit: int) -> None:
        self.minutes, self.left = minutes, limit
        self.fans = [[i for i, ballot in enumerate(ballots) if c in ballot] for c in range(len(minutes))]
        self.open = [c for c in range(len(minutes)) if self.fans[c] and minutes[c] <= limit]
        self.voters = sum(bool(ballot) for ballot in ballots)
        self.purse = [Fraction(0)] * len(ballots)
        self.chosen: list[int] = []

    def rank(self, item: int) -> tuple[int, int, int]:
        return -len(self.fans[item]), self.minutes[item], item

    def phragmen(self) -> list[int]:
        now = Fraction(0)
        saved = [-amount for amount in self.purse]
        while self.open:
            when = {
                c: (self.minutes[c] + sum(saved[i] for i in self.fans[c])) / Fraction(len(self.fans[c]))
                for c in self.open
            }
            item = min(self.open, key=lambda c: (when[c], self.rank(c)))
            self.open.remove(item)
            if self.minutes[item] <= self.left:
                self.left -= self.minutes[item]
                self.chosen.append(item)
                now = when[item]
                for i in self.fans[item]:
                    saved[i] = now
        return self.chosen

    def equal_shares(self) -> list[int]:
        self.purse = [Fraction(self.left, self.voters)] * len(self.purse) if self.voters else self.purse
        while prices := {c: price for c in self.open if (price := self._price(c)) is not None}:
            item = min(prices, key=lambda c: (prices[c], self.rank(c)))
            for i in self.fans[item]:
                self.purse[i] -= min(self.purse[i], prices[item])
            self.open.remove(item)
            self.left -= self.minutes[item]
            self.chosen.append(item)
        return self.phragmen()

    def _price(self, item: int) -> Fraction | None:
        cost, purses = Fraction(self.minutes[item]), sorted(self.purse[i] for i in self.fans[item])
        for place, purse in enumerate(purses):
            if purse * (len(purses) - place) >= cost:
                return cost / (len(purses) - place)
            cost -= purse
        return None
