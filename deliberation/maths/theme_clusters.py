"""Groups of short texts that speak of the same, from the words they use. Pure: sparse weights in, labels out."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int_]

DIMENSIONS = 100
NEIGHBOURS, SHARE_OF_NEIGHBOURS, ROUNDS = 20, 0.8, 3
STARTS, STEPS = 10, 50
FEWEST_CLUSTERS, MOST_CLUSTERS, TEXTS_A_CLUSTER = 3, 16, 8
ENOUGH = 0.95
"""How near to the clearest division one of fewer clusters may be and still be preferred: it is read sooner."""


def latent_axes(weights: csr_matrix) -> FloatArray:
    """The directions in which texts differ most in their words.

    weights: (texts, features) TF-IDF
    returns: (features, d) with d at most DIMENSIONS and less than both sides of `weights`
    source:  Deerwester et al. 1990, "Indexing by latent semantic analysis"
    """
    from sklearn.utils.extmath import randomized_svd  # slow to load, and large

    size = min(DIMENSIONS, min(weights.shape) - 1)
    if size < 1:
        return np.ones((weights.shape[1], 1), dtype=np.float32)
    _, _, rows = randomized_svd(weights, size, random_state=0)
    return np.ascontiguousarray(rows.T, dtype=np.float32)


def placed(weights: csr_matrix, axes: FloatArray) -> FloatArray:
    """Each text as a direction: (texts, d) of unit length, 0 for a text without any feature."""
    return unit(np.asarray(weights @ axes, dtype=np.float32))


def unit(rows: FloatArray) -> FloatArray:
    """Rows of unit length; a row of 0 stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def drawn_together(places: FloatArray, meanings: FloatArray | None = None) -> FloatArray:
    """Each text moved towards those most like it: a short text says too little by itself.

    places:   (texts, d) of unit length
    meanings: (texts, e) of unit length, another view of the same texts, which then counts as much
    returns:  (texts, d) of unit length, or (texts, d + e) where there are meanings
    source:   diffusion over the graph of nearest neighbours, as in Zhou et al. 2003, "Learning with local and
              global consistency", with the text's own place kept in each round
    """
    texts = len(places)
    if meanings is not None:
        places = unit(np.hstack([places, unit(meanings - meanings.mean(axis=0))]))
    near = min(NEIGHBOURS, texts - 1)
    if near < 1:
        return places
    likeness = np.clip(places @ places.T, 0, None)
    np.fill_diagonal(likeness, 0)
    nearest = np.argpartition(-likeness, near - 1, axis=1)[:, :near]
    rows = np.repeat(np.arange(texts), near)
    columns = nearest.ravel()
    graph = csr_matrix((likeness[rows, columns], (rows, columns)), shape=(texts, texts))
    graph = graph.maximum(graph.T).tocsr()
    degree = np.asarray(graph.sum(axis=1)).ravel()
    graph = csr_matrix(graph.multiply(1 / np.where(degree > 0, degree, 1)[:, None]))
    moved = places
    for _ in range(ROUNDS):
        moved = SHARE_OF_NEIGHBOURS * (graph @ moved) + (1 - SHARE_OF_NEIGHBOURS) * places
    return unit(moved)


def best_number(places: FloatArray) -> int:
    """How many clusters: the fewest, from FEWEST_CLUSTERS on, that are nearly as distinct as the most distinct ones.

    At most MOST_CLUSTERS, which a person can still name, and one for every TEXTS_A_CLUSTER texts.
    """
    most = min(MOST_CLUSTERS, len(places) // TEXTS_A_CLUSTER)
    if most <= FEWEST_CLUSTERS:
        return max(1, min(most, len(places)))
    clear = {
        number: distinctness(places, clustered(places, number, starts=4))
        for number in range(FEWEST_CLUSTERS, most + 1)
    }
    enough = ENOUGH * max(clear.values())
    return next(number for number, value in clear.items() if value >= enough)


def clustered(places: FloatArray, clusters: int, starts: int = STARTS) -> IntArray:
    """Labels 0.. of the best of several starts: k-means on directions, the same for the same rows in the same order.

    source: Dhillon and Modha 2001, "Concept decompositions"; starts as in Arthur and Vassilvitskii 2007, "k-means++"
    """
    chance = np.random.default_rng(0)
    best, closest = np.zeros(len(places), dtype=np.int_), -np.inf
    for _ in range(starts):
        middles = _spread_out(places, clusters, chance)
        labels = (places @ middles.T).argmax(axis=1)
        for _ in range(STEPS):
            middles = centres(places, labels, middles)
            moved = (places @ middles.T).argmax(axis=1)
            if np.array_equal(moved, labels):
                break
            labels = moved
        closeness = float(np.einsum("ij,ij->", places, middles[labels]))
        if closeness > closest:
            best, closest = labels, closeness
    return best


def _spread_out(places: FloatArray, clusters: int, chance: np.random.Generator) -> FloatArray:
    """Rows to begin with, each drawn the more likely the further it is from those before."""
    chosen = [int(chance.integers(len(places)))]
    distance = np.full(len(places), np.inf)
    while len(chosen) < clusters:
        distance = np.minimum(distance, np.clip(1 - places @ places[chosen[-1]], 0, None))
        total = np.cumsum(distance, dtype=float)
        chosen.append(
            min(int(np.searchsorted(total, chance.random() * total[-1], side="right")), len(places) - 1)
        )
    return places[chosen]


def centres(places: FloatArray, labels: IntArray, empty: FloatArray) -> FloatArray:
    """The mean direction of each cluster; one that has nobody stays where `empty` has it. (clusters, d)"""
    member = csr_matrix(
        (np.ones(len(labels), np.float32), labels, np.arange(len(labels) + 1)),
        shape=(len(labels), len(empty)),
    )
    sums = np.asarray(member.T @ places)
    return np.where(np.bincount(labels, minlength=len(empty))[:, None] > 0, unit(sums), empty)


def distinctness(places: FloatArray, labels: IntArray) -> float:
    """How much nearer texts are to their own centre than to the next one, -1..1: the simplified silhouette.

    source: Hruschka et al. 2004, "Evolutionary search for optimal fuzzy c-means clustering", with cosine distance
    """
    none = np.zeros((labels.max() + 1, places.shape[1]), np.float32)
    distances = 1 - places @ centres(places, labels, none).T
    own = distances[np.arange(len(places)), labels]
    distances[np.arange(len(places)), labels] = np.inf
    other = distances.min(axis=1)
    widest = np.maximum(own, other)
    return float(np.mean((other - own) / np.where(widest > 0, widest, 1)))
