"""Compiled calls of functions."""

from typing import Final

from surveys.xpath.compiled import Code, Compiled, refusal
from surveys.xpath.errors import ExpressionError
from surveys.xpath.frame import Frame
from surveys.xpath.library import FUNCTIONS
from surveys.xpath.signatures import Function, Kind
from surveys.xpath.values import Value

_WHOLE_SETS: Final = frozenset(
    {"area", "count", "count-non-empty", "distance", "enclosed-area", "indexed-repeat", "join"}
    | {"randomize", "sum"},
)


def fault_of(name: str, given: int) -> ExpressionError | None:
    """What is wrong with calling `name` with so many arguments, if anything."""
    function = FUNCTIONS.get(name)
    if function is None:
        return ExpressionError("unknown_function", name=name)
    if given < function.least:
        return ExpressionError("too_few_arguments", name=name, given=given)
    if function.most is not None and given > function.most:
        return ExpressionError("too_many_arguments", name=name, given=given)
    return None


def takes_whole_sets(name: str, given: int) -> bool:
    """Whether a path among its arguments means all instances of a repeat, not only the one asked about."""
    return name in _WHOLE_SETS or (name in ("max", "min") and given == 1)


def call(name: str, arguments: tuple[Compiled, ...]) -> Compiled:
    """A call, its arguments converted as its signature says. A wrong call fails when it is reached."""
    fault = fault_of(name, len(arguments))
    if fault is not None:
        return refusal(fault)
    if name == "if":
        return _choice(*arguments)
    function = FUNCTIONS[name]
    codes = [argument.converted(function.want(at), name) for at, argument in enumerate(arguments)]
    return Compiled(_apply(function, codes), function.gives)


def _choice(condition: Compiled, yes: Compiled, no: Compiled) -> Compiled:
    decide, first, second = condition.boolean(), yes.run, no.run

    def run(frame: Frame) -> Value:
        found: Value = first(frame) if decide(frame) else second(frame)
        return found

    return Compiled(run, yes.kind if yes.kind is no.kind else Kind.ANY)


def _apply(function: Function, codes: list[Code]) -> Code:
    """One closure for each shape of call: a generic one costs as much again as most functions do."""
    perform = function.call
    match function.framed, codes:
        case False, []:
            return lambda frame: perform()
        case False, [first]:
            return lambda frame: perform(first(frame))
        case False, [first, second]:
            return lambda frame: perform(first(frame), second(frame))
        case True, []:
            return perform
        case True, [first]:
            return lambda frame: perform(frame, first(frame))
        case True, [first, second]:
            return lambda frame: perform(frame, first(frame), second(frame))
        case False, _:
            return lambda frame: perform(*[code(frame) for code in codes])
    return lambda frame: perform(frame, *[code(frame) for code in codes])
