"""What a person would vote on a statement: whether they have an opinion at all, and which."""

from dataclasses import dataclass

import numpy as np

from deliberation.maths.leanings import Answers, Leanings, fit_leanings
from deliberation.maths.slopes import slopes_that_foresee_best
from deliberation.maths.votes import PASS, FloatArray, IntArray, Votes


@dataclass(frozen=True, slots=True, eq=False)
class OpinionModel:
    """Two outcomes: to have an opinion or to pass, and of those with an opinion, to agree or not.

    opinion:  agreement, of those who do not pass
    passing:  passes, of all votes
    """

    opinion: Leanings
    passing: Leanings


def fit_opinions(votes: Votes, start: Leanings | None = None) -> Leanings:
    """Who agrees with what, from the votes that are no passes.

    How many voted on a statement, and how many of them passed, says beforehand how welcome it may be: what is old and
    clear fares otherwise than what is new or puzzles people.
    start:  leanings fitted to nearly the same votes
    """
    answers, features = answers_of(votes), features_of(votes)
    supposed = slopes_that_foresee_best(answers, features) if start is None else start.supposed
    return fit_leanings(answers, features, start, supposed=supposed)


def features_of(votes: Votes) -> FloatArray:
    """(m, 2) how many voted on each statement and how many of them passed, centred and scaled."""
    statements = len(votes.statements)
    seen = np.bincount(votes.statement, minlength=statements)
    passed = np.bincount(votes.statement[votes.value == PASS], minlength=statements)
    features = np.stack([np.log(seen + 1), (passed + 1) / (seen + 5)], axis=1)
    features -= features.sum(axis=0) / max(statements, 1)
    spread = np.sqrt((features**2).sum(axis=0) / max(statements, 1))
    return np.asarray(features / np.where(spread > 0, spread, 1))


def fit_opinion_model(votes: Votes) -> OpinionModel:
    """The model of all that a person can do with a statement. Six directions, fixed in advance (decision 0021)."""
    everything = Answers(votes.shape, votes.starts, votes.statement, votes.value == PASS)
    return OpinionModel(fit_opinions(votes), fit_leanings(everything))


def answers_of(votes: Votes) -> Answers:
    """The votes that are no passes."""
    decided = votes.value != PASS
    before: IntArray = np.concatenate([[0], np.cumsum(decided)])
    return Answers(votes.shape, before[votes.starts], votes.statement[decided], votes.value[decided] > 0)
