"""Texts that fit a regular expression, made by walking through it."""

import importlib
import re
import string
from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Any

_parser: Any = importlib.import_module("re._parser")
"""The reader of the standard library; it has no public name since Python 3.11."""

MOST_LETTERS = 400
MOST_MORE = 3
"""How much more than the least a repetition is made."""

_PLAIN = string.ascii_letters + string.digits
_CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_WORD": _PLAIN,
    "CATEGORY_NOT_WORD": " .-",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": _PLAIN,
}
_PROPERTY = re.compile(r"\\p\{\w+\}|\\P\{\w+\}")
_NAMED = re.compile(r"\(\?<(?=[A-Za-z])")


def text_fitting(pattern: str, chance: Random) -> str | None:
    """A text in which the pattern is found; None where there is no telling how. What looks ahead is not heeded."""
    try:
        made = _sequence(_tree(pattern), chance, {})
    except (re.error, RecursionError, OverflowError):
        return None
    return made if len(made) <= MOST_LETTERS else None


@lru_cache(maxsize=256)
def _tree(pattern: str) -> Any:
    return _parser.parse(_NAMED.sub("(?P<", _PROPERTY.sub("a", pattern)), re.ASCII)


def _sequence(items: Iterable[tuple[Any, Any]], chance: Random, groups: dict[int, str]) -> str:
    made = ""
    for sign, given in items:
        made += _one(str(sign), given, chance, groups)
        if len(made) > MOST_LETTERS:
            break
    return made


def _one(sign: str, given: Any, chance: Random, groups: dict[int, str]) -> str:
    match sign:
        case "LITERAL":
            return chr(given)
        case "NOT_LITERAL":
            return next(letter for letter in _PLAIN if letter != chr(given))
        case "ANY":
            return chance.choice(_PLAIN)
        case "IN":
            return _one_of(given, chance)
        case "BRANCH":
            return _sequence(chance.choice(given[1]), chance, groups)
        case "SUBPATTERN":
            made = _sequence(given[3], chance, groups)
            groups[given[0]] = made
            return made
        case "ATOMIC_GROUP":
            return _sequence(given, chance, groups)
        case "GROUPREF":
            return groups.get(given, "")
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inside = int(given[0]), int(given[1]), given[2]
            times = chance.randint(least, max(least, min(most, least + MOST_MORE)))
            return "".join(_sequence(inside, chance, groups) for _ in range(min(times, MOST_LETTERS)))
    return ""


def _one_of(options: list[tuple[Any, Any]], chance: Random) -> str:
    if str(options[0][0]) == "NEGATE":
        refused = {letter for option in options[1:] for letter in _letters(option)}
        return next((letter for letter in _PLAIN + " .-" if letter not in refused), "~")
    return chance.choice(_letters(chance.choice(options)) or "a")


def _letters(option: tuple[Any, Any]) -> str:
    sign, given = str(option[0]), option[1]
    if sign == "RANGE":
        return "".join(map(chr, range(given[0], min(given[1], given[0] + 127) + 1)))
    return chr(given) if sign == "LITERAL" else _CATEGORIES.get(str(given), "")
