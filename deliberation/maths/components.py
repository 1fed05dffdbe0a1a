"""The two directions in which people's votes differ most, and where each person stands in that plane."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array

from deliberation.maths.counts import count_votes
from deliberation.maths.lanczos import largest_eigenvectors
from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, Votes

_DENSE = 400
_NO_DIRECTION = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """A plane through the votes.

    center:     (m,) mean vote on each statement, from -1 to 1
    directions: (2, m) unit vectors, the largest entry of each positive; zeros where the votes have no such direction
    people:     (n, 2) where each person stands; those who voted little are moved outwards as much as they left out
    extremity:  (m,) how far from the middle a person stands whose only vote agrees with the statement
    """

    center: FloatArray
    directions: FloatArray
    people: FloatArray
    extremity: FloatArray


def principal_components(votes: Votes, *, silent: int = 0) -> Components:
    """The principal components of the votes with each missing one taken as its statement's mean, exactly.

    silent:  statements beside these that count as passed by everybody, as Polis takes those that moderators rejected
    source:  Small et al. 2021, "Polis: Scaling deliberation by mapping high dimensional opinion spaces". Once the means
             are taken off, a missing vote is 0: the matrix is as sparse as the votes and is never filled in
    """
    statements = len(votes.statements)
    counts = count_votes(votes, np.zeros(len(votes.people), np.int64), 1)
    center = (counts.agree[0] - counts.disagree[0]) / np.maximum(counts.seen[0], 1)
    residual = votes.value - center[votes.statement]
    matrix = csr_array((residual, votes.statement, votes.starts.astype(np.int32)), shape=votes.shape)
    directions = np.zeros((2, statements))
    with one_thread():
        found = _leading_directions(matrix)
    directions[: len(found)] = found
    all_statements = statements + silent
    outwards = np.sqrt(all_statements / np.maximum(votes.votes_by_person + silent, 1))
    return Components(
        center,
        directions,
        (matrix @ np.ascontiguousarray(directions.T)) * outwards[:, None],
        np.sqrt(all_statements) * np.hypot(*(directions * (1 - center))),
    )


def _leading_directions(matrix: csr_array) -> FloatArray:
    """(≤ 2, m) the eigenvectors of XᵀX with the largest eigenvalues, those that differ from nothing.

    Lanczos takes over where both sides are long: it only multiplies, and begins at the same place each time.
    """
    people, statements = matrix.shape
    wanted = min(2, people, statements)
    if not matrix.data.any():
        return np.zeros((0, statements))
    if min(people, statements) > _DENSE:
        transposed = matrix.T
        values, vectors = largest_eigenvectors(lambda x: transposed @ (matrix @ x), statements, wanted)
    else:
        dense = matrix.toarray()
        short = dense.T @ dense if statements <= people else dense @ dense.T
        rising, columns = eigh(short, subset_by_index=(len(short) - wanted, len(short) - 1))
        values, vectors = rising[::-1], columns.T[::-1]
        if statements > people:
            vectors = vectors @ dense / np.sqrt(np.maximum(values, np.finfo(float).tiny))[:, None]
    return _signed(vectors[values > _NO_DIRECTION * values[0]])


def _signed(directions: FloatArray) -> FloatArray:
    """An eigenvector may point either way: here its largest entry is positive."""
    largest: NDArray[np.intp] = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    return directions * signs[:, None]
