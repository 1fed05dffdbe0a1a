"""The expressions of a questionnaire, ready to be evaluated, with what they read."""

import math
from collections.abc import Iterator
from random import Random

from lxml import etree

from surveys.expressions import ExpressionError, Scope, compile_expression, references
from surveys.xpath.grammar import parse
from surveys.xpath.moments import NO_DATE
from surveys.xpath.syntax import SELF, Call, Expr, Junction, Number, Operation, parts

ROOT = "data"
"""Name of the root element in every expression of a questionnaire."""

_CHANCE = frozenset({"random", "uuid", "randomize"})
_CLOCK = frozenset({"now", "today"})


class Rule:
    """One expression of one question or group.

    reads        paths of what it looks at, as the questionnaire writes them
    anywhere     it may look at anything, so `reads` is not all
    by_chance    it draws lots: what it gave once must be remembered
    by_the_hour  it looks at the clock
    once         it keeps what it gave first

    An expression that cannot be carried out gives the `otherwise` of whoever asks: the import has told the author,
    and whoever answers is not to blame.
    """

    __slots__ = ("_expression", "anywhere", "by_chance", "by_the_hour", "once", "reads")

    def __init__(self, source: str, path: str, repeats: frozenset[str]) -> None:
        self._expression = compile_expression(source, repeats)
        found = references(source, at=f"/{ROOT}/{path}")
        called = calls(parse(source))
        self.reads = frozenset(read.removeprefix(f"/{ROOT}/") for read in found)
        self.anywhere = any("*" in read or "//" in read for read in found)
        self.by_chance = bool(called & _CHANCE)
        self.by_the_hour = bool(called & _CLOCK)
        self.once = "once" in called

    def holds(
        self, document: etree._Element, context: etree._Element, scope: Scope, *, otherwise: bool
    ) -> bool:
        """Whether the condition is met."""
        try:
            return self._expression.boolean(document, context, scope)
        except (ExpressionError, ArithmeticError):
            return otherwise

    def text(self, document: etree._Element, context: etree._Element, scope: Scope) -> str:
        """What it writes; nothing where it fails, or where a date cannot be."""
        try:
            found = self._expression.text(document, context, scope)
        except (ExpressionError, ArithmeticError):
            return ""
        return "" if found == NO_DATE else found

    def number(self, document: etree._Element, context: etree._Element, scope: Scope) -> float:
        """Its number; NaN where it is none, or fails."""
        try:
            return self._expression.number(document, context, scope)
        except (ExpressionError, ArithmeticError):
            return math.nan

    def elements(
        self, document: etree._Element, context: etree._Element, scope: Scope
    ) -> list[etree._Element] | None:
        """The elements it finds; None where it fails."""
        try:
            found = self._expression.value(document, context, scope)
        except (ExpressionError, ArithmeticError):
            return None
        if not isinstance(found, list):
            return None
        return [node for node in found if isinstance(node, etree._Element)]


def find_rule(source: str, path: str, repeats: frozenset[str]) -> Rule | None:
    """The rule that an expression states; None where there is none, or none that can be read."""
    if not source.strip():
        return None
    try:
        return Rule(source, path, repeats)
    except ExpressionError:
        return None


def lots(seed: int, path: str) -> Random:
    """Chance that is the same whenever the same person comes to the same question."""
    return Random(f"{seed} {path}")


def calls(expression: Expr) -> frozenset[str]:
    """Names of the functions called anywhere inside."""
    return frozenset(part.name for part in _everything_in(expression) if isinstance(part, Call))


def selection_limits(constraint: str) -> tuple[int, int | None]:
    """How many choices a constraint wants at least and at most: `count-selected(.) <= 3` says (0, 3)."""
    least, most = 0, None
    try:
        tree = parse(constraint)
    except ExpressionError:
        return least, most
    for term in tree.terms if isinstance(tree, Junction) and tree.operator == "and" else (tree,):
        match term:
            case Operation(operator, Call("count-selected", (operand,)), Number(limit)) if operand == SELF:
                low, high = _limits(operator, int(limit))
                least = max(least, low)
                most = high if most is None or (high is not None and high < most) else most
    return least, most


def _limits(operator: str, limit: int) -> tuple[int, int | None]:
    match operator:
        case "<=":
            return 0, limit
        case "<":
            return 0, limit - 1
        case "=":
            return limit, limit
        case ">=":
            return limit, None
        case ">":
            return limit + 1, None
    return 0, None


def _everything_in(expression: Expr) -> Iterator[Expr]:
    yield expression
    for part in parts(expression):
        yield from _everything_in(part)
