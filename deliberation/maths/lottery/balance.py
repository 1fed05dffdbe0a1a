"""Chances for given panels, by which averages come out exactly.

Where panels already follow the averages, equal chances are nearly right, and the smallest change that makes them quite
right leaves every chance positive: one system of linear equations instead of a linear problem with thousands of rows.
"""

import numpy as np
from scipy import linalg

from deliberation.maths.lottery.pool import FloatArray
from deliberation.maths.threads import one_thread

_RIDGE = 1e-11
_ROUNDS = 12
_EXACT = 1e-8
_SHARE_KEPT = 0.1


def balanced(panels: FloatArray, average: FloatArray) -> FloatArray | None:
    """(n,) chances of the panels, none negative, all together 1; None where this way leads to none.

    panels:   (T, n) people of each type on each panel
    average:  (T,) what the panels shall have on average
    """
    rows = np.vstack([panels, np.ones(panels.shape[1])])
    target = np.append(average, 1.0)
    chance = np.full(panels.shape[1], 1 / panels.shape[1])
    with one_thread():
        for _ in range(_ROUNDS):
            missing = target - rows @ chance
            if np.abs(missing).max() < _EXACT:
                return chance
            weighted = rows * chance
            gram = weighted @ rows.T
            gram[np.diag_indices_from(gram)] += _RIDGE * np.trace(gram)
            try:
                change = chance * (rows.T @ linalg.solve(gram, missing, assume_a="pos"))
            except (linalg.LinAlgError, linalg.LinAlgWarning):
                return None
            chance = np.maximum(chance + change, _SHARE_KEPT * chance)
    return None
