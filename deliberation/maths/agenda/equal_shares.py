"""The method of equal shares with minutes as costs: everyone gets the same part of the minutes to spend."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.agenda.choosing import Choosing
from deliberation.maths.agenda.phragmen import save_and_buy
from deliberation.maths.agenda.proposals import Agenda, Proposals
from deliberation.maths.agenda.purses import Purses
from deliberation.maths.agenda.sets import set_of, size
from deliberation.maths.votes import FloatArray

_EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True)
class Price:
    """What each supporter of an item pays: `most`, or all they have where that is less.

    poor, rich: (people,) who pays all they have, and who pays `most`
    """

    most: Fraction
    poor: NDArray[np.int64]
    rich: NDArray[np.int64]


def equal_shares(proposals: Proposals, minutes: int, reserved: Sequence[int] = ()) -> Agenda:
    """The agenda of the method of equal shares, completed by Phragmén's rule.

    Every voter gets minutes / voters. Of the items that their supporters can pay, the one is bought at which the
    largest payment of a person is smallest: all pay the same, or all they have. Each approved item counts one,
    however long. When nobody can pay for anything more, people keep what they have and save as in Phragmén's rule.

    minutes:  how long the agenda may be, in the unit of the proposals
    reserved: items that small groups are owed: taken before all others, and only the minutes left are shared out
    source:   Peters, Pierczyński, Skowron 2021, "Proportional participatory budgeting with additive utilities"; the
              completion Peters, Skowron 2020, "Proportionality and the limits of welfarism", section 3
    """
    choosing = Choosing(proposals.counted, minutes, reserved)
    shop = _Shop(choosing, proposals)
    while (cheapest := shop.cheapest()) is not None:
        shop.buy(*cheapest)
    save_and_buy(choosing, proposals, shop.purses, "completed")
    return choosing.agenda()


class _Shop:
    """The purses of all voters, exact, and beside them as floats with a bound of how wrong these are.

    Floats say which item and which people need no closer look; what is decided and paid is exact.
    """

    def __init__(self, choosing: Choosing, proposals: Proposals) -> None:
        voters = proposals.voters
        share = Fraction(choosing.minutes, max(size(voters), 1))
        self.purses = Purses(len(voters))
        self.purses.add(share, voters)
        self._choosing = choosing
        self._proposals = proposals
        self._roughly = np.full(proposals.people, float(share))
        self._wrong = 2 * _EPSILON * float(share)
        self._step = self._wrong
        self._payable = list(choosing.open)
        self._guess = {
            item: proposals.minutes[item] / proposals.counted.approvals[item] for item in choosing.open
        }

    def cheapest(self) -> tuple[int, Price] | None:
        """The item whose largest payment is smallest; of equal ones the first by rank. None where none can be paid."""
        found: tuple[int, Price] | None = None
        rank = self._proposals.counted.rank
        # The likeliest first, so that most of the others are ruled out by a look at the floats.
        for item in sorted(self._payable, key=lambda item: (self._guess[item], rank[item])):
            if found is not None and self._costs_more(item, found[1].most):
                continue
            price = self.price(item)
            if price is None:
                self._payable.remove(item)
            elif found is None or (price.most, rank[item]) < (found[1].most, rank[found[0]]):
                found = item, price
        return found

    def price(self, item: int) -> Price | None:
        """What its supporters would pay now; None where they have too little.

        Whoever is counted as poor or rich: the level at which both together pay the item is never above the right
        one. So taking for poor who has less than the level raises it step by step, and stops at the right one.
        """
        members = self._proposals.members[item]
        cost = self._proposals.minutes[item]
        if self.purses.total(self._proposals.approvers[item]) < cost:
            return None
        has = self._roughly[members]
        self._guess[item] = guess = _level(has, cost, self._guess[item])
        poor = members[has < guess - self._doubt(guess)]
        while True:
            most = self._level(poor, cost, len(members) - len(poor))
            poorer = self._poorer(members, has, most)
            if len(poorer) == len(poor) and np.array_equal(poorer, poor):
                return Price(most, poor, np.setdiff1d(members, poor, assume_unique=True))
            poor = poorer

    def buy(self, item: int, price: Price) -> None:
        """Let the supporters pay."""
        people = self._proposals.people
        poor, rich = set_of(price.poor, people), set_of(price.rich, people)
        groups = [
            self.purses.total(each & poor) + price.most * size(each & rich) for each in self._proposals.groups
        ]
        payers = size(self.purses.owners & (poor | rich))
        self._choosing.take(item, "rule", payers=payers, most=price.most, groups=groups)
        self._payable.remove(item)
        self.purses.empty(poor)
        self.purses.add(-price.most, rich)
        self._roughly[price.poor] = 0
        self._roughly[price.rich] -= float(price.most)
        self._wrong += self._step
        near = price.rich[np.abs(self._roughly[price.rich]) <= self._doubt(0.0)]
        for amount, spent in self.purses.distinct(near):
            if not amount:
                self.purses.empty(set_of(spent, people))
                self._roughly[spent] = 0

    def _level(self, poor: NDArray[np.int64], cost: int, rich: int) -> Fraction:
        """What each of the rich pays where the poor pay all they have."""
        had = self.purses.total(set_of(poor, self._proposals.people)) if len(poor) else 0
        return (cost - had) / Fraction(rich)

    def _poorer(self, members: NDArray[np.int64], has: FloatArray, most: Fraction) -> NDArray[np.int64]:
        """Which of some people have less than an amount. Where floats cannot tell, fractions do."""
        level = float(most)
        below, near = has < level, np.abs(has - level) <= self._doubt(level)
        if near.any():
            lots = self.purses.distinct(members[near])
            less = [people for amount, people in lots if amount < most]
            below[near] = np.isin(members[near], np.concatenate(less)) if less else False
        return members[below]

    def _costs_more(self, item: int, most: Fraction) -> bool:
        """Whether its supporters surely have to pay more each than an amount."""
        members, level = self._proposals.members[item], float(most)
        paid = float(np.minimum(self._roughly[members], level).sum())
        doubt = len(members) * (self._doubt(level) + 2 * _EPSILON * abs(paid))
        return paid + doubt < self._proposals.minutes[item]

    def _doubt(self, amount: float) -> float:
        """How far apart a purse and an amount are as floats at most where they are equal."""
        return self._wrong + 2 * _EPSILON * abs(amount)


def _level(has: FloatArray, cost: int, start: float) -> float:
    """About what each pays, or all they have where that is less. start: a level that is not far above it."""
    level, poor_before = start, -1
    while True:
        poor = has < level
        number = int(np.count_nonzero(poor))
        if number == len(has):
            return float(has.max())
        if number <= poor_before:
            return level
        level, poor_before = (cost - float(has[poor].sum())) / (len(has) - number), number
