"""What an answer does: says a need, asks, proposes, tells what happened, thanks. By rules that anybody can read.

Each rule that fits adds its weight; the kind with the most is taken. Where no rule fits the answer is `OTHER`: the
rules abstain, and a person reads it. A kind is for counting answers together, never for judging one.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from deliberation.voices.folding import fold
from deliberation.voices.phrases import Phrases
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


Rule = tuple[int, Kind, float]
"""The number of a rule, what it speaks for, and how much that weighs."""

PRECEDENCE = (Kind.PROPOSAL, Kind.REQUEST, Kind.EXPERIENCE, Kind.NEED, Kind.THANKS)
"""Which of two kinds with equal weight is taken: an answer that proposes mostly says a need as well."""
FILE = Path(__file__).parent / "lexicons" / "kinds.tsv"
WHOM = "(?:nos|me|les|le|lo|la|los|las|se)"


def kind_of(text: str, language: Language) -> Kind:
    """The kind of a Spanish, Kichwa or mixed answer; `OTHER` where the rules abstain, as in any other language."""
    fitting: list[Rule] = []
    if language in (Language.SPANISH, Language.MIXED):
        fitting += _rules(Language.SPANISH).found_in(fold(text))
    if language in (Language.KICHWA, Language.MIXED):
        fitting += _rules(Language.KICHWA).found_in(kichwa.fold(text))
    if not fitting:
        return Kind.OTHER
    weights = dict.fromkeys(PRECEDENCE, 0.0)
    for _, kind, weight in fitting:
        weights[kind] += weight
    return max(PRECEDENCE, key=lambda kind: (weights[kind], -PRECEDENCE.index(kind)))


@cache
def _rules(language: Language) -> Phrases[Rule]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return Phrases(
        ((number, Kind(kind), float(weight)), pattern.replace("WHOM", WHOM))
        for number, (kind, its_language, weight, pattern) in enumerate(rows)
        if its_language == language
    )
