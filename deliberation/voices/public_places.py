"""Names of public places that hold a person's name: García Moreno is a parish before it is anybody."""

import re
from functools import cache
from pathlib import Path

from deliberation.voices.folding import fold

LIST = Path(__file__).parent / "lexicons" / "places.txt"


def is_public_place(text: str) -> bool:
    """Whether the text is the name of a public place and nothing more."""
    return fold(text).strip() in _names()


def public_spans(folded: str) -> list[tuple[int, int]]:
    """Where public places are named in a folded text."""
    return [match.span() for match in _pattern().finditer(folded)]


@cache
def _names() -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_names(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
