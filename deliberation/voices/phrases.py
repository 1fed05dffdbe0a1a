"""Many patterns looked for at once: each is tried only where a word begins as it may begin.

A pattern by itself is tried at every letter. An answer has some fifteen words, and most begin no pattern at all.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

Key = TypeVar("Key")
Branch = tuple[Key, re.Pattern[str]]

_WORD = re.compile(r"\w+")
_FIRST = "^"
_BEGINS_A_WORD = re.compile(r"(?:\(\?<!\w+ ?\))*\\b")
"""Also after what must not stand before it: "(?<!no )\\b"."""
_PLAIN = re.compile(r"(?:[^\W\d_](?![?*+{]))*")
"""Letters that are surely there."""


class Phrases(Generic[Key]):
    """Patterns, each with what it stands for; several may stand for the same."""

    def __init__(self, patterns: Iterable[tuple[Key, str]]) -> None:
        self._begun: list[tuple[str, Branch[Key]]] = []
        self._first: list[Branch[Key]] = []
        self._anywhere: list[Branch[Key]] = []
        for key, pattern in patterns:
            for branch in _branches(pattern):
                self._add(branch, (key, re.compile(branch)))
        self._begun_by = lru_cache(maxsize=50_000)(self._find_begun_by)

    def found_in(self, text: str) -> set[Key]:
        """What the patterns stand for that match somewhere in the text."""
        found: set[Key] = set()
        for key, pattern in self._first:
            if key not in found and pattern.match(text):
                found.add(key)
        begun_by = self._begun_by
        for word in _WORD.finditer(text):
            for key, pattern in begun_by(word[0]):
                if key not in found and pattern.match(text, word.start()):
                    found.add(key)
        for key, pattern in self._anywhere:
            if key not in found and pattern.search(text):
                found.add(key)
        return found

    def _add(self, branch: str, compiled: Branch[Key]) -> None:
        of_word = _BEGINS_A_WORD.match(branch)
        begins = set(_beginnings(branch[of_word.end() :])) if of_word else {""}
        if branch.startswith(_FIRST):
            self._first.append(compiled)
        elif "" in begins:
            self._anywhere.append(compiled)
        else:
            self._begun += [(begin, compiled) for begin in sorted(begins)]

    def _find_begun_by(self, word: str) -> tuple[Branch[Key], ...]:
        return tuple(dict.fromkeys(branch for begin, branch in self._begun if word.startswith(begin)))


def _beginnings(pattern: str) -> Iterator[str]:
    """The letters that what matches begins with, one of these; "" where it may begin with anything."""
    for branch in _branches(pattern):
        plain = "".join(_PLAIN.findall(branch)[:1])
        if plain or not branch.startswith("(?:"):
            yield plain
            continue
        end = _closing(branch)
        yield from _beginnings(branch[len("(?:") : end])
        if branch[end + 1 :].startswith("?"):
            yield from _beginnings(branch[end + 2 :])
        elif branch[end + 1 :].startswith(("*", "{")):
            yield ""


def _closing(pattern: str) -> int:
    """Where the bracket is closed that the pattern begins with."""
    depth = 0
    for at, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at
    raise re.error("a bracket is not closed", pattern)


def _branches(pattern: str) -> Iterator[str]:
    """What stands between the bars that are in no bracket."""
    start = depth = 0
    for at, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]
