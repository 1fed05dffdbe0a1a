"""Answers in which somebody may be in danger: found by word lists, to be seen by a person at once.

They are pointed out one by one and never counted in a chart. A list finds too many rather than too few: whether
there is danger is for the person to judge who reads the answer.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from deliberation.voices.folding import fold
from i18n import kichwa
from i18n.language import Language


class Danger(StrEnum):
    """What the words of an answer may point to."""

    VIOLENCE = "violence"
    TRAFFICKING = "trafficking"
    THREATS = "threats"
    SELF_HARM = "self_harm"
    CHILDREN_ALONE = "children_alone"


FILE = Path(__file__).parent / "lexicons" / "protection.tsv"
BEGINS = r"\b"
WHOM = "(?:me|nos|le|les|la|las|lo|los|te)"


def dangers_in(text: str, language: Language) -> tuple[Danger, ...]:
    """What an answer may point to. Where the language is not sure both lists are read: a mistake costs too much."""
    found = set(_found(fold(text), Language.SPANISH))
    if language is not Language.SPANISH:
        found |= set(_found(kichwa.fold(text), Language.KICHWA))
    return tuple(danger for danger in Danger if danger in found)


def _found(folded: str, language: Language) -> Iterator[Danger]:
    return (danger for danger, pattern in _lists(language).items() if pattern.search(folded))


@cache
def _lists(language: Language) -> dict[Danger, re.Pattern[str]]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {
        danger: _compiled(
            pattern.replace("WHOM", WHOM)
            for its_danger, its_language, pattern in rows
            if (its_danger, its_language) == (danger, language)
        )
        for danger in Danger
    }


def _compiled(patterns: Iterable[str]) -> re.Pattern[str]:
    """All of them in one, and what begins a word tried at the beginnings of words only: it takes half the time."""
    branches = [branch for pattern in patterns for branch in _branches(pattern)]
    of_words = [branch.removeprefix(BEGINS) for branch in branches if branch.startswith(BEGINS)]
    others = [branch for branch in branches if not branch.startswith(BEGINS)]
    return re.compile("|".join([*others, *([f"{BEGINS}(?:{'|'.join(of_words)})"] if of_words else [])]))


def _branches(pattern: str) -> Iterator[str]:
    """What stands between the bars that are in no bracket."""
    start = depth = 0
    for at, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]
