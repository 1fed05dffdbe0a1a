"""Compiled operators. Where the kinds of the operands are known beforehand, the closure is the shorter one."""

import operator
from collections.abc import Callable
from typing import Any, Final

from surveys.xpath import values
from surveys.xpath.compiled import Compiled
from surveys.xpath.frame import Frame
from surveys.xpath.nodes import Nodes, in_document_order, text_of
from surveys.xpath.signatures import Kind

_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": values.add,
    "-": values.subtract,
    "*": operator.mul,
    "div": values.divide,
    "mod": values.modulo,
}
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_EQUALITY: Final[dict[str, Callable[[Any, Any], bool]]] = {"=": operator.eq, "!=": operator.ne}


def operation(sign: str, left: Compiled, right: Compiled) -> Compiled:
    """Two operands and the operator between them."""
    if sign == "|":
        return _union(left, right)
    if sign in _ARITHMETIC:
        return _arithmetic(_ARITHMETIC[sign], left, right)
    if sign in _EQUALITY:
        return _equality(sign, left, right)
    return _order(sign, left, right)


def negation(operand: Compiled) -> Compiled:
    """`-x`."""
    number = operand.number()
    return Compiled(lambda frame: -number(frame), Kind.NUMBER)


def junction(word: str, terms: tuple[Compiled, ...]) -> Compiled:
    """`and`, `or`: the terms are taken in turn, and no further than is needed."""
    truths = tuple(term.boolean() for term in terms)
    stops_at = word == "or"
    if len(truths) == 2:
        first, second = truths
        if stops_at:
            return Compiled(lambda frame: first(frame) or second(frame), Kind.BOOLEAN)
        return Compiled(lambda frame: first(frame) and second(frame), Kind.BOOLEAN)

    def run(frame: Frame) -> bool:
        for truth in truths:
            if truth(frame) is stops_at:
                return stops_at
        return not stops_at

    return Compiled(run, Kind.BOOLEAN)


def _union(left: Compiled, right: Compiled) -> Compiled:
    first, second = left.nodes("|"), right.nodes("|")

    def run(frame: Frame) -> Nodes:
        return in_document_order([*first(frame), *second(frame)])

    return Compiled(run, Kind.NODES)


def _arithmetic(reckon: Callable[[float, float], float], left: Compiled, right: Compiled) -> Compiled:
    first, second = left.number(), right.number()
    return Compiled(lambda frame: reckon(first(frame), second(frame)), Kind.NUMBER)


def _equality(sign: str, left: Compiled, right: Compiled) -> Compiled:
    holds = _EQUALITY[sign]
    first, second = left.run, right.run
    if left.kind is right.kind and left.kind in (Kind.NUMBER, Kind.BOOLEAN):
        return Compiled(lambda frame: holds(first(frame), second(frame)), Kind.BOOLEAN)
    if left.kind is Kind.NODES and right.kind is Kind.TEXT:
        return _nodes_and_text(sign, left, right)
    if left.kind is Kind.TEXT and right.kind is Kind.NODES:
        return _nodes_and_text(sign, right, left)
    if {left.kind, right.kind} == {Kind.NODES, Kind.NUMBER}:
        return _nodes_and_number(sign, _EQUALITY, left, right)
    compare = values.equal if sign == "=" else values.unequal
    return Compiled(lambda frame: compare(first(frame), second(frame), frame.run.zone), Kind.BOOLEAN)


def _nodes_and_text(sign: str, nodes: Compiled, text: Compiled) -> Compiled:
    """What nearly every `relevant` is: `${question} = 'choice'`."""
    find, written, wanted, alike = nodes.run, text.run, sign == "=", values.alike

    def run(frame: Frame) -> bool:
        other, zone = written(frame), frame.run.zone
        for node in find(frame):  # noqa: SIM110 - a generator takes as long again
            if alike(text_of(node), other, zone) is wanted:
                return True
        return False

    return Compiled(run, Kind.BOOLEAN)


def _nodes_and_number(
    sign: str, meaning: dict[str, Callable[[Any, Any], bool]], left: Compiled, right: Compiled
) -> Compiled:
    """What most constraints are: `. >= 0`."""
    if left.kind is Kind.NUMBER:
        sign, left, right = _MIRRORED[sign], right, left
    find, reckon, holds, number_in = left.run, right.run, meaning[sign], values.number_in

    def run(frame: Frame) -> bool:
        other, zone = reckon(frame), frame.run.zone
        for node in find(frame):  # noqa: SIM110 - a generator takes as long again
            if holds(number_in(text_of(node), zone), other):
                return True
        return False

    return Compiled(run, Kind.BOOLEAN)


def _order(sign: str, left: Compiled, right: Compiled) -> Compiled:
    holds = _ORDER[sign]
    single = (Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN)
    if left.kind in single and right.kind in single:
        number, other = left.number(), right.number()
        return Compiled(lambda frame: holds(number(frame), other(frame)), Kind.BOOLEAN)
    if {left.kind, right.kind} == {Kind.NODES, Kind.NUMBER}:
        return _nodes_and_number(sign, _ORDER, left, right)
    first, second = left.run, right.run
    return Compiled(
        lambda frame: values.ordered(first(frame), second(frame), frame.run.zone, holds), Kind.BOOLEAN
    )
