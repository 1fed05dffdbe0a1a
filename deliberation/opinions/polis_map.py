"""An analysis of votes as the file MAP.json: ids instead of indices, numbers as they are."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.counts import GroupCounts
from deliberation.maths.polis import PolisAnalysis, analyse_as_polis, priorities
from deliberation.maths.representative import Representative
from deliberation.maths.votes import FloatArray, IntArray, Votes, canonical
from deliberation.opinions.vote_file import Statements

Map = dict[str, Any]


def map_as_polis(votes: Votes, statements: Statements) -> Map:
    """What Polis would say. Statements that were rejected are in none of the lists, as nobody is to see them."""
    rejected = np.isin(votes.statements, sorted(statements.rejected))
    about_person = np.isin(votes.statements, sorted(statements.about_person))
    analysis = analyse_as_polis(votes, rejected=rejected, about_person=about_person)
    names = [
        name for name, analysed in zip(votes.statements, analysis.analysed.tolist(), strict=True) if analysed
    ]
    components = analysis.components
    agreed, disagreed = analysis.majority
    return {
        "participants": people_as_json(votes.people, analysis.label, components.people),
        "groups": _groups_as_json(votes, analysis),
        "consensus": _by_statement(votes, analysis.shared, ~rejected),
        "priorities": _by_statement(votes, analysis.priorities, ~rejected) | _unvoted(votes, statements),
        "majority": {
            "agree": [_representative_as_json(each, votes) for each in agreed],
            "disagree": [_representative_as_json(each, votes) for each in disagreed],
        },
        "pca": {
            "center": components.center.tolist(),
            "components": components.directions.tolist(),
            "statements": names,
            "extremity": components.extremity.tolist(),
        },
        "k": analysis.groups,
        "silhouette": None if np.isnan(analysis.silhouette) else analysis.silhouette,
        "method": "polis",
        "seed": 0,  # nothing is drawn
        "version": version("rimay"),
    }


def people_as_json(people: Iterable[str], label: IntArray, at: FloatArray) -> Map:
    """The group and the place of each person; no group for those who voted too little."""
    return {
        person: {"group": group if group >= 0 else None, "x": x, "y": y}
        for person, group, (x, y) in zip(people, label.tolist(), at.tolist(), strict=True)
    }


def _groups_as_json(votes: Votes, analysis: PolisAnalysis) -> list[Map]:
    sizes = np.bincount(analysis.label[analysis.label >= 0], minlength=analysis.groups).tolist()
    return [
        {
            "id": group,
            "size": sizes[group],
            "representative": [
                _representative_as_json(each, votes) for each in analysis.representative[group]
            ],
            "votes": _votes_as_json(votes, analysis.counts, group),
        }
        for group in range(analysis.groups)
    ]


def _representative_as_json(each: Representative, votes: Votes) -> Map:
    return {
        "statement": votes.statements[each.statement],
        "direction": each.direction,
        "p": each.share,
        "repness": each.repness,
        "p_test": each.share_z,
        "repness_test": each.repness_z,
        "votes": each.votes,
        "seen": each.seen,
        "best_agree": each.best_agree,
    }


def _votes_as_json(votes: Votes, counts: GroupCounts, group: int) -> Map:
    """How often a group agreed and disagreed with each statement, and saw it."""
    cells = zip(
        votes.statements,
        counts.agree[group].tolist(),
        counts.disagree[group].tolist(),
        counts.seen[group].tolist(),
        strict=True,
    )
    return {
        name: {"agree": agree, "disagree": disagree, "seen": seen} for name, agree, disagree, seen in cells
    }


def _by_statement(votes: Votes, value: FloatArray, shown: NDArray[np.bool_]) -> dict[str, float]:
    values = zip(votes.statements, value.tolist(), shown.tolist(), strict=True)
    return {name: each for name, each, show in values if show}


def _unvoted(votes: Votes, statements: Statements) -> dict[str, float]:
    """What nobody has voted on yet is worth showing, too."""
    new = sorted(statements.moderated.keys() - statements.rejected - set(votes.statements), key=canonical)
    nothing = np.zeros((1, 1), np.int64)
    worth = priorities(GroupCounts(nothing, nothing, nothing), np.zeros(1))
    return dict.fromkeys(new, float(worth[0]))
