"""Functions of text."""

import math
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from surveys.xpath.errors import ExpressionError
from surveys.xpath.frame import Frame
from surveys.xpath.patterns import Accepts, accepting
from surveys.xpath.values import Value, as_text

_PROPERTY: Final = re.compile(r"\\([pP])\{(?:Is)?(\w+)\}")


def string(text: str) -> str:
    return text


def concat(frame: Frame, *values: Value) -> str:
    """All the texts in a row; every node of a node-set counts."""
    zone = frame.run.zone
    return "".join([value if isinstance(value, str) else "".join(as_text(value, zone)) for value in values])


def join(frame: Frame, separator: str, *values: Value) -> str:
    return separator.join(text for value in values for text in as_text(value, frame.run.zone))


def starts_with(text: str, start: str) -> bool:
    return text.startswith(start)


def ends_with(text: str, end: str) -> bool:
    return text.endswith(end)


def contains(text: str, part: str) -> bool:
    return part in text


def substring_before(text: str, mark: str) -> str:
    before, found, _ = text.partition(mark) if mark else ("", "", "")
    return before if found else ""


def substring_after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def substring(text: str, start: float, length: float | None = None) -> str:
    """XPath's own: the first character is number 1, and both numbers are rounded."""
    first = _nearest(start)
    end = len(text) + 1.0 if length is None else first + _nearest(length)
    if not first < end:
        return ""
    return text[int(max(first, 1)) - 1 : int(min(end, len(text) + 1)) - 1] if first <= len(text) else ""


def _nearest(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


def substr(text: str, start: float, end: float | None = None) -> str:
    """ODK's: from zero, up to but without `end`; negative numbers count from the end."""
    return text[_index(start, len(text)) : len(text) if end is None else _index(end, len(text))]


def _index(number: float, length: int) -> int:
    return 0 if math.isnan(number) else int(max(-length, min(number, length)))


def string_length(text: str) -> float:
    """In UTF-16 units, as every other ODK client counts."""
    return float(len(text) + sum(character > "\uffff" for character in text))


def normalize_space(text: str) -> str:
    return " ".join(re.split(r"[ \t\r\n]+", text.strip(" \t\r\n")))


def translate(text: str, old: str, new: str) -> str:
    table: dict[int, int | None] = {}
    for at, character in enumerate(old):
        table.setdefault(ord(character), ord(new[at]) if at < len(new) else None)
    return text.translate(table)


def upper_case(text: str) -> str:
    return text.upper()


def lower_case(text: str) -> str:
    return text.lower()


def regex(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in the text. Raises ExpressionError `bad_pattern`."""
    return _pattern(pattern)(text)


@lru_cache(maxsize=512)
def _pattern(written: str) -> Accepts:
    """Authors write for Java and JavaScript: `\\d` is 0-9, `$` is the very end, `\\p{L}` is any letter."""
    translated = _PROPERTY.sub(lambda found: _characters(written, found), written)
    translated = re.sub(r"(?<!\\)((?:\\\\)*)\(\?<(?=[A-Za-z])", r"\1(?P<", translated)
    translated = re.sub(r"(?<!\\)((?:\\\\)*)\$$", r"\1\\Z", translated)
    try:
        return accepting(translated)
    except (re.error, OverflowError, RecursionError):
        raise ExpressionError("bad_pattern", pattern=written) from None


def _characters(written: str, found: re.Match[str]) -> str:
    """The characters of a Unicode property; inside brackets as they are, elsewhere in brackets of their own."""
    before = written[: found.start()]
    bracketed = before.count("[") - before.count("\\[") > before.count("]") - before.count("\\]")
    members = _property_members(found[2])
    if bracketed and found[1] == "p":
        return members
    return f"[{'^' if found[1] == 'P' else ''}{members}]"


@lru_cache(maxsize=16)
def _property_members(name: str) -> str:
    prefix = {"Alphabetic": "L", "Letter": "L", "Uppercase": "Lu", "Lowercase": "Ll", "Digit": "Nd"}.get(
        name, name
    )
    members = [code for code in range(sys.maxunicode) if unicodedata.category(chr(code)).startswith(prefix)]
    if not members:
        raise ExpressionError("bad_pattern", pattern=f"\\p{{{name}}}")
    runs = (list(run) for _, run in groupby(enumerate(members), lambda pair: pair[1] - pair[0]))
    return "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "concat": concat,
    "contains": contains,
    "ends-with": ends_with,
    "join": join,
    "lower-case": lower_case,
    "normalize-space": normalize_space,
    "regex": regex,
    "starts-with": starts_with,
    "string": string,
    "string-length": string_length,
    "substr": substr,
    "substring": substring,
    "substring-after": substring_after,
    "substring-before": substring_before,
    "translate": translate,
    "upper-case": upper_case,
}
