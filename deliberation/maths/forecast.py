"""Forecasts of single votes: the model of leanings, and what statements have in common beyond its directions.

Some statements go together more closely than six directions can say: two that ask nearly the same, one that follows
from another. What the model leaves unexplained of a person's votes then tells of the others they would give.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit

from deliberation.maths.leanings import Answers, Leanings, fit_leanings
from deliberation.maths.opinion_model import answers_of, features_of, fit_opinions
from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, IntArray, Votes

_FOLDS = 5
_TOO_FEW, _ENOUGH = 200, 20_000
"""Answers below which nothing is learnt of how far to trust either; above, those of a part of the people tell."""

_RIDGE = 40.0
"""Answers that it takes for one statement to tell half of what it could of another."""

_LIKELY = 2000
"""Statements, those with most answers, of which it is asked how they go together."""

_TRUST = np.array([1.0, 0.0])
_WEIGHT_OF_TRUST = 3.0
_FAINT = 0.02
_BLOCK = 1 << 10


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """How what is left over of some statements tells of what is left over of others.

    left:   (n, m) sparse: what the model leaves unexplained of each answer, in standard deviations
    pulls:  (m, m) of a statement (row) on another (column), none on itself
    """

    left: csr_array
    pulls: FloatArray

    def told(self, person: NDArray[np.integer], statement: NDArray[np.integer]) -> FloatArray:
        """(pairs,) what is left over of somebody's other answers tells of this one; 0 of the unknown (-1)."""
        found = np.zeros(len(person))
        known = np.flatnonzero((person >= 0) & (statement >= 0))
        order = known[np.argsort(person[known], kind="stable")]
        people, start = np.unique(person[order], return_index=True)
        for at in range(0, len(people), _BLOCK):
            some = people[at : at + _BLOCK]
            told = self.left[some] @ self.pulls
            end = start[at + _BLOCK] if at + _BLOCK < len(people) else len(order)
            pairs = order[start[at] : end]
            found[pairs] = told[np.searchsorted(some, person[pairs]), statement[pairs]]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """How likely somebody who does not pass is to agree.

    weights:  (2,) how far the model's log-odds and the ties are trusted, learnt on votes that were left out
    """

    leanings: Leanings
    ties: Ties
    weights: FloatArray

    def chance(self, person: NDArray[np.integer], statement: NDArray[np.integer]) -> FloatArray:
        """(pairs,) probability of agreement. -1 is somebody, or a statement, of whom nothing is known."""
        with one_thread():
            return np.asarray(expit(_told(self.leanings, self.ties, person, statement) @ self.weights))


def fit_forecast(votes: Votes) -> Forecast:
    """The forecast that the votes allow. The same bits whatever the order of the rows.

    source:  residuals by ridge regression on one another, each column in closed form: Steck 2019, "Embarrassingly
             shallow autoencoders for sparse data"; the two put together by stacking: Wolpert 1992
    """
    answers, features = answers_of(votes), features_of(votes)
    leanings = fit_opinions(votes)
    with one_thread():
        ties = _tie(answers, leanings)
        return Forecast(leanings, ties, _trust(answers, features, leanings))


def _tie(answers: Answers, leanings: Leanings) -> Ties:
    person = _people_of(answers)
    chance = leanings.chance(person, answers.statement)
    left = (answers.yes - chance) / np.sqrt(chance * (1 - chance) + _FAINT)
    counts = np.bincount(answers.statement, minlength=answers.shape[1])
    chosen = np.sort(np.argsort(-counts, kind="stable")[:_LIKELY])
    matrix = csr_array((left, answers.statement, answers.starts), shape=answers.shape)
    some = matrix[:, chosen]
    inverse = np.linalg.inv((some.T @ some).toarray() + _RIDGE * np.eye(len(chosen)))
    within = -inverse / inverse.diagonal()
    np.fill_diagonal(within, 0)
    if len(chosen) == answers.shape[1]:
        return Ties(matrix, within)
    pulls = np.zeros((answers.shape[1], answers.shape[1]))
    pulls[np.ix_(chosen, chosen)] = within
    return Ties(matrix, pulls)


def _trust(answers: Answers, features: FloatArray, leanings: Leanings) -> FloatArray:
    """Weights under which answers that are left out in turn, a fifth at a time, are foreseen best."""
    some = answers.of_every(-(-len(answers.yes) // _ENOUGH) or 1)
    if len(some.yes) < _TOO_FEW:
        return _TRUST
    person = _people_of(some)
    fold = np.random.default_rng(0).permutation(len(some.yes)) % _FOLDS
    told = np.empty((len(some.yes), len(_TRUST)))
    for left in range(_FOLDS):
        asked = fold == left
        known = some.only(~asked)
        model = fit_leanings(known, features, supposed=leanings.supposed)
        told[asked] = _told(model, _tie(known, model), person[asked], some.statement[asked])
    return _weights(told, some.yes)


def _weights(told: FloatArray, yes: NDArray[np.bool_]) -> FloatArray:
    """Logistic regression, drawn a little towards trusting the model alone; nothing is believed backwards."""
    scale = told.std(axis=0)

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        odds, off = told @ weights, (weights - _TRUST) * scale
        missed = np.logaddexp(0, np.where(yes, -odds, odds)).sum()
        slope = told.T @ (expit(odds) - yes) + _WEIGHT_OF_TRUST * off * scale
        return float(missed + _WEIGHT_OF_TRUST * (off @ off) / 2), slope

    bounds = [(0, None)] * len(_TRUST)
    return np.asarray(minimize(loss, _TRUST, jac=True, method="L-BFGS-B", bounds=bounds).x, np.float64)


def _told(
    leanings: Leanings, ties: Ties, person: NDArray[np.integer], statement: NDArray[np.integer]
) -> FloatArray:
    """(pairs, 2) the log-odds of the model, and what the ties tell."""
    return np.stack([logit(leanings.chance(person, statement)), ties.told(person, statement)], axis=1)


def _people_of(answers: Answers) -> IntArray:
    return np.repeat(np.arange(answers.shape[0]), np.diff(answers.starts))
