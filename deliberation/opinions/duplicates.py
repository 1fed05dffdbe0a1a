"""Statements that may say the same: suggested to whoever moderates, never merged by themselves. Pure.

Two texts of one language are compared by the words that carry their meaning, in their dictionary form, and by the
triples of letters of these words, which forgive a slip of the pen. Who says the contrary uses almost the same words:
a denial, or one of two opposites, that stands on one side alone halves the score. What is said in quite other words
is not found.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from deliberation.voices.content_words import COVERED, content_words
from deliberation.voices.folding import fold
from i18n import kichwa, spanish
from i18n.language import Language
from i18n.localized import Localized

LEAST = 0.65
"""The score from which on two texts are shown side by side. Measured in tests/deliberation/opinions."""
_CONTRARY = 0.5
"""What is left of the score of two texts of which one denies."""
_ADDED = 0.25
"""How much a word counts that only the longer text has: to add something is less than to name another thing."""
_SAME_WORD = 0.6
_LANGUAGES = (Language.SPANISH, Language.KICHWA)

_DENIALS = {
    Language.SPANISH: frozenset("no nunca jamas tampoco sin ni nadie ningun ninguna ninguno".split()),
    Language.KICHWA: frozenset("mana ama manapash mananchik".split()),
}
_FRAMES = {
    Language.SPANISH: frozenset(
        "necesitar querer deber faltar pedir poder tener haber falta necesidad".split()
    ),
    Language.KICHWA: frozenset("minishti muna tiya kana pishi illa".split()),
}
"""How one asks for something, whatever it is."""
_OPPOSITES = {
    Language.SPANISH: (
        ("mas", "menos"), ("subir", "bajar"), ("abrir", "cerrar"), ("permitir", "prohibir"),
        ("aumentar", "reducir"), ("gratis", "pagar"), ("nuevo", "viejo"), ("antes", "despues"),
    ),
    Language.KICHWA: (
        ("ashtawan", "asha"), ("paskana", "wichkana"), ("paska", "wichka"), ("mushuk", "mawka"),
        ("hatun", "uchilla"), ("yapa", "pishi"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """A statement that may say the same.

    score     0…1, 1: the same words
    language  in which both were read
    shared    the words of the new one that the other has as well, as they are written
    contrary  one of the two denies, or says the opposite
    """

    key: int
    score: float
    language: str
    shared: tuple[str, ...]
    contrary: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is compared of a text. The words by the form they are counted under."""

    words: Mapping[str, str]
    triples: Mapping[str, int]
    denies: bool
    opposites: frozenset[str]


def find_near(text: Localized, others: Mapping[int, Localized], *, limit: int = 3) -> list[Near]:
    """The statements that come nearest to a text, the nearest first; none below LEAST."""
    found = [near for key, other in others.items() if (near := compare(text, other, key)).score >= LEAST]
    return sorted(found, key=lambda near: (-near.score, near.key))[:limit]


def compare(text: Localized, other: Localized, key: int = 0) -> Near:
    """How near two statements are, in the language in which they are nearest. 0 where they share no language."""
    best = Near(key, 0.0, "", (), contrary=False)
    for language in _LANGUAGES:
        mine, theirs = text.get(language, ""), other.get(language, "")
        if mine.strip() and theirs.strip():
            near = _compared(key, language, _read(mine, language), _read(theirs, language))
            best = max(best, near, key=lambda each: each.score)
    return best


def _compared(key: int, language: Language, mine: _Reading, theirs: _Reading) -> Near:
    shared = _shared(mine.words, theirs.words)
    alone = len(mine.words) - len(shared), len(theirs.words) - len(set(shared.values()))
    words = len(shared) / (len(shared) + max(0, min(alone)) + max(alone) * _ADDED) if shared else 0.0
    score = (words + _cosine(mine.triples, theirs.triples)) / 2
    contrary = mine.denies != theirs.denies or _opposed(mine, theirs, language)
    written = tuple(mine.words[word] for word in mine.words if word in shared)
    return Near(key, score * (_CONTRARY if contrary else 1), language.value, written, contrary)


def _shared(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """The words of one that the other has as well, and which: the same, or one that is written almost like it."""
    shared = {word: word for word in mine if word in theirs}
    for word in mine:
        alike = [other for other in theirs if other not in shared.values() and _alike(word, other)]
        if word not in shared and alike:
            shared[word] = alike[0]
    return shared


def _alike(word: str, other: str) -> bool:
    """Of one root, or a slip of the pen: "trabajar" and "trabajadora"."""
    one, two = set(_triples(word)), set(_triples(other))
    return 2 * len(one & two) >= _SAME_WORD * (len(one) + len(two))


def _triples(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _opposed(mine: _Reading, theirs: _Reading, language: Language) -> bool:
    """One has the one word of a pair and not the other, and the other the contrary."""
    return any(
        len(pair & mine.opposites) == len(pair & theirs.opposites) == 1
        and pair & mine.opposites != pair & theirs.opposites
        for pair in map(frozenset, _OPPOSITES[language])
    )


def _cosine(mine: Mapping[str, int], theirs: Mapping[str, int]) -> float:
    product = sum(count * theirs.get(triple, 0) for triple, count in mine.items())
    lengths = sum(count**2 for count in mine.values()) * sum(count**2 for count in theirs.values())
    return product / sqrt(lengths) if product else 0.0


@lru_cache(maxsize=4096)
def _read(text: str, language: Language) -> _Reading:
    """Every statement is compared with every new one: it is read once."""
    bare = COVERED.sub(" ", text)
    plain = [_plain(word, language) for word in spanish.words(bare)]
    words: dict[str, str] = {}
    for word in content_words(bare, language):
        if word.counted_as not in _FRAMES[language]:
            words.setdefault(word.counted_as, word.written)
    triples = Counter(triple for word in words for triple in _triples(word))
    forms = {*plain, *words}
    opposites = {word for pair in _OPPOSITES[language] for word in pair if word in forms}
    return _Reading(words, triples, bool(_DENIALS[language] & set(plain)), frozenset(opposites))


def _plain(word: str, language: Language) -> str:
    return fold(word) if language is Language.SPANISH else kichwa.fold(word)
