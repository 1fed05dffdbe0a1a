"""Answers that people have coded: how far coders agree, what a machine makes of the rest, what to code next.

Pure: weights of answers (`deliberation.voices.theme_vectors`) and codes in, arrays out.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int_]

UNSURE = -1
SURE_ENOUGH = 0.5
"""The machine assigns a code where it thinks it at least this probable; else a person does."""
REGULARISATION = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """What a machine suggests for each answer.

    code:   (n,) a code of the labelled answers, or UNSURE
    chance: (n, codes) how probable it thinks each, rows sum to 1
    codes:  (codes,) which code each column is, ascending
    """

    code: IntArray
    chance: FloatArray
    codes: IntArray


def krippendorff_alpha(codings: Sequence[Sequence[Hashable | None]]) -> float:
    """How far coders agree beyond chance: 1 always, 0 as by chance, below 0 less than by chance.

    codings: a row a coder, a column an answer; None where the coder has not coded it
    returns: alpha for nominal codes; nan where no answer has two codings, 1 where all use a single code
    source:  Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: nominal data, any number of
             observers, missing data
    """
    units = [[code for code in unit if code is not None] for unit in zip(*codings, strict=True)]
    paired = [unit for unit in units if len(unit) > 1]
    if not paired:
        return float("nan")
    values = sorted({code for unit in paired for code in unit}, key=repr)
    at = {code: index for index, code in enumerate(values)}
    coincidences = np.zeros((len(values), len(values)))
    for unit in paired:
        counts = np.bincount([at[code] for code in unit], minlength=len(values)).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    totals = coincidences.sum(axis=0)
    expected = (totals.sum() ** 2 - (totals**2).sum()) / (totals.sum() - 1)
    if not expected:
        return 1.0
    return float(1 - (coincidences.sum() - np.trace(coincidences)) / expected)


def assign(
    weights: csr_matrix, labelled: IntArray, codes: IntArray, sure_enough: float = SURE_ENOUGH
) -> Assigned:
    """A code for every answer, learnt from those that people have coded, or UNSURE.

    weights:  (n, features)
    labelled: (m,) rows of `weights` that have been coded
    codes:    (m,) their codes, 0 or more. With a single code all the others are UNSURE: nothing can be learnt
    """
    known = np.unique(codes)
    if len(known) < 2:
        chance = np.ones((weights.shape[0], len(known)))
        code = np.full(weights.shape[0], UNSURE, dtype=np.int_)
        code[labelled] = codes
        return Assigned(code, chance, known)
    model = LogisticRegression(C=REGULARISATION, class_weight="balanced", max_iter=1000)
    model.fit(weights[labelled], codes)
    chance = np.asarray(model.predict_proba(weights), dtype=float)
    best = chance.argmax(axis=1)
    sure = chance[np.arange(len(best)), best] >= sure_enough
    code = np.where(sure, known[best], UNSURE).astype(np.int_)
    code[labelled] = codes
    return Assigned(code, chance, known)


def most_informative(weights: csr_matrix, chance: FloatArray, labelled: IntArray, count: int) -> list[int]:
    """Rows whose coding would teach most: undecided between two codes, and unlike each other.

    weights:  (n, features), rows of about the same length
    chance:   (n, codes) as in `Assigned`
    labelled: rows that are coded already, which are not offered again
    returns:  at most `count` rows, the most telling first; of equal ones the first row
    source:   margin sampling (Scheffer, Decomain, Wrobel 2001) among the `10 * count` closest calls, spread out as in
              Gonzalez 1985, "Clustering to minimize the maximum intercluster distance"
    """
    ordered = np.sort(chance, axis=1)
    margin = ordered[:, -1] - (ordered[:, -2] if chance.shape[1] > 1 else 0)
    open_rows = np.setdiff1d(np.arange(weights.shape[0]), labelled)
    close = open_rows[np.argsort(margin[open_rows], kind="stable")][: 10 * count]
    chosen: list[int] = []
    likeness = np.zeros(len(close))
    while len(chosen) < min(count, len(close)):
        score = margin[close] + likeness
        score[np.isin(close, chosen)] = np.inf
        nearest = int(score.argmin())
        chosen.append(int(close[nearest]))
        likeness = np.maximum(likeness, _cosine(weights, close, chosen[-1]))
    return chosen


def _cosine(weights: csr_matrix, rows: IntArray, other: int) -> FloatArray:
    part = weights[rows]
    lengths = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
    own = weights[[other]]
    length = float(np.sqrt(own.multiply(own).sum()))
    dots = np.asarray((part @ own.T).todense()).ravel()
    return np.asarray(dots / np.maximum(lengths * length, np.finfo(float).tiny), dtype=float)
