"""What is published of votes: the map of the default model, with how sure each figure is."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from deliberation.maths.agreement import (
    Consensus,
    Distinction,
    consensus_of,
    distinctions,
    divisive_statements,
    shrunk_shares,
)
from deliberation.maths.counts import GroupCounts, count_votes
from deliberation.maths.next_statement import worth_showing
from deliberation.maths.opinion_groups import SMALLEST, OpinionGroups, stable_groups
from deliberation.maths.opinion_model import OpinionModel, fit_opinion_model
from deliberation.maths.votes import FloatArray, Votes, canonical
from deliberation.opinions.polis_map import Map, people_as_json
from deliberation.opinions.vote_file import Statements

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """What the default model sees in votes.

    asked:      the votes on all statements
    opinions:   those on statements that ask for an opinion: model and groups are made from these
    counts:     of the groups on all statements
    consensus:  on all statements
    """

    asked: Votes
    opinions: Votes
    model: OpinionModel
    groups: OpinionGroups
    counts: GroupCounts
    consensus: Consensus


def portrait_of(
    asked: Votes, about_person: Collection[str], *, seed: int = SEED, smallest: int = SMALLEST
) -> Portrait:
    """Fit the model and divide the people.

    about_person:  statements that ask about the person, by name: they make no group
    seed:          decides which votes are left out together when stability is measured
    """
    opinions = asked.on(~np.isin(asked.statements, sorted(about_person)))
    model = fit_opinion_model(opinions)
    groups = stable_groups(opinions, model.opinion, seed=seed, smallest=smallest)
    counts = count_votes(asked, groups.label, groups.groups)
    consensus = consensus_of(shrunk_shares(counts.agree, counts.seen))
    return Portrait(asked, opinions, model, groups, counts, consensus)


def map_of(votes: Votes, statements: Statements, seed: int = SEED) -> Map:
    """Groups by stability, what sets them apart, common ground. Rejected statements are in none of the lists, and
    those that ask about the person make no group.

    seed:  decides which votes are left out together when stability is measured
    """
    asked = votes.on(~np.isin(votes.statements, sorted(statements.rejected)))
    portrait = portrait_of(asked, statements.about_person, seed=seed)
    opinions, model, groups = portrait.opinions, portrait.model, portrait.groups
    return {
        "participants": _people(opinions, groups),
        "groups": _groups(opinions, groups),
        "consensus": _by_statement(asked, portrait.consensus.value),
        "consensus_intervals": {
            "low": _by_statement(asked, portrait.consensus.low),
            "high": _by_statement(asked, portrait.consensus.high),
        },
        "priorities": _priorities(opinions, model, groups) | _new_ones(asked, opinions, model, statements),
        "divisive": divisions_as_json(opinions, groups),
        "pca": {
            "center": groups.plane.center.tolist(),
            "components": groups.plane.directions.tolist(),
            "statements": list(opinions.statements),
        },
        "k": groups.groups,
        "stability": stability_as_json(groups),
        "method": "rimay",
        "seed": seed,
        "version": version("rimay"),
    }


def representative_as_json(votes: Votes, groups: OpinionGroups) -> list[list[Map]]:
    """For each group, what it votes more than all others together."""
    told = distinctions(groups.counts, groups.apart)
    return [[_distinction(each, votes) for each in group] for group in told]


def divisions_as_json(votes: Votes, groups: OpinionGroups) -> list[Map]:
    """What divides two groups, the widest first."""
    shares = shrunk_shares(groups.apart.agree, groups.apart.seen)
    return [
        {
            "statement": votes.statements[each.statement],
            "agreeing": each.agreeing,
            "disagreeing": each.disagreeing,
            "width": each.width,
            "low": each.low,
        }
        for each in divisive_statements(shares)
    ]


def stability_as_json(groups: OpinionGroups) -> Map:
    """How well groups come out again, the chosen ones and those by other numbers."""
    return {"chosen": groups.stability, "by_k": {str(k): each for k, each in groups.tried.items()}}


def _people(votes: Votes, groups: OpinionGroups) -> Map:
    people = people_as_json(votes.people, groups.label, groups.plane.people)
    for person, label, share in zip(people, groups.label.tolist(), groups.membership.tolist(), strict=True):
        people[person]["membership"] = share if label >= 0 else None
    return people


def _groups(votes: Votes, groups: OpinionGroups) -> list[Map]:
    sizes = np.bincount(groups.label[groups.label >= 0], minlength=groups.groups).tolist()
    counts = groups.counts
    told = representative_as_json(votes, groups)
    return [
        {
            "id": group,
            "size": sizes[group],
            "representative": told[group],
            "votes": {
                name: {"agree": agree, "disagree": disagree, "seen": seen}
                for name, agree, disagree, seen in zip(
                    votes.statements,
                    counts.agree[group].tolist(),
                    counts.disagree[group].tolist(),
                    counts.seen[group].tolist(),
                    strict=True,
                )
            },
        }
        for group in range(groups.groups)
    ]


def _distinction(each: Distinction, votes: Votes) -> Map:
    return {
        "statement": votes.statements[each.statement],
        "direction": each.direction,
        "p": each.share,
        "repness": each.repness,
        "interval": [each.low, each.high],
        "q": each.q,
        "alone": each.alone,
    }


def _priorities(votes: Votes, model: OpinionModel, groups: OpinionGroups) -> dict[str, float]:
    """What is worth showing to a newcomer, whose group is not known: as new as to the group that knows it least."""
    statements = np.arange(len(votes.statements))
    return _by_statement(votes, worth_showing(model, -1, statements, groups.counts.seen.min(axis=0)))


def _new_ones(asked: Votes, opinions: Votes, model: OpinionModel, statements: Statements) -> dict[str, float]:
    """What nobody has voted on yet; as much for what asks about the person, which everybody is to be asked."""
    known = {*asked.statements, *statements.moderated} - statements.rejected - {*opinions.statements}
    worth = worth_showing(model, -1, np.array([-1]), np.array([0]))
    return dict.fromkeys(sorted(known, key=canonical), float(worth[0]))


def _by_statement(votes: Votes, value: FloatArray) -> dict[str, float]:
    return dict(zip(votes.statements, value.tolist(), strict=True))
