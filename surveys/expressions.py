"""The expressions of a questionnaire: conditions, constraints, calculations, in the XPath dialect of ODK.

An expression is compiled once and then evaluated against a document of answers. The dialect is written down in
docs/expressions.md, the machinery is in `surveys.xpath`.
"""

from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Final

from surveys.xpath.compiler import Compiler
from surveys.xpath.errors import ExpressionError, Problem
from surveys.xpath.frame import Frame, Run, Scope
from surveys.xpath.grammar import parse
from surveys.xpath.inspection import problem_in, references_in
from surveys.xpath.moments import CalendarNames, Moment
from surveys.xpath.nodes import Document, Element, Node, text_of
from surveys.xpath.values import Value, to_boolean, to_number, to_text

__all__ = [
    "CalendarNames",
    "Expression",
    "ExpressionError",
    "Problem",
    "Scope",
    "check",
    "compile_expression",
    "evaluate",
    "references",
]

EVERYWHERE: Final = Scope()
"""No secondary instances, UTC, the time of the clock, English month names."""

Result = bool | float | str | list[Element | str]
"""What an expression yields. Nodes are elements; attributes and runs of text are their text."""


class Expression:
    """A compiled expression. Safe to keep and to share: evaluating it changes nothing in it.

    document  the root element (or the tree) of the answers
    context   the element that the expression is about, such as the question; None is the document itself

    Every evaluation raises ExpressionError where the expression cannot be carried out.
    """

    __slots__ = ("_run", "source")

    def __init__(self, source: str, repeats: Iterable[str] = ()) -> None:
        self.source = source
        names = frozenset(tuple(path.strip("/").split("/")) for path in repeats)
        try:
            self._run = Compiler(names).compile(parse(source)).run
        except RecursionError:
            raise ExpressionError("too_deep") from None

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def value(self, document: Element, context: Element | None = None, scope: Scope = EVERYWHERE) -> Result:
        """What the expression yields, of its own type; a date is text."""
        found = self._evaluate(document, context, scope)
        if isinstance(found, Moment):
            return to_text(found, scope.zone)
        if not isinstance(found, list):
            return found
        return [node if isinstance(node, Element) else _handed_out(node) for node in found]

    def boolean(self, document: Element, context: Element | None = None, scope: Scope = EVERYWHERE) -> bool:
        """Whether it holds: what `relevant`, `required`, `constraint` and `read_only` ask."""
        return to_boolean(self._evaluate(document, context, scope))

    def number(self, document: Element, context: Element | None = None, scope: Scope = EVERYWHERE) -> float:
        """Its number: what `repeat_count` asks. A date is the days since 1970; NaN where it is none."""
        return float(to_number(self._evaluate(document, context, scope), scope.zone))

    def text(self, document: Element, context: Element | None = None, scope: Scope = EVERYWHERE) -> str:
        """Its text: what `calculation` and `default` ask."""
        return to_text(self._evaluate(document, context, scope), scope.zone)

    def _evaluate(self, document: Element, context: Element | None, scope: Scope) -> Value:
        root = Document(document)
        node: Node = root if context is None else context
        try:
            found: Value = self._run(Frame(node, Run(root, node, scope)))
        except RecursionError:
            raise ExpressionError("too_deep") from None
        return found


def evaluate(
    expression: str, document: Element, context: Element | None = None, scope: Scope = EVERYWHERE
) -> Result:
    """What an expression yields, of its own type. Compiled at first sight, then remembered."""
    return compile_expression(expression).value(document, context, scope)


@lru_cache(maxsize=4096)
def compile_expression(expression: str, repeats: frozenset[str] = frozenset()) -> Expression:
    """The expression, ready to evaluate. Raises ExpressionError where it cannot be read.

    repeats  absolute paths of the repeats, such as `/data/household`: read inside an instance of one, an absolute
             path through it means that instance, as ODK has it
    """
    return Expression(expression, repeats)


def check(expression: str, instances: Container[str] | None = None) -> Problem | None:
    """What makes the expression fail whatever is answered; None where it may succeed.

    instances  ids of the secondary instances that there are; None leaves them unchecked
    """
    return problem_in(expression, instances)


def references(expression: str, at: str | None = None) -> set[str]:
    """The paths in the document that the expression reads, without predicates: `/data/age`.

    at  the path of the question that it belongs to; relative paths are then given as absolute ones
    """
    return references_in(parse(expression), at)


def _handed_out(node: Node) -> Element | str:
    return node.root if isinstance(node, Document) else text_of(node)
