"""What to suppose of how statements divide people, as far as the answers themselves can tell."""

import numpy as np

from deliberation.maths.leanings import EVEN, GAUSSIAN, STEEP, USUAL, Answers, Slopes, fit_leanings
from deliberation.maths.votes import FloatArray, IntArray

_CANDIDATES = (USUAL, Slopes(2, EVEN), Slopes(GAUSSIAN, EVEN), Slopes(4, STEEP), Slopes(GAUSSIAN, STEEP))
_FOLDS = 5
_TOO_FEW, _ENOUGH = 200, 20_000


def slopes_that_foresee_best(answers: Answers, features: FloatArray) -> Slopes:
    """That of five suppositions with which answers that are left out in turn, a fifth at a time, are foreseen best.

    Of more than 20,000 answers those of a part of the people are asked; of fewer than 200 it is not asked at all.
    features:  (m, f) see fit_leanings
    """
    some = answers.of_every(-(-len(answers.yes) // _ENOUGH) or 1)
    if len(some.yes) < _TOO_FEW:
        return USUAL
    fold = np.random.default_rng(0).permutation(len(some.yes)) % _FOLDS
    return min(_CANDIDATES, key=lambda supposed: _loss(some, features, fold, supposed))


def _loss(answers: Answers, features: FloatArray, fold: IntArray, supposed: Slopes) -> float:
    """Sum of the log-losses of all answers, each foreseen from the other folds."""
    person = np.repeat(np.arange(answers.shape[0]), np.diff(answers.starts))
    total = 0.0
    for left in range(_FOLDS):
        asked = fold == left
        leanings = fit_leanings(answers.only(~asked), features, supposed=supposed)
        chance = leanings.chance(person[asked], answers.statement[asked])
        total -= float(np.log(np.where(answers.yes[asked], chance, 1 - chance)).sum())
    return total
