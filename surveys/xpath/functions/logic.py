"""Functions that decide: truth, choice between values, checklists."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.nodes import text_of
from surveys.xpath.values import Value, as_numbers, to_boolean, to_text


def boolean(value: bool) -> bool:
    return value


def negation(value: bool) -> bool:
    return not value


def true() -> bool:
    return True


def false() -> bool:
    return False


def boolean_from_string(text: str) -> bool:
    return text in ("1", "true")


def choice(condition: bool, yes: Value, no: Value) -> Value:
    """`if`. The compiler evaluates only the branch that is taken; this is what it promises."""
    return yes if condition else no


def coalesce(frame: Frame, *values: Value) -> str:
    """The first text that is not empty."""
    texts = (to_text(value, frame.run.zone) for value in values)
    return next((text for text in texts if text), "")


def once(frame: Frame, value: Value) -> str:
    """What the question already holds; the value where it is still empty."""
    return text_of(frame.node) or to_text(value, frame.run.zone)


def checklist(least: float, most: float, *answers: Value) -> bool:
    """Whether the number of true answers is between the two; -1 is no limit."""
    return _within(least, most, sum(sum(_truths(answer)) for answer in answers))


def weighted_checklist(frame: Frame, least: float, most: float, *pairs: Value) -> bool:
    """Whether the weights of the true answers add up to something between the two; -1 is no limit."""
    truths: list[bool] = []
    weights: list[float] = []
    for answer, weight in zip(pairs[::2], pairs[1::2], strict=False):
        truths += _truths(answer)
        weights += [0.0 if math.isnan(found) else found for found in as_numbers(weight, frame.run.zone)]
    return _within(least, most, sum(weight for truth, weight in zip(truths, weights, strict=False) if truth))


def _truths(answer: Value) -> list[bool]:
    """In a checklist a node counts when something is written in it."""
    if isinstance(answer, list):
        return [bool(text_of(node).strip()) for node in answer]
    return [to_boolean(answer)]


def _within(least: float, most: float, total: float) -> bool:
    return (least < 0 or total >= least) and (most < 0 or total <= most)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "boolean": boolean,
    "boolean-from-string": boolean_from_string,
    "checklist": checklist,
    "coalesce": coalesce,
    "false": false,
    "if": choice,
    "not": negation,
    "once": once,
    "true": true,
    "weighted-checklist": weighted_checklist,
}
