"""The lexicon of tone: words and phrases with what each does to a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from deliberation.voices.folding import fold
from i18n.spanish import lemma

LITTLE_WORDS = frozenset({"me", "te", "se", "nos", "le", "les", "lo", "la", "los", "las", "el"})
"""They come between the words of a phrase and change nothing: "no me pagan"."""
FILE = Path(__file__).parent / "lexicons" / "es.tsv"


class Role(StrEnum):
    """What an entry does to the sentence around it."""

    TONE = "tone"
    SIGN = "sign"
    LACK = "lack"
    WISH = "wish"
    NEGATION = "negation"
    EMPHASIS = "emphasis"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase, folded, and its value: polarity of a tone, factor of an emphasis or a negation."""

    words: tuple[str, ...]
    role: Role
    value: float


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written and as the dictionary has it, both folded."""

    written: str
    lemma: str


@lru_cache(maxsize=50_000)
def token_of(word: str) -> Token:
    """A word in both the forms by which the lexicon may know it."""
    return Token(fold(word), fold(lemma(word)))


class Lexicon:
    """Finds the longest entry that begins at a word, inflected or not."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_first: dict[str, list[Entry]] = {}
        for entry in sorted(entries, key=lambda each: -len(each.words)):
            self._by_first.setdefault(entry.words[0], []).append(entry)

    def entries_in(self, tokens: Sequence[Token]) -> Iterator[tuple[int, Entry]]:
        """Entries with the token where each begins, from left to right, none overlapping."""
        index = 0
        while index < len(tokens):
            entry = self._longest_at(tokens, index)
            if entry is not None:
                yield index, entry
            index += len(entry.words) if entry else 1

    def _longest_at(self, tokens: Sequence[Token], index: int) -> Entry | None:
        first = tokens[index]
        candidates = [*self._by_first.get(first.written, ()), *self._by_first.get(first.lemma, ())]
        fitting = [entry for entry in candidates if _fits(entry, tokens[index : index + len(entry.words)])]
        return max(fitting, key=lambda entry: len(entry.words), default=None)


@cache
def spanish_lexicon() -> Lexicon:
    """Our own lexicon, read once."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    entries = [_entry(line) for line in lines if line and not line.startswith("#")]
    return Lexicon([*entries, *_aliases(entries)])


def _entry(line: str) -> Entry:
    term, role, value = line.split("\t")
    words = tuple(word for word in fold(term).split() if word not in LITTLE_WORDS)
    return Entry(words, Role(role), float(value))


def _aliases(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The same under the dictionary's form where that is another: it has "cansar" for "cansadas"."""
    listed = {entry.words for entry in entries}
    for entry in entries:
        alias = tuple(fold(lemma(word)) for word in entry.words)
        if alias not in listed:
            yield replace(entry, words=alias)


def _fits(entry: Entry, tokens: Sequence[Token]) -> bool:
    if len(tokens) < len(entry.words):
        return False
    return all(word in (token.written, token.lemma) for word, token in zip(entry.words, tokens, strict=True))
