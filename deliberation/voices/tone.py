"""The tone of Spanish answers, told only of many together: how many sound positive, neutral, negative.

It abstains where it knows no word, and never reads Kichwa: no lexicon was made with speakers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from i18n.language import Language, detect

LEANING = 0.15
"""From this polarity on a text counts as leaning to a side."""


class Leaning(StrEnum):
    """To which side a text leans; unsure where no word of it is known."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Tone:
    """How many answers sound how; `unread` are those not in Spanish, which a person reads."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    unsure: int = 0
    unread: int = 0


def tone_of(texts: Iterable[str]) -> Tone:
    """The tone of many answers together. What one person's answer sounds like is never kept or shown."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts[leaning_of(text) if detect(text) == Language.SPANISH else "unread"] += 1
    return Tone(**counts)


def leaning_of(text: str) -> Leaning:
    """What one Spanish text sounds like: to add up, or to find a quote that says otherwise; never shown."""
    reading = _blobber()(text).sentiment
    if not reading.known:
        return Leaning.UNSURE
    if abs(reading.polarity) < LEANING:
        return Leaning.NEUTRAL
    return Leaning.POSITIVE if reading.polarity > 0 else Leaning.NEGATIVE


@cache
def _blobber() -> Any:
    """Loaded on the first answer that is read: it takes a second and 120 MB."""
    from textblob import Blobber

    from deliberation.voices.civic_analyzer import CivicAnalyzer, SpanishTokenizer

    return Blobber(tokenizer=SpanishTokenizer(), analyzer=CivicAnalyzer())
