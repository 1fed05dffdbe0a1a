"""A compiled part of an expression: a Python closure, and what is known of the value it yields."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveys.xpath.errors import ExpressionError
from surveys.xpath.frame import Frame
from surveys.xpath.nodes import Nodes, text_of
from surveys.xpath.signatures import Kind
from surveys.xpath.values import to_boolean, to_number, to_text

Code = Callable[[Frame], Any]
"""Yields a value of the kind that goes with it."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression as a function of its frame, and what kind of value it gives."""

    run: Code
    kind: Kind

    def boolean(self) -> Callable[[Frame], bool]:
        """The same, converted as `boolean()` does."""
        run = self.run
        if self.kind is Kind.BOOLEAN:
            return run
        return lambda frame: to_boolean(run(frame))

    def number(self) -> Callable[[Frame], float]:
        """The same, converted as `number()` does."""
        run = self.run
        if self.kind is Kind.NUMBER:
            return run
        return lambda frame: to_number(run(frame), frame.run.zone)

    def text(self) -> Callable[[Frame], str]:
        """The same, converted as `string()` does."""
        run = self.run
        if self.kind is Kind.TEXT:
            return run
        if self.kind is Kind.NODES:
            return lambda frame: text_of(found[0]) if (found := run(frame)) else ""
        return lambda frame: to_text(run(frame), frame.run.zone)

    def nodes(self, name: str) -> Callable[[Frame], Nodes]:
        """The same, which must be a node-set: what `name` asks for. Otherwise it raises when run."""
        run = self.run
        if self.kind is Kind.NODES:
            return run

        def checked(frame: Frame) -> Nodes:
            found = run(frame)
            if not isinstance(found, list):
                raise ExpressionError("needs_nodes", name=name)
            return found

        return checked

    def converted(self, kind: Kind, name: str) -> Code:
        """The same as `kind`, for an argument of the function `name`."""
        match kind:
            case Kind.BOOLEAN:
                return self.boolean()
            case Kind.NUMBER:
                return self.number()
            case Kind.TEXT:
                return self.text()
            case Kind.NODES:
                return self.nodes(name)
        return self.run


def constant(value: bool | float | str, kind: Kind) -> Compiled:
    """A value that is the same in every frame."""
    return Compiled(lambda frame: value, kind)


def refusal(error: ExpressionError) -> Compiled:
    """A part that can only fail, but fails no sooner than it is reached: `false() and nonsense()` is false."""

    def refuse(frame: Frame) -> None:
        raise ExpressionError(error.problem.code, **error.problem.params)

    return Compiled(refuse, Kind.ANY)
