"""Where people stand by what they voted and, where they did not, by what they would be expected to vote."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.special import expit

from deliberation.maths.leanings import Leanings
from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, IntArray, Votes

_PEOPLE_FOR_DIRECTIONS = 2000
_BLOCK = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Where people stand: (completed votes - center) @ directions.T.

    center:      (m,) mean completed vote, from -1 to 1
    directions:  (2, m) orthogonal where each statement is taken as often as it was seen; zeros where nothing differs
    people:      (n, 2)
    """

    center: FloatArray
    directions: FloatArray
    people: FloatArray


def plane_of(votes: Votes, leanings: Leanings, grouped: IntArray) -> Plane:
    """The two directions in which the completed votes of people differ most.

    Somebody's own agreement is 1 and disagreement -1; in place of a pass, and of what was not seen, stands what the
    model expects. Each statement weighs by the root of how many saw it, as its votes do when they are added up.
    grouped:  the people whose differences count, by index; of more than 2,000, evenly chosen ones
    """
    people, statements = votes.shape
    matrix = csr_array((votes.value, votes.statement, votes.starts), shape=votes.shape)
    weight = np.sqrt(np.bincount(votes.statement, minlength=statements) / max(people, 1))
    step = max(1, -(-len(grouped) // _PEOPLE_FOR_DIRECTIONS))
    with one_thread():
        completed = _completed(matrix, leanings, grouped[::step])
        center = completed.mean(axis=0) if len(completed) else np.zeros(statements)
        directions = _directions((completed - center) * weight) * weight
        at = np.empty((people, 2))
        turned = np.ascontiguousarray(directions.T)
        for first in range(0, people, _BLOCK):
            block = np.arange(first, min(first + _BLOCK, people))
            at[block] = (_completed(matrix, leanings, block) - center) @ turned
    return Plane(center, directions, at)


def _completed(matrix: csr_array, leanings: Leanings, people: IntArray) -> FloatArray:
    """(people, m) votes from -1 to 1."""
    voted = matrix[people].toarray()
    expected = leanings.people.mean[people] @ leanings.statements.mean[:-1].T
    return np.asarray(np.where(voted != 0, voted, 2 * expit(expected) - 1))


def _directions(rows: FloatArray) -> FloatArray:
    """(2, m) principal directions of centred rows, the largest entry of each positive."""
    short = rows.T @ rows if rows.shape[1] <= rows.shape[0] else rows @ rows.T
    found = np.zeros((2, rows.shape[1]))
    wanted = min(2, len(short))
    if not wanted or not short.any():
        return found
    values, vectors = eigh(short, subset_by_index=(len(short) - wanted, len(short) - 1))
    if rows.shape[1] > rows.shape[0]:
        vectors = rows.T @ vectors / np.sqrt(np.maximum(values, np.finfo(float).tiny))
    real = values[::-1] > 1e-12 * values[-1]
    chosen = vectors.T[::-1][real]
    largest = np.abs(chosen).argmax(axis=1)
    found[: len(chosen)] = chosen * np.sign(chosen[np.arange(len(chosen)), largest])[:, None]
    return found
