"""Answers in which somebody may be in danger: found by word lists, to be seen by a person at once.

They are pointed out one by one and never counted in a chart. A list finds too many rather than too few: whether
there is danger is for the person to judge who reads the answer.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from deliberation.voices.folding import fold
from deliberation.voices.phrases import Phrases
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
WHOM = "(?:me|nos|le|les|la|las|lo|los|te)"


def dangers_in(text: str, language: Language) -> tuple[Danger, ...]:
    """What an answer may point to. Where the language is not sure both lists are read: a mistake costs too much."""
    found = _lists(Language.SPANISH).found_in(fold(text))
    if language is not Language.SPANISH:
        found |= _lists(Language.KICHWA).found_in(kichwa.fold(text))
    return tuple(danger for danger in Danger if danger in found)


@cache
def _lists(language: Language) -> Phrases[Danger]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return Phrases(
        (Danger(danger), pattern.replace("WHOM", WHOM))
        for danger, its_language, pattern in rows
        if its_language == language
    )
