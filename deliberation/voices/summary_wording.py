"""The words of a summary: a template for each rule, in both languages, or what a person made of it.

Whoever words a sentence otherwise, a person or a program, may change everything but what it says: the numbers are
exactly those that were computed. Of a program, which nobody can ask what it meant, also the names and the negations.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from deliberation.voices.folding import fold
from deliberation.voices.redaction import redact
from deliberation.voices.summaries import Frame, Sentence
from deliberation.voices.summary_facts import Told
from i18n.dates import format_number
from i18n.localized import pick
from i18n.translator import Translator

LONGEST = 400
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_COUNTS = frozenset(
    "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta "
    "cincuenta sesenta setenta ochenta noventa cien ciento cientos doscientos mil miles millon mitad tercio tercera "
    "cuarta quinta doble triple docena docenas decena decenas todos todas todo toda ambos ambas mayoria minoria casi "
    "muchos muchas pocos pocas algunos algunas varios varias porcentaje porciento nadie ninguno ninguna ningun "
    "unanime".split()
)
_KICHWA_COUNTS = (
    "ishkay kimsa chusku pichka sukta kanchis pusak iskun chunka pachak waranka hunu chawpi tukuy ashka ashalla achka"
).split()
_BENT = re.compile(
    r"\b(?:mas de|menos de|cerca de|alrededor de|al menos|por lo menos|a lo sumo|hasta|unos|unas|apenas|"
    r"aproximadamente|minimo|maximo)\s+(?:de\s+)?(?:(?:las?|los)\s+)?\d|\d\s*manta\s+yalli"
)
"""A number with a word before it that makes it another: more than 12 is not 12."""
_OF_WHOM = re.compile(
    r"(\d[\d.]*)\s+(?:personas\s+)?(?:de|entre|sobre)\s+(?:las\s+|los\s+|cada\s+)?(\d[\d.]*)"
)
_OUT_OF = re.compile(r"(\d[\d.]*)\s*(?:\w*manta)\s+(\d[\d.]*)")
"""So many of so many, in Spanish; from so many so many, in Kichwa."""
_PERCENT = re.compile(r"%|\bpor ciento\b")
_NEGATIONS = frozenset(
    "no ni nunca jamas tampoco sin nadie ningun ninguno ninguna nada mana ama na manarak".split()
)
_FOREIGN = re.compile(r"[<>{}\[\]\\|]|https?:|www\.|\n")


class Rephraser(Protocol):
    """Suggests other words for a sentence. What it suggests is only ever shown once it was checked."""

    async def suggest(self, task: str, sentence: str) -> str:
        """Other words, or NoSuggestion."""


class NoSuggestion(Exception):
    """Nothing came that could be shown. `why` is unreachable, refused or unreadable."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def computed_words(told: Told, frame: Frame, translator: Translator, language: str) -> str:
    """The sentence as its template says it."""
    about = told.about
    return translator.plural(
        "testimony.says_" + about.rule,
        language,
        told.count,
        of=format_number(told.of),
        theme=_name(frame, about.theme, language),
        group=pick(frame.label(about), language).text,
        word=told.shown or "",
    )


def words_of(sentence: Sentence, frame: Frame, translator: Translator, language: str) -> str:
    """What a reader reads: the words that a person gave it, else those of the template."""
    return sentence.wording.get(language) or computed_words(sentence.told, frame, translator, language)


def names_in(told: Told, frame: Frame, language: str) -> tuple[str, ...]:
    """What the sentence calls by name: its theme, its group, its word."""
    about = told.about
    names = (_name(frame, about.theme, language), pick(frame.label(about), language).text, told.shown or "")
    return tuple(name for name in names if name)


def _name(frame: Frame, theme: int | None, language: str) -> str:
    name = frame.themes.get(theme) if theme is not None else None
    return pick(name, language).text if name else ""


def faults_of_wording(words: str, computed: str, names: tuple[str, ...] = ()) -> list[str]:
    """Why words that a person gives a sentence cannot stand in for it: numbers, personal, length. Empty: they can."""
    return [
        *(["numbers"] if figures(words, names) != figures(computed, names) else []),
        *(["personal"] if _tells_of_somebody(words, names) else []),
        *(["length"] if not 1 <= len(words) <= LONGEST else []),
    ]


def faults_of_suggestion(words: str, computed: str, names: tuple[str, ...]) -> list[str]:
    """The same of a program's words, which must also keep what is called by name, and every no."""
    written, folded = fold(words), [fold(name) for name in names if fold(name) in fold(computed)]
    return [
        *faults_of_wording(words, computed, names),
        *(["names"] if any(name not in written for name in folded) else []),
        *(["negation"] if _negations(words, names) != _negations(computed, names) else []),
        *(["foreign"] if _FOREIGN.search(words) else []),
    ]


def figures(words: str, names: tuple[str, ...] = ()) -> Counter[str]:
    """Every number and every word that says how many, outside of the names."""
    plain = _without(words, names)
    found = Counter(_plain_number(figure) for figure in _FIGURE.findall(plain))
    found.update(sign for sign in plain if unicodedata.category(sign) in ("No", "Nl"))
    found.update("%" for _ in _PERCENT.findall(plain))
    found.update("bent" for _ in _BENT.findall(plain))
    found.update("turned" for _ in _turned(plain))
    found.update(word for word in _WORD.findall(plain) if word in _COUNTS)
    found.update(stem for word in _WORD.findall(plain) for stem in _kichwa_counts(word))
    return found


def _plain_number(figure: str) -> str:
    """1.234 is 1234; 2,5 stays apart from 25."""
    return re.sub(r"\.(?=\d{3}(?:\D|$))", "", figure)


def _turned(plain: str) -> Iterator[tuple[int, int]]:
    """A part that is larger than its whole: whoever worded it took one number for the other."""
    pairs = [*_OF_WHOM.findall(plain), *((part, whole) for whole, part in _OUT_OF.findall(plain))]
    for part, whole in pairs:
        counted, of = (int(_plain_number(figure).rstrip(".")) for figure in (part, whole))
        if counted > of:
            yield counted, of


def _kichwa_counts(word: str) -> Iterator[str]:
    return (stem for stem in _KICHWA_COUNTS if word.startswith(stem))


def _negations(words: str, names: tuple[str, ...]) -> Counter[str]:
    return Counter(word for word in _WORD.findall(_without(words, names)) if word in _NEGATIONS)


def _without(words: str, names: tuple[str, ...]) -> str:
    """Folded, and without what is called by name: a theme may be called "Los dos puentes"."""
    plain = fold(words)
    for name in sorted(map(fold, names), key=len, reverse=True):
        plain = plain.replace(name, " ")
    return plain


def _tells_of_somebody(words: str, names: tuple[str, ...]) -> bool:
    plain = words
    for name in names:
        plain = plain.replace(name, " ")
    return bool(redact(plain).found)
