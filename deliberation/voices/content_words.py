"""The words of an answer that say what it is about, each with the form it is counted under."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from deliberation.voices.folding import fold
from i18n import kichwa, spanish
from i18n.language import KICHWA_WORDS, Language

COVERED = re.compile(r"\[[^\]\n]*\]")
"""What redaction put in the place of a personal detail says nothing of the theme."""
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class ContentWord:
    """A word as written, in lower case, and its Spanish lemma or Kichwa stem."""

    written: str
    counted_as: str


def content_words(text: str, language: Language) -> Iterator[ContentWord]:
    """The words of a redacted Spanish or Kichwa text that are not function words; else none."""
    reduce = _REDUCTIONS.get(language)
    return filter(None, map(reduce, written_words(text))) if reduce else iter(())


def written_words(text: str) -> Iterator[str]:
    """The words in lower case, without what stands for a covered detail."""
    return map(str.lower, spanish.words(COVERED.sub(" ", text)))


@lru_cache(maxsize=50_000)
def _lemma(written: str) -> ContentWord | None:
    lemma = spanish.lemma(written)
    empty = written in spanish.stopwords() or lemma in spanish.stopwords() - spanish.THEME_WORDS
    return None if empty or len(written) < SHORTEST else ContentWord(written, fold(lemma))


@lru_cache(maxsize=50_000)
def _stem(written: str) -> ContentWord | None:
    empty = kichwa.respell(written) in KICHWA_WORDS or len(written) < SHORTEST
    return None if empty else ContentWord(written, kichwa.stem(written))


_REDUCTIONS: dict[Language, Callable[[str], ContentWord | None]] = {
    Language.SPANISH: _lemma,
    Language.KICHWA: _stem,
}
