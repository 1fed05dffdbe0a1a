"""Patterns that take bounded time whatever text they meet.

Python tries one way after the other: `^(\\w+ ?)+$`, which is how people write "words", takes longer than a life for a
long text that does not match. Where a pattern leaves open more than one thing, all ways are followed at the same time.

source: Thompson 1968, "Regular expression search algorithm"
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, Final

_parser: Final[Any] = import_module("re._parser")
_names: Final[Any] = import_module("re._constants")

_MOST_STATES: Final = 5_000
_OFTEN: Final = 20
_SPACES: Final = frozenset(" \t\n\r\f\v")
_INSIDE_NOTHING: Final = re.search(r"\B", "") is not None
"""Whether this Python finds `\\B` in an empty text: since 3.14 it does."""

Accepts = Callable[[str], bool]
"""Whether a pattern is found in a text."""

State = tuple[str, Any, tuple[int, ...]]
"""`char` with a test of one character, `at` with a place, `fork`, or `end`; and the states that follow."""


class _Unknown(Exception):
    """A part that cannot be followed so: it looks around, or back at what was found."""


def accepting(pattern: str) -> Accepts:
    """How to find a pattern of Python's dialect, read as ASCII, anywhere in a text. Raises re.error."""
    compiled = re.compile(pattern, re.ASCII)
    tree = _parser.parse(pattern, re.ASCII)
    if _open_ends(tree) > 1 and compiled.flags == re.ASCII:
        try:
            return _Automaton(tree).accepts
        except _Unknown:
            pass
    return lambda text: compiled.search(text) is not None


def _open_ends(tree: Iterable[tuple[Any, Any]]) -> int:
    """How many parts may be repeated as often as one likes, or very often, or be one thing or another."""
    return sum(
        ((operation in _LOOPS and given[1] > _OFTEN) or operation is _names.BRANCH)
        + sum(map(_open_ends, _trees_in(given)))
        for operation, given in tree
    )


def _trees_in(given: Any) -> Iterator[Any]:
    if isinstance(given, _parser.SubPattern):
        yield given
    elif isinstance(given, tuple | list):
        for part in given:
            yield from _trees_in(part)


class _Automaton:
    """All the ways through a pattern."""

    def __init__(self, tree: Any) -> None:
        self._states: list[State] = [("end", None, ())]
        self._start = self._sequence(tree, 0)

    def accepts(self, text: str) -> bool:
        """Whether some way leads to the end, from anywhere in the text."""
        here: set[int] = set()
        for place in range(len(text) + 1):
            if self._follow({*here, self._start}, here := set(), text, place):
                return True
            if place < len(text):
                here = self._step(here, text[place])
        return False

    def _step(self, states: set[int], character: str) -> set[int]:
        found: set[int] = set()
        for number in states:
            kind, test, following = self._states[number]
            if kind == "char" and test(character):
                found.update(following)
        return found

    def _follow(self, starts: set[int], reached: set[int], text: str, place: int) -> bool:
        """Gather all states that are reached without a character; True where the end is one."""
        waiting = list(starts)
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            kind, test, following = self._states[number]
            if kind == "end":
                return True
            if kind == "fork" or (kind == "at" and test(text, place)):
                waiting += following
        return False

    def _add(self, kind: str, test: Any, *following: int) -> int:
        if len(self._states) >= _MOST_STATES:
            raise _Unknown
        self._states.append((kind, test, following))
        return len(self._states) - 1

    def _sequence(self, tree: Any, following: int) -> int:
        for operation, given in reversed(list(tree)):
            following = self._part(operation, given, following)
        return following

    def _part(self, operation: Any, given: Any, following: int) -> int:
        if operation in _LOOPS:
            least, most, repeated = given
            return self._loop(least, most, repeated, following)
        if operation is _names.SUBPATTERN and not (given[1] or given[2]):
            return self._sequence(given[3], following)
        if operation is _names.BRANCH:
            return self._add("fork", None, *[self._sequence(way, following) for way in given[1]])
        if operation is _names.AT and given in _PLACES:
            return self._add("at", _PLACES[given], following)
        return self._add("char", _test(operation, given), following)

    def _loop(self, least: int, most: Any, tree: Any, following: int) -> int:
        start = following
        if most is _names.MAXREPEAT:
            start = self._add("fork", None)
            self._states[start] = "fork", None, (self._sequence(tree, start), following)
        else:
            for _ in range(most - least):
                start = self._add("fork", None, self._sequence(tree, start), following)
        for _ in range(least):
            start = self._sequence(tree, start)
        return start


def _test(operation: Any, given: Any) -> Callable[[str], bool]:
    """A test of one character."""
    match operation:
        case _names.LITERAL:
            return lambda character: ord(character) == given
        case _names.NOT_LITERAL:
            return lambda character: ord(character) != given
        case _names.ANY:
            return lambda character: character != "\n"
        case _names.RANGE:
            return lambda character: given[0] <= ord(character) <= given[1]
        case _names.CATEGORY if given in _CATEGORIES:
            return _CATEGORIES[given]
        case _names.IN:
            negated = given[0][0] is _names.NEGATE
            spans = [part for part in given[negated:] if part[0] in (_names.LITERAL, _names.RANGE)]
            tests = [_test(*part) for part in given[negated:] if part not in spans] + [_within(spans)]
            return lambda character: any(test(character) for test in tests) is not negated
    raise _Unknown


def _within(parts: list[tuple[Any, Any]]) -> Callable[[str], bool]:
    """Whether a character is one of many: `\\p{L}` alone has hundreds of spans."""
    starts: list[int] = []
    ends: list[int] = []
    for low, high in sorted((given, given) if isinstance(given, int) else given for _, given in parts):
        if ends and low <= ends[-1] + 1:
            ends[-1] = max(ends[-1], high)
        else:
            starts.append(low)
            ends.append(high)

    def test(character: str) -> bool:
        place = bisect_right(starts, ord(character)) - 1
        return place >= 0 and ord(character) <= ends[place]

    return test


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def _is_boundary(text: str, place: int) -> bool:
    return (place > 0 and _is_word(text[place - 1])) is not (place < len(text) and _is_word(text[place]))


_LOOPS: Final = frozenset({_names.MAX_REPEAT, _names.MIN_REPEAT})
_CATEGORIES: Final[dict[Any, Callable[[str], bool]]] = {
    _names.CATEGORY_DIGIT: _is_digit,
    _names.CATEGORY_NOT_DIGIT: lambda character: not _is_digit(character),
    _names.CATEGORY_WORD: _is_word,
    _names.CATEGORY_NOT_WORD: lambda character: not _is_word(character),
    _names.CATEGORY_SPACE: lambda character: character in _SPACES,
    _names.CATEGORY_NOT_SPACE: lambda character: character not in _SPACES,
}
_PLACES: Final[dict[Any, Callable[[str, int], bool]]] = {
    _names.AT_BEGINNING: lambda text, place: place == 0,
    _names.AT_BEGINNING_STRING: lambda text, place: place == 0,
    _names.AT_END: lambda text, place: text[place:] in ("", "\n"),
    _names.AT_END_STRING: lambda text, place: place == len(text),
    _names.AT_BOUNDARY: _is_boundary,
    _names.AT_NON_BOUNDARY: lambda text, place: (
        bool(text or _INSIDE_NOTHING) and not _is_boundary(text, place)
    ),
}
