"""Answers as weights of what they say: their words, pieces of these, and the fields of life they point to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from deliberation.voices.theme_words import field_of

Words = tuple[str, ...]
"""The counted forms of an answer's content words."""

PIECES = range(3, 6)
FEWEST_ANSWERS = 2
MOST_COMMON = 0.3
"""A word that more than this share of many answers holds tells none of them apart."""
MANY = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to take a word: what it gives, and how much that weighs."""

    features: Callable[[str], Iterable[str]]
    weight: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of the features of one kind: the columns that a word has, and how rare each is."""

    columns_of: Callable[[str], Sequence[int]]
    rarity: NDArray[np.float64]


def word_and_field(word: str) -> Iterable[str]:
    """A word, and the field of life it points to as if that had been said too: it counts the less the more is said."""
    field = field_of(word)
    return (word, f"#{field}") if field else (word,)


def pieces_of(word: str) -> Iterable[str]:
    """Runs of letters, with the ends of the word marked: what "arriendo" and "arrendador" share."""
    marked = f" {word} "
    return {marked[at : at + size] for size in PIECES for at in range(len(marked) - size + 1)}


KINDS = (Kind(word_and_field, 1.0), Kind(pieces_of, 0.7))


class Weighing:
    """Weighs answers as those are weighed that it was made from: TF-IDF, each kind of feature by itself."""

    def __init__(self, answers: Sequence[Words], kinds: Sequence[Kind] = KINDS) -> None:
        words, counts = _counted(answers)
        self._kinds = kinds
        self._learnt = [_learn(words, counts, kind) for kind in kinds]

    def __call__(self, answers: Sequence[Words]) -> csr_matrix:
        """(answers, features): each kind of unit length times its weight, 0 where nothing of an answer is known."""
        words, counts = _counted(answers)
        blocks = [
            kind.weight * _weighed(words, counts, learnt)
            for kind, learnt in zip(self._kinds, self._learnt, strict=True)
        ]
        return csr_matrix(hstack(blocks, format="csr"), dtype=np.float32)


def _counted(answers: Sequence[Words]) -> tuple[list[str], csr_matrix]:
    """The words in their own order, and (answers, words): how often each is used."""
    words = sorted({word for answer in answers for word in answer})
    column = {word: at for at, word in enumerate(words)}
    indices = [column[word] for answer in answers for word in answer]
    starts = np.concatenate([[0], np.cumsum([len(answer) for answer in answers], dtype=np.int64)])
    ones = np.ones(len(indices))
    counts = csr_matrix((ones, indices, starts), shape=(len(answers), len(words)))
    counts.sum_duplicates()
    return words, counts


def _columns_of(kind: Kind, columns: Mapping[str, int]) -> Callable[[str], Sequence[int]]:
    """The columns of what a word gives, of what has one. Most words come again, and it takes longest."""

    @lru_cache(maxsize=20_000)
    def columns_of(word: str) -> Sequence[int]:
        return sorted(columns[each] for each in kind.features(word) if each in columns)

    return columns_of


def _features(words: Sequence[str], columns_of: Callable[[str], Sequence[int]], columns: int) -> csr_matrix:
    """(words, columns): which features each word gives, of those that have a column."""
    given = list(map(columns_of, words))
    starts = np.concatenate([[0], np.cumsum([len(each) for each in given], dtype=np.int64)])
    indices = [column for each in given for column in each]
    return csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(words), columns))


def _learn(words: Sequence[str], counts: csr_matrix, kind: Kind) -> Learnt:
    answers = counts.shape[0]
    every = {each: at for at, each in enumerate(sorted({f for word in words for f in kind.features(word)}))}
    features = _features(words, _columns_of(kind, every), len(every))
    holding = np.asarray(((counts @ features) > 0).sum(axis=0)).ravel()
    most = MOST_COMMON * answers if answers >= MANY else answers
    fewest = FEWEST_ANSWERS if answers >= MANY else 1
    kept = [(each, at) for each, at in every.items() if fewest <= holding[at] <= most]
    rarity = np.log((1 + answers) / (1 + holding[[at for _, at in kept]])) + 1 if kept else np.zeros(0)
    return Learnt(_columns_of(kind, {each: column for column, (each, _) in enumerate(kept)}), rarity)


def _weighed(words: Sequence[str], counts: csr_matrix, learnt: Learnt) -> csr_matrix:
    block = csr_matrix(counts @ _features(words, learnt.columns_of, len(learnt.rarity)))
    block.data = (1 + np.log(block.data)) * learnt.rarity[block.indices]
    lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
    block.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(block.indptr))
    return block
