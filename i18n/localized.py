"""Content that an organiser wrote in more than one language: questions, decisions, assemblies."""

from collections.abc import Mapping
from typing import NamedTuple

Localized = Mapping[str, str]

SOURCE = "es"


class Picked(NamedTuple):
    """The text that was found, and whether it is in another language than the one asked for."""

    text: str
    fell_back: bool


def pick(localized: Localized, language: str, otherwise: str = SOURCE) -> Picked:
    """The text in the reader's language, else in the author's main one, else in the first language that has one.

    Empty only where no language has a text at all.
    """
    for candidate in (language, otherwise, SOURCE, *localized):
        if text := localized.get(candidate, "").strip():
            return Picked(text, candidate != language)
    return Picked("", False)
