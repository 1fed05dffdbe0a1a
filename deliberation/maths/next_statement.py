"""Which statement to show a person next: the one whose answer tells most that is not known yet."""

import numpy as np
from scipy.special import entr, ndtr

from deliberation.maths.opinion_model import OpinionModel
from deliberation.maths.votes import FloatArray, IntArray

_PROBIT = np.pi / 8
_SHARPNESS = np.sqrt(np.pi * np.log(2) / 2)
_NEWNESS, _HALVED_EVERY = 8.0, 5.0


def worth_showing(model: OpinionModel, person: int, statement: IntArray, seen: IntArray) -> FloatArray:
    """(s,) what the chance of each statement to be shown next is proportional to, among those not yet voted on.

    person:     an index; -1 for somebody of whom there are no votes
    statement:  (s,) indices; -1 for one on which there are none
    seen:       (s,) how many of the person's group have voted on each; of all people where there is no group yet. That
                makes up to 81 times as much of a statement that none of them has seen, so that new statements, and
                those that only other groups have seen, get their turn
    """
    who = np.full(len(statement), person)
    opinion = 1 - model.passing.chance(who, statement)
    return np.asarray(opinion * information(*model.opinion.log_odds(who, statement)) * newness(seen) ** 2)


def newness(seen: IntArray) -> FloatArray:
    """(m,) 9 for what nobody has seen, 5 after five votes, nearly 1 after thirty. source: Small et al. 2021 (Polis)."""
    return np.asarray(1 + _NEWNESS * 2 ** (-seen / _HALVED_EVERY))


def information(mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Bits that an answer tells of the person and the statement, each in [0, 1]: nothing where all is known, however
    open the answer is.

    mean, variance:  of the log-odds
    source:          Houlsby, Huszár, Ghahramani, Lengyel 2011, "Bayesian active learning for classification and
                     preference learning", eq. 3, with the probit nearest to the logistic: right within 0.025 bits
    """
    mean, variance = mean * np.sqrt(_PROBIT), variance * _PROBIT
    entropy = _entropy(ndtr(mean / np.sqrt(1 + variance)))
    width = variance + _SHARPNESS**2
    noise = _SHARPNESS / np.sqrt(width) * np.exp(-(mean**2) / (2 * width))
    return np.asarray(np.maximum(entropy - noise, 0))


def _entropy(chance: FloatArray) -> FloatArray:
    return np.asarray((entr(chance) + entr(1 - chance)) / np.log(2))
