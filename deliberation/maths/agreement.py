"""What groups share, what divides them and what is only theirs, with how sure that is."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr

from deliberation.maths.counts import GroupCounts
from deliberation.maths.representative import Direction
from deliberation.maths.votes import FloatArray, IntArray

FALSE_DISCOVERIES = 0.05
_SURE = 0.95
_Z, _Z_OF_EXTREMES = 1.6448536269514722, 2.5758293035489004
_PRIOR_VOTES = 2.0, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of the groups that vote one way, as Beta distributions, each (k, m): shrunk towards what is usual."""

    votes: FloatArray
    others: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Expected shares."""
        return self.votes / (self.votes + self.others)

    @property
    def variance(self) -> FloatArray:
        """Of the shares."""
        return self.mean * (1 - self.mean) / (self.votes + self.others + 1)

    @property
    def low(self) -> FloatArray:
        """Above this with a probability of 95 %."""
        return np.asarray(betaincinv(self.votes, self.others, 1 - _SURE))

    @property
    def high(self) -> FloatArray:
        """Below this with a probability of 95 %."""
        return np.asarray(betaincinv(self.votes, self.others, _SURE))


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """How far every group agrees with each statement, each (m,): expected, and between what with 90 %."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Distinction:
    """A statement on which a group differs from all others together.

    share, low, high:  of the group that votes so, shrunk, with the interval of 90 %
    repness:           the share divided by that among the others
    q:                 the share of false ones among all that differ at least as surely
    alone:             most of this group vote so, and in no other group most do
    """

    statement: int
    direction: Direction
    share: float
    low: float
    high: float
    repness: float
    q: float
    alone: bool


@dataclass(frozen=True, slots=True)
class Division:
    """A statement that divides groups.

    width:  difference of the shares that agree between two groups, the two that differ most
    low:    more than this with a probability of 99.5 %: the two groups and the statement are picked among many
    """

    statement: int
    agreeing: int
    disagreeing: int
    width: float
    low: float


def shrunk_shares(votes: IntArray, seen: IntArray) -> Shares:
    """What the groups' shares are, given how few voted.

    votes, seen:  (k, m) who voted so, and who voted at all, passes included
    source:       empirical Bayes: the Beta prior of each group has the mean and the spread of its shares over all
                  statements (method of moments, Kleinman 1973), worth at least 2 votes and at most 20
    """
    total = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    usual = (votes.sum(axis=1, keepdims=True) + 1) / (total + 2)
    raw = votes / np.maximum(seen, 1)
    spread = (seen * (raw - usual) ** 2).sum(axis=1, keepdims=True) / total
    chance = usual * (1 - usual)
    by_chance = chance * (seen > 0).sum(axis=1, keepdims=True) / total
    real = np.maximum(spread - by_chance, 1e-9)
    worth = np.clip(chance / real - 1, *_PRIOR_VOTES)
    return Shares(votes + worth * usual, seen - votes + worth * (1 - usual))


def consensus_of(agree: Shares) -> Consensus:
    """The product over groups of the shares that agree: the group that agrees least weighs most.

    source:  Small et al. 2021, group-informed consensus. Shares of groups are independent: their product has the
             product of their means and of their second moments; between, as of a log-normal variable with the same
    """
    value = agree.mean.prod(axis=0)
    spread = np.sqrt(np.log1p(agree.variance / agree.mean**2).sum(axis=0))
    middle = value * np.exp(-(spread**2) / 2)
    high = np.clip(middle * np.exp(_Z * spread), value, 1)
    return Consensus(value, middle * np.exp(-_Z * spread), high)


def divisive_statements(agree: Shares) -> list[Division]:
    """What surely divides two groups, the widest first."""
    if len(agree.mean) < 2:
        return []
    most, least = agree.mean.argmax(axis=0), agree.mean.argmin(axis=0)
    place = np.arange(agree.mean.shape[1])
    width = agree.mean[most, place] - agree.mean[least, place]
    deviation = np.sqrt(agree.variance[most, place] + agree.variance[least, place])
    low = width - _Z_OF_EXTREMES * deviation
    order = np.argsort(-low, kind="stable")
    return [
        Division(int(each), int(most[each]), int(least[each]), float(width[each]), float(low[each]))
        for each in order[low[order] > 0]
    ]


def distinctions(
    counts: GroupCounts, apart: GroupCounts, most: int = 5
) -> tuple[tuple[Distinction, ...], ...]:
    """For each group, what it votes more than all others together: the surest, at most so many.

    counts:  votes of the groups: the shares that are told
    apart:   each vote in the group that its person has by other votes: what is tested. Groups that are made from
             votes differ in them by construction; a test on the same votes finds differences in noise
    source:  two-proportion z with one vote more on each side, both ways; Benjamini, Yekutieli 2001 over all groups,
             statements and ways, which may depend on each other
    """
    if len(counts.seen) < 2:
        return ((),) * len(counts.seen)
    ways: tuple[tuple[Direction, IntArray, GroupCounts], ...] = (
        ("agree", counts.agree, apart),
        ("disagree", counts.disagree, apart),
    )
    tested = np.stack([_chance(_way(each, way), each.seen) for way, _, each in ways])
    q = _discoveries(tested)
    found: list[list[Distinction]] = [[] for _ in counts.seen]
    for (way, votes, _), q_way in zip(ways, q, strict=True):
        shares = shrunk_shares(votes, counts.seen)
        everybody_else = shrunk_shares(counts.seen * 0 + _rest(votes), _rest(counts.seen))
        for group, statement in zip(
            *np.nonzero((q_way <= FALSE_DISCOVERIES) & (shares.mean > 0.5)), strict=True
        ):
            place = group, statement
            others = np.delete(shares.mean[:, statement], group)
            found[group].append(
                Distinction(
                    int(statement),
                    way,
                    float(shares.mean[place]),
                    float(shares.low[place]),
                    float(shares.high[place]),
                    float(shares.mean[place] / everybody_else.mean[place]),
                    float(q_way[place]),
                    bool((others < 0.5).all()),
                )
            )
    return tuple(
        tuple(sorted(each, key=lambda one: (-one.low * np.log(max(one.repness, 1)), one.statement))[:most])
        for each in found
    )


def _way(counts: GroupCounts, way: Direction) -> IntArray:
    return counts.agree if way == "agree" else counts.disagree


def _rest(counts: IntArray) -> IntArray:
    """(k, m) of all the other groups together."""
    return np.asarray(counts.sum(axis=0) - counts)


def _chance(votes: IntArray, seen: IntArray) -> FloatArray:
    """(k, m) how often a group would vote so much more than the others by chance."""
    one, all_one, other, all_other = votes + 1, seen + 2, _rest(votes) + 1, _rest(seen) + 2
    pooled = (one + other) / (all_one + all_other)
    deviation = np.sqrt(pooled * (1 - pooled) * (1 / all_one + 1 / all_other))
    return np.asarray(ndtr(-(one / all_one - other / all_other) / deviation))


def _discoveries(chance: FloatArray) -> FloatArray:
    """The same shape: the false share among all that are at least as sure."""
    flat = chance.ravel()
    tests = len(flat)
    order = np.argsort(flat, kind="stable")
    harmonic = (1 / np.arange(1, tests + 1)).sum()
    adjusted = flat[order] * tests * harmonic / np.arange(1, tests + 1)
    q = np.empty(tests)
    q[order] = np.minimum(np.minimum.accumulate(adjusted[::-1])[::-1], 1)
    return q.reshape(chance.shape)
