"""Spanish text: words, sentences, lemmas, and sentences too long to be plain."""

import re
from functools import lru_cache

import simplemma
import stopwordsiso

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BREAK = re.compile(r"[.!?…][\"'»”)\]]*\s+(?=[\"'«“(\[¿¡]*[A-ZÁÉÍÓÚÑ¿¡0-9])|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«])(?:[A-Z]|av|art|aprox|cap|cía|dr|dra|dres|etc|ej|fig|ing|lic|lcda|lcdo|núm|nro|no|pág|págs|prof"
    r"|prov|sr|sra|sres|srta|tel|ud|uds|vs)\.$",
    re.IGNORECASE,
)

THEME_WORDS = frozenset({"ayuda", "empleo", "estado", "lugar", "trabaja", "trabajan", "trabajar", "trabajo"})
"""Words that lists of stop words hold, but that say what an answer is about."""


def words(text: str) -> list[str]:
    """The words as written, without numbers and signs."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences as written. A full stop after an abbreviation or an initial does not end one."""
    found: list[str] = []
    begun = ""
    for part in _split_keeping_breaks(text):
        begun += part
        if begun.endswith("\n") or not _abbreviated(begun.rstrip(" ")):
            found.append(begun.strip())
            begun = ""
    return [sentence for sentence in [*found, begun.strip()] if sentence]


def long_sentences(text: str, limit: int = 20) -> list[str]:
    """The sentences of more than `limit` words: too long for plain Spanish."""
    return [sentence for sentence in sentences(text) if len(words(sentence)) > limit]


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """Dictionary form in lower case: "necesitamos" gives "necesitar". The first call loads a dictionary."""
    return simplemma.lemmatize(word.lower(), lang="es").lower()


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Words that carry no theme of their own, in lower case, with and without accents."""
    return frozenset(stopwordsiso.stopwords("es")) - THEME_WORDS


def _abbreviated(text: str) -> bool:
    return text.endswith((".", ".\n")) and _ABBREVIATION.search(text) is not None


def _split_keeping_breaks(text: str) -> list[str]:
    """Pieces up to each possible end of a sentence, the white space that follows it included."""
    ends = [match.end() for match in _BREAK.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
