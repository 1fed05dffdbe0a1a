"""The largest eigenvalues of a matrix that is known only by what it does to a vector."""

from collections.abc import Callable

import numpy as np

from deliberation.maths.votes import FloatArray

_EXACT = 1e-10


def largest_eigenvectors(
    times: Callable[[FloatArray], FloatArray], size: int, wanted: int
) -> tuple[FloatArray, FloatArray]:
    """The largest eigenvalues, falling, and their (≤ wanted, size) vectors, of a symmetric, nowhere negative matrix.

    times:   multiplies the matrix with a vector
    source:  Lanczos 1950; each vector is made orthogonal to all before it, twice over (Parlett: "twice is enough").
             It begins at the same vector each time and ends where the residuals are 1e-10 of the largest eigenvalue,
             after about half as many multiplications as a restarted method
    """
    vector = np.cos(np.arange(size))
    length = np.linalg.norm(vector)
    basis = np.empty((0, size))
    tridiagonal = np.zeros((size + 1, size + 1))
    while True:
        basis = np.concatenate([basis, vector[None] / length])
        steps = len(basis)
        vector = times(basis[-1])
        tridiagonal[steps - 1, steps - 1] = basis[-1] @ vector
        for _ in range(2):
            vector = vector - (basis @ vector) @ basis
        length = np.linalg.norm(vector)
        tridiagonal[steps, steps - 1] = tridiagonal[steps - 1, steps] = length
        values, vectors = np.linalg.eigh(tridiagonal[:steps, :steps])
        values, vectors = values[::-1][:wanted], vectors[:, ::-1][:, :wanted]
        near = _EXACT * values[0]
        if (
            steps == size
            or length <= near
            or (steps >= wanted and length * np.abs(vectors[-1]).max() <= near)
        ):
            return values, vectors.T @ basis
