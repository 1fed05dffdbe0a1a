"""What an expression yields, and how one kind becomes another: XPath 1.0, where dates count as numbers."""

import math
import re
from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal
from typing import Final

from surveys.xpath.moments import Days, Moment, days, parse_moment, write_moment
from surveys.xpath.nodes import Nodes, text_of

Value = bool | float | str | Nodes

_EXACT_INTEGERS: Final = 2.0**53

_NUMBER: Final = re.compile(r"[ \t\r\n]*(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[ \t\r\n]*", re.ASCII)


def to_boolean(value: Value) -> bool:
    """A number is true unless 0 or NaN, a text or a node-set unless empty, a date unless it is none."""
    if isinstance(value, float):
        return (value != 0 or isinstance(value, Moment)) and not math.isnan(value)
    return bool(value)


def to_number(value: Value, zone: tzinfo) -> float:
    """A date, or text that is one, is its number of days; text that is no number is NaN."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return number_in(value, zone)
    if isinstance(value, list):
        return number_in(text_of(value[0]), zone) if value else math.nan
    return 1.0 if value else 0.0


def number_in(text: str, zone: tzinfo) -> float:
    """The number, or the moment, that a text writes; NaN when it writes neither."""
    if text.isdigit() and text.isascii():
        return float(text)
    if found := _NUMBER.fullmatch(text):
        return float(found[1])
    moment = parse_moment(text, zone) if len(text) >= len("2026-1-1") else None
    return math.nan if moment is None else moment


def to_text(value: Value, zone: tzinfo) -> str:
    """The first node's text; a number without needless digits; a date as ODK writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    if isinstance(value, float):
        return write_moment(value, zone) if isinstance(value, Moment) else write_number(value)
    return "true" if value else "false"


def write_number(number: float) -> str:
    """A number as XPath writes it: never with an exponent, whole numbers without a point."""
    if number.is_integer() and abs(number) < _EXACT_INTEGERS:
        return str(int(number))
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    written = repr(float(number))
    return format(Decimal(written), "f") if "e" in written else written


def as_text(value: Value, zone: tzinfo) -> list[str]:
    """One text for each node of a node-set, or the one text of anything else."""
    return [text_of(node) for node in value] if isinstance(value, list) else [to_text(value, zone)]


def as_numbers(value: Value, zone: tzinfo) -> list[float]:
    """One number for each node of a node-set, or the one number of anything else."""
    if isinstance(value, list):
        return [number_in(text_of(node), zone) for node in value]
    return [to_number(value, zone)]


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`=`: with a node-set, whether any of its nodes is equal."""
    return _compare(left, right, zone, wanted=True)


def unequal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`!=`: with a node-set, whether any of its nodes differs; so not the contrary of `=`."""
    return _compare(left, right, zone, wanted=False)


def alike(text: str, other: str, zone: tzinfo) -> bool:
    """Whether two texts are equal: letter by letter or, where both are dates, as points in time."""
    if text == other:
        return True
    if text[4:5] != "-" or other[4:5] != "-":
        return False
    moment = parse_moment(text, zone)
    return moment is not None and moment == parse_moment(other, zone)


def _compare(left: Value, right: Value, zone: tzinfo, *, wanted: bool) -> bool:
    if isinstance(left, list):
        return _compare_nodes(left, right, zone, wanted=wanted)
    if isinstance(right, list):
        return _compare_nodes(right, left, zone, wanted=wanted)
    if isinstance(left, bool) or isinstance(right, bool):
        return (to_boolean(left) is to_boolean(right)) is wanted
    if isinstance(left, float) or isinstance(right, float):
        return (to_number(left, zone) == to_number(right, zone)) is wanted
    return alike(left, right, zone) is wanted


def _compare_nodes(nodes: Nodes, other: Value, zone: tzinfo, *, wanted: bool) -> bool:
    if isinstance(other, bool):
        return (bool(nodes) is other) is wanted
    if isinstance(other, float):
        return any((number_in(text_of(node), zone) == other) is wanted for node in nodes)
    others = as_text(other, zone)
    return any(alike(text_of(node), text, zone) is wanted for node in nodes for text in others)


def ordered(left: Value, right: Value, zone: tzinfo, holds: Callable[[float, float], bool]) -> bool:
    """`<`, `<=`, `>`, `>=` between numbers and dates; with a node-set, whether it holds for any node."""
    rights = as_numbers(right, zone)
    return any(holds(number, other) for number in as_numbers(left, zone) for other in rights)


def add(left: float, right: float) -> float:
    """A sum; with a date, days to the millisecond."""
    total = left + right
    return days(total) if isinstance(left, Days) or isinstance(right, Days) else total


def subtract(left: float, right: float) -> float:
    """A difference; with a date, days to the millisecond."""
    rest = left - right
    return days(rest) if isinstance(left, Days) or isinstance(right, Days) else rest


def divide(left: float, right: float) -> float:
    """IEEE 754 division: nothing raises."""
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def modulo(left: float, right: float) -> float:
    """The remainder with the sign of the dividend; NaN where there is none."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return math.nan
