"""Weights that make who answered look like who lives here: raking, what it costs, and who is missing.

Weights cannot bring back whom nobody asked: they let those who are there speak for those like them. So a weighted
number always stands beside the plain one, and the design effect says how many answers it is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.special import ndtri

from deliberation.maths.votes import FloatArray, IntArray

LIMITS = 0.2, 5.0
"""Nobody counts for less than a fifth of a person, or more than five."""

SURE = 0.95
_NEAR, _SWEEPS = 1e-8, 300
_UNLIMITED_SWEEPS = 5000
"""Some dozen where margins agree, some thousand where few people can bring them together with weights of any size."""


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """One thing by which the sample is compared with the population: gender, age band, canton.

    category:  (n,) which of 0..k-1 each person is in, or -1 where it is not known
    reference: (k,) how many there are in the population, or shares: not negative, not all zero
    """

    category: IntArray
    reference: FloatArray

    def __post_init__(self) -> None:
        if not (
            np.isfinite(self.reference).all() and (self.reference >= 0).all() and self.reference.sum() > 0
        ):
            raise ValueError("a reference is of counts or shares that are not negative and not all zero")
        if len(self.category) and not -1 <= self.category.min() <= self.category.max() < len(self.reference):
            raise ValueError("a category is one of the reference, or -1")

    @property
    def share(self) -> FloatArray:
        """(k,) the reference as shares of one."""
        share: FloatArray = self.reference / self.reference.sum()
        return share

    @property
    def count(self) -> IntArray:
        """(k,) how many people of the sample are in each category."""
        return np.bincount(self.category + 1, minlength=len(self.reference) + 1)[1:]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A share that no weights reach: nobody in the sample is of that category, or other margins stand against it.

    reached: the nearest share with the least change to all margins together; one way of several
    """

    margin: int
    category: int
    asked: float
    reached: float


@dataclass(frozen=True, slots=True, eq=False)
class Raking:
    """Weights and how well they do.

    weight:    (n,) mean 1
    furthest:  the largest difference between a weighted share and its reference
    limited:   how many people have a weight at one of the limits
    conflicts: shares that no weights could reach; empty where the margins can all be met
    """

    weight: FloatArray
    furthest: float
    limited: int
    conflicts: tuple[Conflict, ...]

    @property
    def design_effect(self) -> float:
        """By how much weights widen the variance of a share (Kish 1965): 1 where all are equal."""
        return design_effect(self.weight)

    @property
    def effective(self) -> float:
        """How many people of equal weights would be as good."""
        return len(self.weight) / self.design_effect


def rake(margins: Sequence[Margin], limits: tuple[float, float] | None = LIMITS) -> Raking:
    """Weights with which every margin has the shares of its reference, as near to equal as that allows.

    Whoever is in no known category of a margin keeps their weight there. The same whatever the order of people.

    limits: the smallest and the largest weight as multiples of the mean; None for no limits. Where limits stand in
            the way, `furthest` says by how much the margins are missed
    source: Deming, Stephan 1940, "On a least squares adjustment of a sampled frequency table"; limits as in Battaglia
            and others 2009, "Practical considerations in raking survey data": clipped after each round
    """
    if not len(margins[0].category):
        return Raking(np.ones(0), 0.0, 0, ())
    cells = _cells_of(margins)
    aims, references = [aim[1:] for aim in cells.aim], [margin.share for margin in margins]
    weight = np.ones(len(cells.count))
    for _ in range(_UNLIMITED_SWEEPS if limits is None else _SWEEPS):
        before, weight = weight, _within(_adjusted(weight, cells), cells, limits)
        if _furthest(weight, cells, aims) < _NEAR or np.abs(weight - before).max() < _NEAR / 100:
            break
    found = _conflicts(cells) if _furthest(weight, cells, aims) > 10 * _NEAR else []
    empty = [
        Conflict(number, category, float(margin.share[category]), 0.0)
        for number, margin in enumerate(margins)
        for category in np.flatnonzero((margin.count == 0) & (margin.reference > 0)).tolist()
    ]
    return Raking(
        weight[cells.of],
        _furthest(weight, cells, references),
        _at_limits(weight, cells, limits),
        (*empty, *found),
    )


def _at_limits(weight: FloatArray, cells: "_Cells", limits: tuple[float, float] | None) -> int:
    if limits is None:
        return 0
    there = (weight < limits[0] + _NEAR) | (weight > limits[1] - _NEAR)
    return int(cells.count[there].sum())


def design_effect(weight: FloatArray) -> float:
    """Kish's: n Σw² / (Σw)². 1 for no people."""
    total = float(weight.sum())
    return len(weight) * float(weight @ weight) / total**2 if total else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of answers (k,) with the interval of 95 %; people: how many answers they are worth."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    people: float


def shares_of(answer: IntArray, answers: int, weight: FloatArray | None = None) -> Shares:
    """How many of those who answered gave each answer; call it twice to show both side by side.

    answer:  (n,) 0..answers-1, or -1 for who did not answer
    weight:  (n,) or None for all equal
    returns: intervals as Wilson 1927, of so many answers as the weights leave worth (Kish): somewhat too wide where
             the margins explain the answer, never blind to what weighting costs. Without answers all is between 0 and 1
    """
    given = answer >= 0
    counted = np.bincount(answer[given], None if weight is None else weight[given], answers).astype(float)
    worth = float(np.count_nonzero(given))
    if weight is not None:
        worth /= design_effect(weight[given])
    value = counted / max(counted.sum(), 1e-300)
    return Shares(value, *_interval(value, worth, SURE), worth)


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """Who is in the sample beside who is in the population, each (k,).

    share, low, high: of the sample among people of a known category; the intervals hold all together with 95 %
    missing, over:    the population has surely more, or fewer, than a draw by chance of as many people would bring
    """

    count: IntArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    reference: FloatArray

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Who is surely too few."""
        return np.asarray(self.high < self.reference)

    @property
    def over(self) -> NDArray[np.bool_]:
        """Who is surely too many."""
        return np.asarray(self.low > self.reference)


def presence_of(margin: Margin) -> Presence:
    """Who is missing by one margin.

    source: Wilson 1927, each interval as much wider as there are categories (Bonferroni)
    """
    count = margin.count
    known = int(count.sum())
    share = count / max(known, 1)
    return Presence(count, share, *_interval(share, known, 1 - (1 - SURE) / len(count)), margin.share)


def _interval(share: FloatArray, people: float, sure: float) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval: right for few people and for shares near 0 and 1."""
    if people <= 0:
        return np.zeros_like(share), np.ones_like(share)
    z = float(ndtri((1 + sure) / 2))
    middle = share + z * z / (2 * people)
    half = z * np.sqrt(share * (1 - share) / people + (z / (2 * people)) ** 2)
    whole = 1 + z * z / people
    return np.maximum((middle - half) / whole, 0), np.minimum((middle + half) / whole, 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """People who are alike by all margins together: few, however many people there are.

    of:       (n,) the cell of each person
    count:    (cells,) how many people are in each
    category: by margin (cells,): 0 where it is not known, else one more than its number
    aim:      by margin (1 + k,): the shares to reach, of categories that somebody is in; the first has no meaning
    """

    of: IntArray
    count: IntArray
    category: tuple[IntArray, ...]
    aim: tuple[FloatArray, ...]

    def totals(self, weight: FloatArray, margin: int) -> FloatArray:
        """(1 + k,) the weights of each category together."""
        size = len(self.aim[margin])
        total = np.bincount(self.category[margin], self.count * weight, minlength=size)
        return total.astype(np.float64)


def _cells_of(margins: Sequence[Margin]) -> _Cells:
    people, span = len(margins[0].category), 1
    place = np.zeros(people, np.int64)
    for margin in margins:
        place = place * (len(margin.reference) + 1) + margin.category + 1
        span *= len(margin.reference) + 1
        if span > 4 * people + 4096:  # too many to count each: only those that are there
            distinct, place = np.unique(place, return_inverse=True)
            span = len(distinct)
    count = np.bincount(place, minlength=span)
    filled = np.flatnonzero(count)
    someone = np.zeros(span, np.int64)
    someone[place] = np.arange(people)
    number = np.cumsum(count > 0) - 1
    return _Cells(
        number[place],
        count[filled],
        tuple(margin.category[someone[filled]] + 1 for margin in margins),
        tuple(_aim(margin) for margin in margins),
    )


def _aim(margin: Margin) -> FloatArray:
    reachable = np.where(margin.count > 0, margin.reference, 0.0)
    if not reachable.any():
        reachable = np.maximum(margin.count, 0).astype(float)
    return np.concatenate([[0.0], reachable / max(reachable.sum(), 1e-300)])


def _adjusted(weight: FloatArray, cells: _Cells) -> FloatArray:
    """One margin after the other is made right, which may spoil the one before a little."""
    for number, aim in enumerate(cells.aim):
        total = cells.totals(weight, number)
        wanted = aim * total[1:].sum()
        if not wanted[total > 0].any():  # all that it wants was ruled out by another margin
            continue
        factor = np.divide(wanted, total, out=np.ones_like(total), where=total > 0)
        factor[0] = 1
        weight = weight * factor[cells.category[number]]
    return weight


def _within(weight: FloatArray, cells: _Cells, limits: tuple[float, float] | None) -> FloatArray:
    """The weights with mean 1, and none beyond the limits."""
    people = cells.count.sum()
    for _ in range(_SWEEPS):
        weight = weight * (people / (cells.count @ weight))
        clipped = weight if limits is None else np.clip(weight, *limits)
        if np.abs(clipped - weight).max() < _NEAR / 1000:
            break
        weight = clipped
    return weight


def _furthest(weight: FloatArray, cells: _Cells, shares: Sequence[FloatArray]) -> float:
    """The largest difference between a weighted share and its reference."""
    worst = 0.0
    for number, share in enumerate(shares):
        total = cells.totals(weight, number)[1:]
        if total.any():
            worst = max(worst, float(np.abs(total / total.sum() - share).max()))
    return worst


def _conflicts(cells: _Cells) -> list[Conflict]:
    """Which shares no weights reach, found by the least change to all shares together (a linear programme)."""
    rows, columns, values, place = [], [], [], 0
    number = len(cells.count)
    sizes = [len(aim) - 1 for aim in cells.aim]
    for category, aim in zip(cells.category, cells.aim, strict=True):
        known = np.flatnonzero(category)
        for each, share in enumerate(aim[1:].tolist()):
            rows.append(np.full(len(known), place))
            columns.append(known)
            values.append((category[known] == each + 1) - share)
            place += 1
    slack = np.arange(place)
    rows += [slack, slack, np.full(number, place)]
    columns += [number + slack, number + place + slack, np.arange(number)]
    values += [np.ones(place), -np.ones(place), np.ones(number)]
    held = coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))))
    wanted = np.append(np.zeros(place), 1.0)
    cost = np.concatenate([np.zeros(number), np.ones(2 * place)])
    found = linprog(cost, A_eq=held.tocsr(), b_eq=wanted, method="highs")
    missed = found.x[number + place :] - found.x[number : number + place]
    ends = np.cumsum(sizes)
    margin_of = np.repeat(np.arange(len(sizes)), sizes)
    conflicts = []
    for each in np.flatnonzero(np.abs(missed) > 10 * _NEAR).tolist():
        number = int(margin_of[each])
        place = each - int(ends[number]) + sizes[number]
        asked = float(cells.aim[number][1 + place])
        conflicts.append(Conflict(number, place, asked, asked + float(missed[each])))
    return conflicts
