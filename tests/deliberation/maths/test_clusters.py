"""Groups are found from the points alone, and are as good as those of many random starts."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from deliberation.maths.clusters import best_clusters


def _clouds(
    *sizes: int, seed: int = 0, spread: float = 0.5
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    chance = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(len(sizes)) / len(sizes)
    middle = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.concatenate(
        [at + spread * chance.normal(size=(n, 2)) for at, n in zip(middle, sizes, strict=True)]
    )


@pytest.mark.parametrize("sizes", [(30, 20), (20, 30, 25), (60, 50, 40, 30), (700, 900, 800)])
def test_clouds_are_found_the_largest_first(sizes: tuple[int, ...]) -> None:
    found = best_clusters(_clouds(*sizes, spread=0.3))
    assert np.bincount(found.label).tolist() == sorted(sizes, reverse=True)


@pytest.mark.parametrize("seed", range(5))
def test_no_random_start_finds_better_groups(seed: int) -> None:
    points = _clouds(40, 60, 50, seed=seed, spread=0.9)
    found = best_clusters(points)
    assert found.silhouette == pytest.approx(silhouette_score(points, found.label))
    others = [KMeans(k, n_init=20, random_state=seed).fit_predict(points) for k in range(2, 6)]
    assert found.silhouette > max(silhouette_score(points, label) for label in others) - 0.01


def test_some_hundred_cells_stand_for_many_points() -> None:
    points = _clouds(1500, 2500, spread=0.9)
    found = best_clusters(points)
    label = KMeans(2, n_init=20, random_state=0).fit_predict(points)
    assert len(found.centers) == 2
    assert found.silhouette == pytest.approx(silhouette_score(points, found.label), abs=0.01)
    assert silhouette_score(points, found.label) > silhouette_score(points, label) - 0.005


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.ones((1, 2)), np.ones((30, 2)), np.ones((2000, 2))])
def test_where_nobody_differs_there_is_one_group(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    found = best_clusters(points)
    assert not found.label.any()
    assert len(found.centers) == min(1, len(points)) and np.isnan(found.silhouette)


def test_two_places_are_two_groups() -> None:
    found = best_clusters(np.array([[0.0, 1], [0, 1], [3, 0]]))
    assert found.label.tolist() == [0, 0, 1]
    assert found.silhouette == pytest.approx(2 / 3)
