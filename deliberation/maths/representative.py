"""What sets a group apart, and what everybody shares: Polis's measures."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.counts import GroupCounts
from deliberation.maths.votes import FloatArray, IntArray

SIGNIFICANT = 1.2815515655446004
"""Nine in ten: the one-sided z of 0.9."""

Direction = Literal["agree", "disagree"]


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that stands for a group.

    statement:    its index
    share:        of the group that votes so, smoothed: (votes + 1) / (seen + 2)
    share_z:      how surely it is more than half
    repness:      the share divided by the share among all others
    repness_z:    how surely the shares differ
    best_agree:   it heads the list as what the group agrees on best, whether or not it passes the tests
    """

    statement: int
    direction: Direction
    votes: int
    seen: int
    share: float
    share_z: float
    repness: float
    repness_z: float
    best_agree: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Measures:
    """Of one direction, each (k, m)."""

    votes: IntArray
    share: FloatArray
    share_z: FloatArray
    repness: FloatArray
    repness_z: FloatArray

    @property
    def metric(self) -> FloatArray:
        return self.repness * self.repness_z * self.share * self.share_z


def shared_agreement(counts: GroupCounts) -> FloatArray:
    """(m,) how far every group agrees with each statement: the product over groups of (agree + 1) / (seen + 2).

    source:  Small et al. 2021, group-informed consensus; Polis's `group-aware-consensus`
    """
    return np.asarray(_smoothed(counts.agree, counts.seen).prod(axis=0))


def representative_statements(counts: GroupCounts, most: int = 5) -> tuple[tuple[Representative, ...], ...]:
    """For each group at most `most` statements, those agreed with before those disagreed with, the strongest first.

    The statement the group agrees on best comes first, whether significant or not; where there is none and nothing is
    significant, the one that differs most from the others. One group alone has nobody to differ from.

    source:  Small et al. 2021, "representative comments"; the order of the lists as in the recorded results of Polis
    """
    groups = len(counts.seen)
    if groups < 2 or not counts.seen.size:
        return ((),) * groups
    agree = _measures(counts.agree, counts.seen, counts.others.agree, counts.others.seen)
    disagree = _measures(counts.disagree, counts.seen, counts.others.disagree, counts.others.seen)
    return tuple(_of_group(group, agree, disagree, counts.seen, most) for group in range(groups))


def majority_statements(everybody: GroupCounts, most: int = 5) -> tuple[tuple[Representative, ...], ...]:
    """What most people agree with, and what most disagree with: two lists, the strongest first.

    everybody:  (1, m) the votes of all
    source:     Polis's `consensus`: share above a half and its z above 1.2816, by their product
    """
    found = []
    sides: tuple[tuple[Direction, IntArray], ...] = (
        ("agree", everybody.agree),
        ("disagree", everybody.disagree),
    )
    for direction, votes in sides:
        measures = _measures(votes, everybody.seen, votes * 0, votes * 0)
        share, share_z = measures.share[0], measures.share_z[0]
        rank = np.argsort(-share * share_z, kind="stable")
        chosen = rank[(share[rank] > 0.5) & (share_z[rank] > SIGNIFICANT)][:most]
        found.append(tuple(_one(0, int(each), direction, measures, everybody.seen) for each in chosen))
    return tuple(found)


def _of_group(
    group: int, agree: _Measures, disagree: _Measures, seen: IntArray, most: int
) -> tuple[Representative, ...]:
    def one(statement: int, best_agree: bool = False) -> Representative:
        agrees = agree.repness_z[group, statement] > disagree.repness_z[group, statement]
        side: Direction = "agree" if agrees else "disagree"
        return _one(group, statement, side, agree if agrees else disagree, seen, best_agree)

    passes = _significant(agree, group) | _significant(disagree, group)
    metric = np.where(agree.repness_z > disagree.repness_z, agree.metric, disagree.metric)[group]
    rank = np.argsort(-metric, kind="stable")
    chosen = rank[passes[rank]].tolist()
    best = _best_agree(group, agree, agree.votes[group] + disagree.votes[group])
    if best is not None:
        first = [one(best, best_agree=True)]
    elif chosen:
        first = []
    else:
        first = [one(int(np.maximum(agree.repness_z[group], disagree.repness_z[group]).argmax()))]
    listed = (first + [one(each) for each in chosen[:most] if each != best])[:most]
    return tuple(sorted(listed, key=lambda each: each.direction))


def _significant(measures: _Measures, group: int) -> NDArray[np.bool_]:
    return np.asarray((measures.share_z[group] > SIGNIFICANT) & (measures.repness_z[group] > SIGNIFICANT))


def _best_agree(group: int, agree: _Measures, decided: IntArray) -> int | None:
    """What the group agrees on best: in the order of statements each one challenges the best so far.

    The measure that counts changes with the best so far, so that no sorting gives the same.
    """
    share, repness = agree.share[group].tolist(), agree.repness[group].tolist()
    share_z, metric = agree.share_z[group].tolist(), agree.metric[group].tolist()
    best = None
    for each in np.flatnonzero(decided).tolist():
        if best is None:
            better = share_z[each] > SIGNIFICANT or (repness[each] > 1 and share[each] > 0.5)
        elif repness[best] > 1:
            better = metric[each] > metric[best]
        else:
            better = share[each] * share_z[each] > share[best] * share_z[best]
        best = each if better else best
    return best


def _one(
    group: int,
    statement: int,
    direction: Direction,
    measures: _Measures,
    seen: IntArray,
    best_agree: bool = False,
) -> Representative:
    place = group, statement
    return Representative(
        statement,
        direction,
        int(measures.votes[place]),
        int(seen[place]),
        float(measures.share[place]),
        float(measures.share_z[place]),
        float(measures.repness[place]),
        float(measures.repness_z[place]),
        best_agree,
    )


def _measures(votes: IntArray, seen: IntArray, votes_else: IntArray, seen_else: IntArray) -> _Measures:
    share = _smoothed(votes, seen)
    one, all_one = votes + 1, seen + 1
    other, all_other = votes_else + 1, seen_else + 1
    share_z = 2 * np.sqrt(all_one) * (one / all_one - 0.5)
    pooled = (one + other) / (all_one + all_other)
    deviation = np.sqrt(pooled * (1 - pooled) * (1 / all_one + 1 / all_other))
    difference = one / all_one - other / all_other
    repness_z = np.divide(difference, deviation, out=np.zeros_like(difference), where=pooled < 1)
    return _Measures(votes, share, share_z, share / _smoothed(votes_else, seen_else), repness_z)


def _smoothed(votes: IntArray, seen: IntArray) -> FloatArray:
    """A share that knows how little it rests on: a half where nobody has voted."""
    return np.asarray((votes + 1) / (seen + 2))
