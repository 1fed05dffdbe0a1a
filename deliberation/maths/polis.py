"""Polis's analysis of a conversation, step by step, but the same whatever the order of the votes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.clusters import best_clusters
from deliberation.maths.components import Components, principal_components
from deliberation.maths.counts import GroupCounts, count_votes
from deliberation.maths.representative import (
    Representative,
    majority_statements,
    representative_statements,
    shared_agreement,
)
from deliberation.maths.votes import FloatArray, IntArray, Votes

_ENOUGH_VOTES = 7
_ENOUGH_PEOPLE = 15
_META_PRIORITY = 49.0


@dataclass(frozen=True, slots=True, eq=False)
class PolisAnalysis:
    """What Polis says of a conversation.

    analysed:       (m,) False for statements about the person and those that moderators rejected: they make no
                    component and stand for no group
    components:     of the analysed statements, in their order
    label:          (n,) the group of each person, 0..k-1; -1 for people with too few votes
    counts:         votes of the groups on all m statements
    shared:         (m,) group-informed consensus
    priorities:     (m,) how much a statement is worth showing next
    representative: for each group
    majority:       what most people agree with, what most disagree with, whether they are in a group or not
    """

    analysed: NDArray[np.bool_]
    components: Components
    label: IntArray
    silhouette: float
    counts: GroupCounts
    shared: FloatArray
    priorities: FloatArray
    representative: tuple[tuple[Representative, ...], ...]
    majority: tuple[tuple[Representative, ...], ...]

    @property
    def groups(self) -> int:
        """How many."""
        return len(self.counts.seen)


def analyse_as_polis(
    votes: Votes, *, rejected: NDArray[np.bool_] | None = None, about_person: NDArray[np.bool_] | None = None
) -> PolisAnalysis:
    """Components, groups, consensus, priorities and representative statements.

    rejected:      (m,) moderated out. Polis takes them as passed by everybody, also where it scales how far out a
                   person stands, and so do we here
    about_person:  (m,) Polis's `meta`: answers about oneself, treated likewise, but always shown early
    source:        Small et al. 2021; agrees with red-dwarf 0.4 and with recorded results of Polis (tests/outside)
    """
    nothing = np.zeros(len(votes.statements), bool)
    meta = nothing if about_person is None else about_person
    analysed = ~(meta if rejected is None else meta | rejected)
    components = principal_components(votes.on(analysed), silent=int((~analysed).sum()))
    inside = people_inside(votes)
    clusters = best_clusters(components.people[inside])
    label = np.full(len(votes.people), -1)
    label[inside] = clusters.label
    outside_first = count_votes(votes, label + 1, len(clusters.centers) + 1)
    counts, everybody = outside_first.groups(slice(1, None)), outside_first.all
    extremity = np.zeros(len(votes.statements))
    extremity[analysed] = components.extremity
    return PolisAnalysis(
        analysed,
        components,
        label,
        clusters.silhouette,
        counts,
        shared_agreement(counts),
        np.where(meta, _META_PRIORITY, priorities(counts.all, extremity)),
        _renumbered(representative_statements(counts.on(analysed)), analysed),
        _renumbered(majority_statements(everybody.on(analysed)), analysed),
    )


def people_inside(votes: Votes) -> IntArray:
    """The people who are grouped, by index: those with seven votes, or a vote on each statement where there are fewer.

    Where that makes fewer than fifteen, the most active join; of equally active ones, the first by id.
    """
    cast = votes.votes_by_person
    inside = np.flatnonzero(cast >= min(_ENOUGH_VOTES, len(votes.statements)))
    if len(inside) >= _ENOUGH_PEOPLE:
        return inside
    return np.sort(np.argsort(-cast, kind="stable")[:_ENOUGH_PEOPLE])


def priorities(everybody: GroupCounts, extremity: FloatArray) -> FloatArray:
    """(m,) what the chance of a statement to be shown next is proportional to, among those a person has not seen.

    everybody:  (1, m) votes on each statement
    extremity:  (m,) see Components; 0 where nothing is known
    source:     Small et al. 2021; as Polis computes it, squared
    """
    agree, seen = everybody.agree[0], everybody.seen[0]
    agreed = (agree + 1) / (seen + 2)
    passed = (seen - agree - everybody.disagree[0] + 1) / (seen + 2)
    newness = 1 + 8 * 2 ** (-seen / 5)
    return np.asarray(((1 - passed) * (1 + extremity) * agreed * newness) ** 2)


def _renumbered(
    chosen: tuple[tuple[Representative, ...], ...], analysed: NDArray[np.bool_]
) -> tuple[tuple[Representative, ...], ...]:
    """The same with the index among all statements instead of among the analysed ones."""
    index = np.flatnonzero(analysed).tolist()
    return tuple(tuple(replace(each, statement=index[each.statement]) for each in group) for group in chosen)
