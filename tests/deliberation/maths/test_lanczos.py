"""Eigenvectors of a matrix that is only multiplied with."""

import numpy as np
import pytest

from deliberation.maths.lanczos import largest_eigenvectors


@pytest.mark.parametrize("size", [1, 2, 5, 60, 300])
def test_they_are_those_of_the_whole_matrix(size: int) -> None:
    rows = np.random.default_rng(size).normal(size=(2 * size, size))
    matrix = rows.T @ rows
    values, vectors = largest_eigenvectors(lambda x: np.asarray(matrix @ x), size, 2)
    exact_values, exact = np.linalg.eigh(matrix)
    np.testing.assert_allclose(values, exact_values[::-1][: len(values)], rtol=1e-10)
    for ours, theirs in zip(vectors, exact.T[::-1], strict=False):
        assert abs(ours @ theirs) == pytest.approx(1, abs=1e-10)
    assert len(values) == min(2, size)


def test_a_single_direction_is_found_and_nothing_made_up_beside_it() -> None:
    direction = np.array([3.0, 0, 4]) / 5
    values, vectors = largest_eigenvectors(lambda x: 7 * direction * (direction @ x), 3, 2)
    assert values[0] == pytest.approx(7)
    assert abs(vectors[0] @ direction) == pytest.approx(1)
    assert values[1:] == pytest.approx(0, abs=1e-9)


def test_nothing_comes_of_nothing() -> None:
    values, _ = largest_eigenvectors(lambda x: 0 * x, 4, 2)
    assert not values.any()


def test_a_large_matrix_is_multiplied_few_times() -> None:
    weights = np.concatenate([[100.0, 60], np.linspace(0, 20, 998)])
    times = 0

    def multiplied(
        vector: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        nonlocal times
        times += 1
        return weights * vector

    _, vectors = largest_eigenvectors(multiplied, 1000, 2)
    assert np.abs(vectors).argmax(axis=1).tolist() == [0, 1]
    assert times <= 30
