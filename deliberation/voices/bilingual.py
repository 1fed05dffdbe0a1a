"""Kichwa words with the Spanish word they are themed with, so that "yakuta" and "agua" meet."""

import re
from functools import cache, lru_cache
from pathlib import Path

from i18n.kichwa import SUFFIXES, fold

FILE = Path(__file__).parent / "lexicons" / "kichwa.tsv"
HOUSES = re.compile(r"\b(hampi|yacha)(?:na)?\s+(?=wasi)", re.IGNORECASE)
"""What people write as two words and the dictionary as one: "hampi wasi" is the hospital."""
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def in_spanish(word: str) -> str | None:
    """The Spanish dictionary form for an inflected Kichwa word: "yakumanta" gives "agua". None for others."""
    folded = fold(word)
    for end in range(len(folded), _SHORTEST - 1, -1):
        spanish = _lexicon().get(folded[:end])
        if spanish is not None and _is_ending(folded[end:]):
            return spanish
    return None


def join_houses(text: str) -> str:
    """The text with the names of houses in one word, as the lexicon has them."""
    return HOUSES.sub(lambda match: {"hampi": "hampi", "yacha": "yachana"}[match[1].lower()], text)


@cache
def _lexicon() -> dict[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {fold(kichwa): spanish for kichwa, spanish, _ in entries}


@lru_cache(maxsize=20_000)
def _is_ending(rest: str) -> bool:
    """Whether what follows a stem is nothing but suffixes, one after another."""
    return not rest or any(rest.startswith(suffix) and _is_ending(rest[len(suffix) :]) for suffix in SUFFIXES)
