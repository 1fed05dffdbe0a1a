"""How long people take to read, decide, type and tap, on a telephone, where school was short.

Assumed, for want of measurements in the province:

- reading: 45 to 150 words a minute in Spanish, most often 90. Below 45 nothing is understood (Abadzi 2011, "Reading
  fluency measurements in EFA FTI partner countries"); practised adults read 218 (Trauzettel-Klosinski and Dietz 2012,
  "Standardized assessment of reading performance: the new international reading speed texts");
- Kichwa words are long, for a word is built with its endings. The same source finds that readers of Finnish, built
  likewise, read 161 words where readers of Spanish read 218: the same letters a minute, three words for four;
- typing: 30 to 100 letters a minute, a sixth to a half of the 36 words (180 letters) of practised people on
  telephones (Palin and others 2019, "How do people type on mobile devices?");
- what was read before is skimmed at three times the speed; time away does not count.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random

SLOWEST, FASTEST, USUAL = 45.0, 150.0, 90.0
SKIMMING = 3.0
WORDS_FOR_WORDS = {"qu": 161 / 218}
"""Words of a language that are read in the time of one Spanish word."""

TAP_SECONDS = 2.0
LOCATE_SECONDS = 15.0
FILE_SECONDS = 25.0
MOST_CHOICES_READ = 12
"""Nobody reads a long list to its end: they type what they look for."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick one person is."""

    words_per_minute: float
    letters_per_minute: float
    decides_in: float

    def reading(self, words: int, language: str, *, again: bool) -> float:
        """Seconds to read so many words of a language."""
        speed = self.words_per_minute * WORDS_FOR_WORDS.get(language, 1.0) * (SKIMMING if again else 1.0)
        return 60.0 * words / speed

    def typing(self, text: str) -> float:
        """Seconds to write a text and send it."""
        return 60.0 * len(text) / self.letters_per_minute + TAP_SECONDS


def draw_pace(chance: Random) -> Pace:
    """Somebody's pace. Who reads slowly mostly types slowly, too."""
    words = chance.triangular(SLOWEST, FASTEST, USUAL)
    share = (words - SLOWEST) / (FASTEST - SLOWEST)
    letters = 30.0 + 70.0 * (0.7 * share + 0.3 * chance.random())
    return Pace(words, letters, decides_in=chance.uniform(2.0, 8.0))


@lru_cache(maxsize=20_000)
def count_words(text: str) -> int:
    """Words of a text, numbers included."""
    return len(_WORD.findall(text))
