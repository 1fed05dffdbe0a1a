"""Functions of numbers. None of them raises: where mathematics has no answer, it is NaN or infinite."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.nodes import Nodes
from surveys.xpath.values import Value, as_numbers, to_number


def number(frame: Frame, value: Value) -> float:
    return float(to_number(value, frame.run.zone))


def total(frame: Frame, nodes: Nodes) -> float:
    return sum(as_numbers(nodes, frame.run.zone), start=0.0)


def smallest(frame: Frame, *values: Value) -> float:
    return _extreme(min, values, frame)


def largest(frame: Frame, *values: Value) -> float:
    return _extreme(max, values, frame)


def _extreme(pick: Callable[[list[float]], float], values: tuple[Value, ...], frame: Frame) -> float:
    numbers = [found for value in values for found in as_numbers(value, frame.run.zone)]
    if not numbers or any(map(math.isnan, numbers)):
        return math.nan
    return float(pick(numbers))


def floor(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def ceiling(value: float) -> float:
    return float(math.ceil(value)) if math.isfinite(value) else value


def whole(value: float) -> float:
    """`int`: towards zero."""
    return float(math.trunc(value)) if math.isfinite(value) else value


def rounded(value: float, places: float = 0.0) -> float:
    """To so many decimal places (tens and hundreds with -1 and -2), halves away from zero."""
    if not (math.isfinite(value) and math.isfinite(places)):
        return value if math.isfinite(places) else math.nan
    scale = math.pow(10.0, min(abs(_half_up(places)), 300.0))
    if places > 0:
        return _half_up(value * scale) / scale if math.isfinite(value * scale) else value
    return _half_up(value / scale) * scale


def _half_up(value: float) -> float:
    below = float(math.floor(abs(value)))
    return math.copysign(below + 1 if abs(value) - below >= 0.5 else below, value)


def power(base: float, exponent: float) -> float:
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan  # what Java and JavaScript say; C says 1
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def logarithm(value: float) -> float:
    return _logarithm(math.log, value)


def logarithm_10(value: float) -> float:
    return _logarithm(math.log10, value)


def _logarithm(call: Callable[[float], float], value: float) -> float:
    return -math.inf if value == 0 else _defined(call, value)


def exponential(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def exponential_10(value: float) -> float:
    return power(10.0, value)


def square_root(value: float) -> float:
    return _defined(math.sqrt, value)


def sine(value: float) -> float:
    return _defined(math.sin, value)


def cosine(value: float) -> float:
    return _defined(math.cos, value)


def tangent(value: float) -> float:
    return _defined(math.tan, value)


def arc_sine(value: float) -> float:
    return _defined(math.asin, value)


def arc_cosine(value: float) -> float:
    return _defined(math.acos, value)


def arc_tangent(value: float) -> float:
    return math.atan(value)


def arc_tangent_2(y: float, x: float) -> float:
    return math.atan2(y, x)


def absolute(value: float) -> float:
    return abs(value)


def pi() -> float:
    return math.pi


def random(frame: Frame) -> float:
    return frame.run.scope.random.random()


def _defined(call: Callable[[float], float], value: float) -> float:
    try:
        return call(value)
    except ValueError:
        return math.nan


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": absolute,
    "acos": arc_cosine,
    "asin": arc_sine,
    "atan": arc_tangent,
    "atan2": arc_tangent_2,
    "ceiling": ceiling,
    "cos": cosine,
    "exp": exponential,
    "exp10": exponential_10,
    "floor": floor,
    "int": whole,
    "log": logarithm,
    "log10": logarithm_10,
    "max": largest,
    "min": smallest,
    "number": number,
    "pi": pi,
    "pow": power,
    "random": random,
    "round": rounded,
    "sin": sine,
    "sqrt": square_root,
    "sum": total,
    "tan": tangent,
}
