"""TextBlob for civic answers in Spanish: its own classes with a tokenizer, a lexicon and a window for negation.

Importing this loads TextBlob and all that NLTK brings along, 120 MB: `deliberation.voices.tone` does it when it must.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from textblob.base import CONTINUOUS, BaseSentimentAnalyzer, BaseTokenizer

from deliberation.voices.lexicon import LITTLE_WORDS, Entry, Role, Token, spanish_lexicon, token_of

TOKEN = re.compile(
    r":-?[()D]|:'\(|<3|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[.,;:!?¿¡…()\n]|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
CLAUSE_ENDS = frozenset(".;:!?¿¡\n…()") | {"pero", "aunque", "sino", "porque"}
REACH = 4
"""How many words after a negation or a lack it still bears on, within the clause."""
EMPHASIS_REACH = 2
LACK = -0.5
RELIEF = 0.3
"""That something bad is missing: "sin miedo", "no hay peligro"."""
DENIED_BAD = -0.5
"""What is left of a bad word that is denied: "no es malo" is not praise."""
NOWHERE = -99


@dataclass(frozen=True, slots=True)
class Reading:
    """Polarity of one text in -1..1, and how many of its words the lexicon knew."""

    polarity: float
    known: int


class SpanishTokenizer(BaseTokenizer):  # type: ignore[misc]
    """Words, emoticons and the signs that end a clause. NLTK's own needs a corpus and knows no "¿"."""

    def tokenize(self, text: str) -> list[str]:
        """Everything that the analyzer may know, in order."""
        return TOKEN.findall(text)


class CivicAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]
    """Reads polarity clause by clause. A complaint often holds no bad word: "no hay médico" says a lack."""

    kind = CONTINUOUS

    def analyze(self, text: str) -> Reading:
        """Polarity as the mean of what is felt; 0 where nothing is."""
        values = [value for clause in _clauses(text) for value in _values_of(clause)]
        felt = [value for value in values if value]
        return Reading(sum(felt) / len(felt) if felt else 0.0, known=len(values))


@dataclass(slots=True)
class Clause:
    """What has been said so far in a clause, and where the words stand that bear on the next ones."""

    values: list[float] = field(default_factory=list)
    lack: int = NOWHERE
    negation: int = NOWHERE
    emphasis: int = NOWHERE
    factor: float = 1.0
    denial: float = 1.0
    wished: bool = False

    def hear(self, index: int, entry: Entry) -> None:
        """Take in the next entry of the lexicon."""
        match entry.role:
            case Role.NEGATION:
                self.negation, self.denial = index, entry.value
            case Role.EMPHASIS:
                self.emphasis, self.factor = index, entry.value
            case Role.WISH:
                self.wished = True
                self.values.append(0.0)
            case Role.LACK:
                self.values.append(RELIEF if index - self.negation <= REACH else LACK)
                self.lack = index
            case Role.TONE | Role.SIGN:
                self._feel(index, entry.value)

    def _feel(self, index: int, value: float) -> None:
        if value and index - self.lack <= REACH:
            if value < 0:
                self.values[-1] = RELIEF
            return
        if index - self.negation <= REACH:
            value *= DENIED_BAD if value < 0 else self.denial
        elif self.wished and value > 0:
            value = 0.0
        if index - self.emphasis <= EMPHASIS_REACH:
            value = max(-1.0, min(1.0, value * self.factor))
        self.values.append(value)


def _values_of(tokens: Sequence[Token]) -> list[float]:
    clause = Clause()
    for index, entry in spanish_lexicon().entries_in(tokens):
        clause.hear(index, entry)
    return clause.values


def _clauses(text: str) -> Iterator[list[Token]]:
    clause: list[Token] = []
    for word in SpanishTokenizer().tokenize(text):
        if word.lower() in CLAUSE_ENDS:
            yield clause
            clause = []
        elif (token := token_of(word)).written not in LITTLE_WORDS:
            clause.append(token)
    yield clause
