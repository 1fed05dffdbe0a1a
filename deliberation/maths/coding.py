"""Answers that people have coded: how far coders agree, what a machine makes of the rest, what to code next.

Pure: weights of answers (`deliberation.voices.theme_vectors`) and codes in, arrays out.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

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
    coincidences = _coincidences(codings)
    return float(_alpha(coincidences.sum(axis=0))) if len(coincidences) else float("nan")


def alpha_interval(
    codings: Sequence[Sequence[Hashable | None]], *, draws: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Between which values alpha lies with 95 %, had other answers been drawn into the sample.

    codings: as for `krippendorff_alpha`
    returns: (low, high), the 2.5 % and 97.5 % quantiles of `draws` samples of as many answers, drawn with replacement;
             (nan, nan) where no answer has two codings
    source:  Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 13.3: the percentile interval
    """
    coincidences = _coincidences(codings)
    answers = len(coincidences)
    if not answers:
        return float("nan"), float("nan")
    chance = np.random.default_rng(seed)
    times = chance.multinomial(answers, np.full(answers, 1 / answers), size=draws)
    codes = coincidences.shape[1]
    drawn = (times @ coincidences.reshape(answers, -1)).reshape(draws, codes, codes)
    low, high = np.quantile(_alpha(drawn), (0.025, 0.975))
    return float(low), float(high)


def _coincidences(codings: Sequence[Sequence[Hashable | None]]) -> FloatArray:
    """(answers, codes, codes): how often two codes were given to the same answer, of each that has two codings."""
    units = [[code for code in unit if code is not None] for unit in zip(*codings, strict=True)]
    paired = [unit for unit in units if len(unit) > 1]
    values = sorted({code for unit in paired for code in unit}, key=repr)
    at = {code: index for index, code in enumerate(values)}
    coincidences = np.zeros((len(paired), len(values), len(values)))
    for number, unit in enumerate(paired):
        counts = np.bincount([at[code] for code in unit], minlength=len(values)).astype(float)
        coincidences[number] = (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return coincidences


def _alpha(coincidences: FloatArray) -> FloatArray:
    """(..., codes, codes) to (...): 1 where only one code is used."""
    totals = coincidences.sum(axis=-1)
    every = totals.sum(axis=-1)
    expected = (every**2 - (totals**2).sum(axis=-1)) / (every - 1)
    observed = every - np.trace(coincidences, axis1=-2, axis2=-1)
    several = expected > 0
    return np.asarray(np.where(several, 1 - observed / np.where(several, expected, 1), 1.0), dtype=float)


def assign(
    weights: csr_matrix, labelled: IntArray, codes: IntArray, sure_enough: float = SURE_ENOUGH
) -> Assigned:
    """A code for every answer, learnt from those that people have coded, or UNSURE.

    weights:  (n, features)
    labelled: (m,) rows of `weights` that have been coded
    codes:    (m,) their codes, 0 or more. With a single code all the others are UNSURE: nothing can be learnt
    """
    from sklearn.linear_model import LogisticRegression  # slow to load, and large

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


@dataclass(frozen=True, slots=True)
class Check:
    """How a machine fares with answers whose code is known and was hidden from it.

    right:    how many got the code that a person gave
    assigned: how many it dared to assign; the others were UNSURE
    labelled: how many were tried
    """

    right: int
    assigned: int
    labelled: int


def cross_checked(
    weights: csr_matrix,
    labelled: IntArray,
    codes: IntArray,
    sure_enough: float = SURE_ENOUGH,
    *,
    examples: IntArray | None = None,
    folds: int = 5,
) -> Check:
    """Hide a fifth of the labelled answers at a time, learn from the others, and look what is made of the hidden ones.

    weights, labelled, codes: as for `assign`
    examples: places in `labelled` that are only learnt from and never tried
    source:   stratified cross-validation, Kohavi 1995; an answer's fold is its turn among those of its code
    """
    tried = np.setdiff1d(np.arange(len(labelled)), [] if examples is None else examples)
    turn: dict[int, int] = {}
    fold = np.full(len(labelled), folds)
    for place in tried.tolist():
        code = int(codes[place])
        fold[place] = turn.get(code, 0) % folds
        turn[code] = turn.get(code, 0) + 1
    right = assigned = 0
    for number in range(folds):
        hidden, known = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if not len(hidden) or not len(known):
            continue
        rows = np.concatenate([labelled[known], labelled[hidden]])
        found = assign(weights[rows], np.arange(len(known)), codes[known], sure_enough).code[len(known) :]
        assigned += int((found != UNSURE).sum())
        right += int((found == codes[hidden]).sum())
    return Check(right, assigned, len(tried))


def share_interval(part: int, whole: int) -> tuple[float, float]:
    """Between which values a share lies with 95 %; (0, 1) of nobody.

    source: Wilson 1927, "Probable inference, the law of succession, and statistical inference"
    """
    if not whole:
        return 0.0, 1.0
    z = 1.959963984540054
    share, weight = part / whole, z * z / whole
    middle = (share + weight / 2) / (1 + weight)
    reach = z / (1 + weight) * float(np.sqrt(share * (1 - share) / whole + weight / (4 * whole)))
    return max(0.0, middle - reach), min(1.0, middle + reach)


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
