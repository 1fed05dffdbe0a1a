"""The words that set one group of answers apart from the rest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deliberation.voices.content_words import content_words
from i18n.language import Language, detect

PRIOR_WORDS = 100.0
CLEARLY_MORE = 1.0
"""The z-score from which a word is called telling; only positive contrasts are of use to a reader."""


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word in its most common form, how many people used it, and by how much they differ from the rest."""

    word: str
    people: int
    contrast: float


def telling_words(
    answers: Iterable[str], rest: Iterable[str], language: Language, *, threshold: int, limit: int = 10
) -> tuple[TellingWord, ...]:
    """What `answers` speak of more than `rest`, the most telling first. One text a person, already redacted.

    Only texts in `language` count, and only words that at least `threshold` people used. Where there is no
    rest to compare with, the words that most people used.
    """
    here, forms = _people_per_word(answers, language)
    there, _ = _people_per_word(rest, language)
    vocabulary = sorted(here | there)
    if not here or not vocabulary:
        return ()
    counts = np.array([[each[word] for word in vocabulary] for each in (here, there)], dtype=float)
    contrasts = log_odds(counts) if there else counts[0]
    found = [
        TellingWord(_commonest(forms[word]), here[word], round(float(contrast), 3))
        for word, contrast in zip(vocabulary, contrasts, strict=True)
        if here[word] >= threshold and contrast >= CLEARLY_MORE
    ]
    return tuple(sorted(found, key=lambda each: (-each.contrast, each.word))[:limit])


def one_text_a_person(said: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What each person wrote in one text, each language apart: (person, text) in, for `telling_words` to count.

    Who answers five questions is one person, however often they say a word.
    """
    together: dict[tuple[str, str], list[str]] = {}
    for person, text in said:
        together.setdefault((person, detect(text)), []).append(text)
    return tuple("\n".join(texts) for texts in together.values())


def log_odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much more often each word is used in the first group than in the second, in standard deviations.

    counts:  (2, words) uses of each word in the group and in the rest, 0 or more; each group has some use
    returns: (words,) z-scores of the log-odds ratio, 0 where both groups use a word alike; rare words stay
             near 0, because the prior is the common share of the word times PRIOR_WORDS
    source:  Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political Analysis 16(4), section 3.5.1:
             the weighted log-odds ratio with an informative Dirichlet prior
    """
    together = counts.sum(axis=0)
    prior = PRIOR_WORDS * together / together.sum()
    smoothed = counts + prior
    others = smoothed.sum(axis=1, keepdims=True) - smoothed
    first, second = np.log(smoothed / others)
    deviation: NDArray[np.float64] = np.sqrt((1 / smoothed).sum(axis=0))
    z: NDArray[np.float64] = (first - second) / deviation
    return z


def _people_per_word(
    texts: Iterable[str], language: Language
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """How many texts hold each word, however often, and in which forms."""
    people: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        if detect(text) != language:
            continue
        used = list(content_words(text, language))
        people.update({word.counted_as for word in used})
        for word in used:
            forms.setdefault(word.counted_as, Counter())[word.written] += 1
    return people, forms


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
