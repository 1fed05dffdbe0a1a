"""How far the divisive statements stand out from the others, as far as the answers themselves can tell."""

import numpy as np

from deliberation.maths.leanings import GAUSSIAN, USUAL_FREEDOM, Answers, fit_leanings
from deliberation.maths.votes import FloatArray, IntArray

_CANDIDATES = (USUAL_FREEDOM, 2.0, GAUSSIAN)
_FOLDS = 8
_TOO_FEW, _ENOUGH = 200, 20_000


def freedom_that_foresees_best(answers: Answers, features: FloatArray) -> float:
    """The degrees of freedom with which answers that are left out in turn, an eighth at a time, are foreseen best.

    Of more than 20,000 answers those of a part of the people are asked; of fewer than 200 it is not asked at all.
    features:  (m, f) see fit_leanings
    """
    some = answers.of_every(-(-len(answers.yes) // _ENOUGH) or 1)
    if len(some.yes) < _TOO_FEW:
        return USUAL_FREEDOM
    fold = np.random.default_rng(0).permutation(len(some.yes)) % _FOLDS
    return min(_CANDIDATES, key=lambda freedom: _loss(some, features, fold, freedom))


def _loss(answers: Answers, features: FloatArray, fold: IntArray, freedom: float) -> float:
    """Sum of the log-losses of all answers, each foreseen from the other folds."""
    person = np.repeat(np.arange(answers.shape[0]), np.diff(answers.starts))
    total = 0.0
    for left in range(_FOLDS):
        asked = fold == left
        leanings = fit_leanings(answers.only(~asked), features, freedom=freedom)
        chance = leanings.chance(person[asked], answers.statement[asked])
        total -= float(np.log(np.where(answers.yes[asked], chance, 1 - chance)).sum())
    return total
