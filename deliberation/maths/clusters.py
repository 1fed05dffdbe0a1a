"""Groups of points in the plane: k-means for several k, the best by silhouette, whatever the order of the points."""

from dataclasses import dataclass

import numpy as np

from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, IntArray

_FEW = 1000
_CELLS_A_SIDE = 24
_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """A division of points.

    label:      (n,) 0..k-1, the largest group first
    centers:    (k, 2)
    silhouette: from -1 to 1, how much nearer points are to their own group than to the next; nan for one group
    """

    label: IntArray
    centers: FloatArray
    silhouette: float


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Points that lie close together as one: where (cells, 2), how many (cells,), and the cell of each point."""

    at: FloatArray
    weight: FloatArray
    of: IntArray


def best_clusters(points: FloatArray, most: int = 5) -> Clusters:
    """k-means for k = 2..most, the k with the best silhouette; one group where the points do not differ.

    points:  (n, 2). More than a thousand are first gathered into the cells of a grid, some hundreds: finer
             ones make no better groups
    source:  Small et al. 2021 (Polis gathers into 100 base clusters). Instead of unseeded starts each k begins with the
             centers of k - 1 and the point that helps most, and from corner to corner: Likas, Vlassis, Verbeek 2003,
             "The global k-means clustering algorithm"
    """
    found = clusters_by_number(points, most)
    if not found:
        return Clusters(np.zeros(len(points), np.int64), points[:1], np.nan)
    return max(found, key=lambda each: each.silhouette)


def clusters_by_number(points: FloatArray, most: int = 5) -> list[Clusters]:
    """k-means for k = 2..most, as far as the points differ; as in best_clusters."""
    if len(points) == 0:
        return []
    cells = _gathered(points)
    centers = np.average(cells.at, axis=0, weights=cells.weight)[None, :]
    found = []
    with one_thread():
        square = _squares(cells.at, cells.at[None])[0]
        distance = np.sqrt(square)
        corners = _spread_out(cells, square, most)
        for k in range(2, min(most, len(cells.at)) + 1):
            centers = _k_means(cells, np.stack([_with_best_point(cells, square, centers), corners[:k]]))
            label = _nearest(cells.at, centers)
            if len(np.unique(label)) < k:
                break
            silhouette = _silhouette(distance, cells.weight, label, k)
            found.append(_largest_first(_nearest(points, centers), centers, silhouette))
    return found


def _gathered(points: FloatArray) -> _Cells:
    """Cells of a grid over three standard deviations each way; what lies further out is in the cells at the edge."""
    if len(points) <= _FEW:
        return _Cells(points, np.ones(len(points)), np.arange(len(points)))
    spread = np.maximum(points.std(axis=0), np.finfo(float).tiny)
    scaled = (points - points.mean(axis=0)) / (6 * spread) + 0.5
    place = np.clip((scaled * _CELLS_A_SIDE).astype(np.int64), 0, _CELLS_A_SIDE - 1)
    square = place[:, 0] * _CELLS_A_SIDE + place[:, 1]
    count = np.bincount(square, minlength=_CELLS_A_SIDE**2)
    sums = np.stack([np.bincount(square, points[:, axis], minlength=len(count)) for axis in (0, 1)], axis=1)
    used = count > 0
    return _Cells(sums[used] / count[used, None], count[used].astype(float), (np.cumsum(used) - 1)[square])


def _k_means(cells: _Cells, starts: FloatArray) -> FloatArray:
    """(k, 2) the best centers that are reached from any of the starts, (starts, k, 2)."""
    for _ in range(_STEPS):
        moved = _moved(cells, starts)
        if np.array_equal(moved, starts):
            break
        starts = moved
    loss = (_squares(cells.at, starts).min(axis=1) * cells.weight).sum(axis=1)
    return np.asarray(starts[loss.argmin()])


def _with_best_point(cells: _Cells, square: FloatArray, centers: FloatArray) -> FloatArray:
    """One center more: the cell that as a center takes most off the sum of squares."""
    now = _squares(cells.at, centers[None])[0].min(axis=0)
    gain = np.maximum(now - square, 0.0) @ cells.weight
    return np.concatenate([centers, cells.at[gain.argmax()][None]])


def _spread_out(cells: _Cells, square: FloatArray, most: int) -> FloatArray:
    """The outermost cell, and each next the one that is heaviest for its distance from those before."""
    chosen = [int((square @ cells.weight).argmax())]
    while len(chosen) < most:
        chosen.append(int((square[chosen].min(axis=0) * cells.weight).argmax()))
    return cells.at[chosen]


def _moved(cells: _Cells, centers: FloatArray) -> FloatArray:
    """(starts, k, 2) each center in the middle of the cells that are nearest to it; an empty one stays."""
    starts, k, _ = centers.shape
    label = _squares(cells.at, centers).argmin(axis=1) + np.arange(starts)[:, None] * k
    weight = np.broadcast_to(cells.weight, label.shape)
    total = np.bincount(label.ravel(), weight.ravel(), minlength=starts * k)
    sums = [
        np.bincount(label.ravel(), (weight * cells.at[:, axis]).ravel(), minlength=starts * k)
        for axis in (0, 1)
    ]
    middle = np.stack(sums, axis=1) / np.maximum(total, 1)[:, None]
    return np.where(total[:, None] > 0, middle, centers.reshape(-1, 2)).reshape(centers.shape)


def _squares(at: FloatArray, centers: FloatArray) -> FloatArray:
    """(starts, k, points) squared distance of each point from each center; centers: (starts, k, 2)."""
    squares = np.subtract(at[:, 0], centers[:, :, 0, None])
    squares *= squares
    other = np.subtract(at[:, 1], centers[:, :, 1, None])
    other *= other
    squares += other
    return squares


def _nearest(at: FloatArray, centers: FloatArray) -> IntArray:
    """(points,) the nearest center of each; the first of equally near ones."""
    return np.asarray(_squares(at, centers[None])[0].argmin(axis=0))


def _silhouette(distance: FloatArray, weight: FloatArray, label: IntArray, k: int) -> float:
    """Rousseeuw's mean silhouette of weighted cells; 0 for a point alone in its group."""
    member = (label[:, None] == np.arange(k)) * weight[:, None]
    total = member.sum(axis=0)
    sums = distance @ member
    own = np.arange(len(label)), label
    inside = sums[own] / np.maximum(total[label] - 1, 1)
    outside = sums / total
    outside[own] = np.inf
    nearest = outside.min(axis=1)
    score = (nearest - inside) / np.maximum(np.maximum(inside, nearest), np.finfo(float).tiny)
    score[total[label] <= 1] = 0
    return float((score * weight).sum() / weight.sum())


def _largest_first(label: IntArray, centers: FloatArray, silhouette: float) -> Clusters:
    """Groups numbered by size; of equal ones, the one further left first."""
    size = np.bincount(label, minlength=len(centers))
    order = np.lexsort((centers[:, 1], centers[:, 0], -size))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    return Clusters(number[label], centers[order], silhouette)
