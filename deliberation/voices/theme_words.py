"""The words by which an answer is themed: the same for both languages, and the fields of life they point to."""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from deliberation.voices.bilingual import in_spanish, join_houses
from deliberation.voices.content_words import COVERED, ContentWord, content_words, written_words
from deliberation.voices.folding import fold
from i18n.language import Language, language_of
from i18n.spanish import lemma

FILE = Path(__file__).parent / "lexicons" / "fields.tsv"


def theme_words(text: str, language: Language) -> Iterator[ContentWord]:
    """The content words of a redacted answer; a Kichwa word of the lexicon counts as its Spanish one.

    In a mixed answer each word is read in its own language. None in any other language.
    """
    if language is Language.SPANISH:
        yield from content_words(text, language)
    elif language is Language.KICHWA:
        for word in content_words(join_houses(text), language):
            yield _counted(word)
    elif language is Language.MIXED:
        for written in written_words(join_houses(COVERED.sub(" ", text))):
            yield from _in_mixed(written)


def field_of(counted_as: str) -> str | None:
    """The field of life that a counted word points to: "medicina" to "health"."""
    return _fields().get(counted_as)


def _in_mixed(written: str) -> Iterator[ContentWord]:
    language = Language.KICHWA if in_spanish(written) else language_of(written)
    for word in content_words(written, language):
        yield _counted(word) if language is Language.KICHWA else word


@lru_cache(maxsize=50_000)
def _counted(word: ContentWord) -> ContentWord:
    spanish = in_spanish(word.written)
    return ContentWord(word.written, fold(lemma(spanish))) if spanish else word


@cache
def _fields() -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            field, words = line.split("\t")
            for word in words.split():
                fields.setdefault(fold(lemma(word)), field)
                fields.setdefault(fold(word), field)
    return fields
