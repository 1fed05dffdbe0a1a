"""Themes of many answers, suggested: which speak of the same, and in which words. A person names and changes them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from deliberation.maths.theme_clusters import (
    FloatArray,
    IntArray,
    best_number,
    centres,
    clustered,
    drawn_together,
    latent_axes,
    placed,
)
from deliberation.maths.threads import one_thread
from deliberation.voices.content_words import ContentWord
from deliberation.voices.keywords import CLEARLY_MORE, log_odds
from deliberation.voices.meaning import Meaning
from deliberation.voices.theme_vectors import KINDS, Kind, Weighing, Words

LEARNT_FROM = 4000
"""Different answers that themes are made from; of more, as many are drawn, and the others go to the nearest theme."""
AT_ONCE = 10_000
WORDS_OF_A_LABEL, WORDS_OF_A_THEME = 3, 10
FEWEST_PEOPLE = 2
SAYS_NO_THEME = frozenset(
    """
    ayudar ayuda barrio buen bueno cosa dar deber decir falta faltar favor forma gracia gracias gente gustar
    haber hacer hay ir mejor mejorar mucho necesidad necesitar ojala parecer pedir persona poder poner problema
    pronto proponer propuesta querer saber seguir ser sitio solicitar tener tiempo ver vez vivir zona
    chari iya kan kawsa muna mutsu mutsuri rura tiya usha illa mana nin nish riku chura
    """.split()
)
"""What is said of every theme: that something is lacking, wanted, good."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Answers that speak of the same: their places in what was handed in, the most typical first.

    closeness: how near each member is to the middle of the theme, at most 1
    """

    label: str
    words: tuple[str, ...]
    members: tuple[int, ...]
    closeness: tuple[float, ...] = ()


def suggest_themes(
    answers: Sequence[Sequence[ContentWord]],
    number: int | None = None,
    meaning: Meaning | None = None,
    *,
    kinds: Sequence[Kind] = KINDS,
) -> list[Theme]:
    """Themes, the largest first; an answer without a word that tells is in none.

    answers:  the theme words of each answer
    number:   how many themes; None lets the answers decide
    meaning:  vectors of sentences where a model for them is installed
    kinds:    what is looked at in a word

    Neither the order of the answers nor the number of cores changes which answers are together.
    """
    words = [tuple(sorted(_telling(answer))) for answer in answers]
    different = sorted({each for each in words if each}, key=_drawn_by)
    if not different:
        return []
    with one_thread():
        themes = _Themes(different[:LEARNT_FROM], number, meaning, kinds)
        label, closeness = _assigned(themes, words)
    groups = [np.flatnonzero(label == each) for each in range(label.max() + 1)]
    ranked = sorted(
        (group[np.lexsort((_rank(words, group), -closeness[group]))] for group in groups if len(group)),
        key=lambda group: (-len(group), words[group[0]]),
    )
    return [
        replace(theme, closeness=tuple(closeness[list(theme.members)].round(3).tolist()))
        for theme in _labelled(ranked, answers)
    ]


def words_of_groups(
    groups: Sequence[Sequence[int]], answers: Sequence[Sequence[ContentWord]]
) -> list[tuple[str, ...]]:
    """The words by which each of some groups of answers differs from the others, whoever made the groups."""
    places = [np.asarray(group, dtype=np.int_) for group in groups]
    return [theme.words for theme in _labelled(places, answers)]


class _Themes:
    """Themes as they were learnt: where in the space of words each stands."""

    def __init__(
        self, different: Sequence[Words], number: int | None, meaning: Meaning | None, kinds: Sequence[Kind]
    ) -> None:
        self._weigh = Weighing(different, kinds)
        weights = self._weigh(different)
        self._axes = latent_axes(weights)
        places = placed(weights, self._axes)
        together = drawn_together(
            places, meaning([" ".join(each) for each in different]) if meaning else None
        )
        count = min(number or best_number(together), len(different))
        label = clustered(together, count)
        self._middles = centres(places, label, np.zeros((count, places.shape[1]), np.float32))
        self._learnt = dict(zip(different, label.tolist(), strict=True))

    def __call__(self, words: Sequence[Words]) -> tuple[IntArray, FloatArray]:
        """The theme of each, -1 for none, and how close it is to the middle of it."""
        near = placed(self._weigh(words), self._axes) @ self._middles.T
        nearest = near.argmax(axis=1)
        label = np.array([self._learnt.get(each, at) for each, at in zip(words, nearest, strict=True)])
        label[~near.any(axis=1)] = -1
        return label, near[np.arange(len(words)), np.maximum(label, 0)]


def _assigned(themes: _Themes, words: Sequence[Words]) -> tuple[IntArray, FloatArray]:
    parts = [themes(words[at : at + AT_ONCE]) for at in range(0, len(words), AT_ONCE)]
    return np.concatenate([each for each, _ in parts]), np.concatenate([each for _, each in parts])


def _telling(answer: Sequence[ContentWord]) -> Iterator[str]:
    return (word.counted_as for word in answer if word.counted_as not in SAYS_NO_THEME)


def _drawn_by(words: Words) -> bytes:
    """An order that has nothing to do with what is said nor with who came first."""
    return sha256(" ".join(words).encode()).digest()


def _rank(words: Sequence[Words], group: IntArray) -> IntArray:
    """The place of each among the sorted: which of two as typical comes first must not hang on the order of rows."""
    order = {each: at for at, each in enumerate(sorted({words[member] for member in group}))}
    return np.array([order[words[member]] for member in group])


def _labelled(groups: Sequence[IntArray], answers: Sequence[Sequence[ContentWord]]) -> Iterator[Theme]:
    forms: list[dict[str, Counter[str]]] = [_forms(answers, group) for group in groups]
    people = [{word: sum(written.values()) for word, written in each.items()} for each in forms]
    vocabulary = sorted({word for each in people for word in each})
    column = {word: at for at, word in enumerate(vocabulary)}
    counts = np.zeros((len(groups), len(vocabulary)))
    for row, each in enumerate(people):
        for word, used in each.items():
            counts[row, column[word]] = used
    for row, group in enumerate(groups):
        told = [_commonest(forms[row][vocabulary[at]]) for at in _contrasting(counts, row)]
        words = tuple(dict.fromkeys(told))
        yield Theme(", ".join(words[:WORDS_OF_A_LABEL]), words[:WORDS_OF_A_THEME], tuple(group.tolist()))


def _contrasting(counts: np.ndarray, row: int) -> list[int]:
    """Columns of the words a theme uses more than the others do; of what it uses most where none stands out."""
    if not counts[row].any():
        return []
    rest = counts.sum(axis=0) - counts[row]
    z = log_odds(np.stack([counts[row], rest])) if rest.any() else counts[row]
    used = counts[row] >= min(FEWEST_PEOPLE, counts[row].max())
    clear = np.flatnonzero(used & (z >= CLEARLY_MORE))
    chosen, by = (clear, z) if len(clear) else (np.flatnonzero(used), counts[row])
    return sorted(chosen.tolist(), key=lambda at: (-by[at], at))[: WORDS_OF_A_THEME + WORDS_OF_A_LABEL]


def _forms(answers: Sequence[Sequence[ContentWord]], group: IntArray) -> dict[str, Counter[str]]:
    """How many people of a theme used each word, by the form in which they wrote it."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for member in group:
        for counted_as, written in {word.counted_as: word.written for word in answers[member]}.items():
            if counted_as not in SAYS_NO_THEME:
                forms[counted_as][written] += 1
    return dict(forms)


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
