"""What an answer does: says a need, asks, proposes, tells what happened, thanks. By rules that anybody can read.

Each rule that fits adds its weight; the kind with the most is taken. Where no rule fits the answer is `OTHER`: the
rules abstain, and a person reads it. A kind is for counting answers together, never for judging one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

from deliberation.voices.folding import fold
from i18n import kichwa
from i18n.language import Language


class Kind(StrEnum):
    """What an answer can be."""

    NEED = "need"
    REQUEST = "request"
    PROPOSAL = "proposal"
    EXPERIENCE = "experience"
    THANKS = "thanks"
    OTHER = "other"


Rules = Sequence[tuple[Kind, float, re.Pattern[str]]]

PRECEDENCE = (Kind.PROPOSAL, Kind.REQUEST, Kind.EXPERIENCE, Kind.NEED, Kind.THANKS)
"""Which of two kinds with equal weight is taken: an answer that proposes mostly says a need as well."""
FILE = Path(__file__).parent / "lexicons" / "kinds.tsv"
WHOM = "(?:nos|me|les|le|lo|la|los|las|se)"


def kind_of(text: str, language: Language) -> Kind:
    """The kind of a Spanish, Kichwa or mixed answer; `OTHER` where the rules abstain, as in any other language."""
    weights: Counter[Kind] = Counter()
    if language in (Language.SPANISH, Language.MIXED):
        weights.update(_weights(fold(text), _rules(Language.SPANISH)))
    if language in (Language.KICHWA, Language.MIXED):
        weights.update(_weights(kichwa.fold(text), _rules(Language.KICHWA)))
    if not weights:
        return Kind.OTHER
    return max(PRECEDENCE, key=lambda kind: (weights[kind], -PRECEDENCE.index(kind)))


def _weights(folded: str, rules: Rules) -> dict[Kind, float]:
    weights: dict[Kind, float] = {}
    for kind, weight, pattern in rules:
        if pattern.search(folded):
            weights[kind] = weights.get(kind, 0.0) + weight
    return weights


@cache
def _rules(language: Language) -> Rules:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        (Kind(kind), float(weight), re.compile(pattern.replace("WHOM", WHOM)))
        for kind, its_language, weight, pattern in rows
        if its_language == language
    ]
