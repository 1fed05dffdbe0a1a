"""What an expression says, as a tree. Nothing here is evaluated."""

from dataclasses import dataclass
from enum import StrEnum


class Axis(StrEnum):
    """The directions in which a step may look."""

    ANCESTOR = "ancestor"
    ANCESTOR_OR_SELF = "ancestor-or-self"
    ATTRIBUTE = "attribute"
    CHILD = "child"
    DESCENDANT = "descendant"
    DESCENDANT_OR_SELF = "descendant-or-self"
    FOLLOWING = "following"
    FOLLOWING_SIBLING = "following-sibling"
    NAMESPACE = "namespace"
    PARENT = "parent"
    PRECEDING = "preceding"
    PRECEDING_SIBLING = "preceding-sibling"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class NameTest:
    """`name`, `prefix:name`, `*` or `prefix:*`; the star is kept as the local name."""

    local: str
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class TypeTest:
    """`node()`, `text()`, `comment()` or `processing-instruction('target')`."""

    type: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotation marks."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function called."""

    name: str
    arguments: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """`-x`."""

    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and what stands between them: arithmetic, a comparison or the union bar."""

    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Junction:
    """A run of `and`s or of `or`s, kept flat so that a long condition is not a deep one."""

    operator: str
    terms: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path."""

    axis: Axis
    test: NameTest | TypeTest
    predicates: tuple["Expr", ...] = ()


@dataclass(frozen=True, slots=True)
class Root:
    """Where `/data/age` starts."""


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the root, from an expression such as `instance('x')`, or (None) from the context node."""

    start: "Root | Expr | None"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """`(expression)[predicate]`."""

    base: "Expr"
    predicates: tuple["Expr", ...]


Expr = Number | Literal | Call | Negation | Operation | Junction | Path | Filter

SELF = Path(None, (Step(Axis.SELF, TypeTest("node")),))
"""The expression `.`."""


_HEAVIEST = 600
_MOST_STEPS = 200


def is_shallow(expression: Expr) -> bool:
    """Whether evaluation needs no more than some 600 calls within calls. Looks at the tree without recursion."""
    waiting = [(expression, 0)]
    while waiting:
        inside, around = waiting.pop()
        weight = around + _weight(inside)
        if weight > _HEAVIEST or (isinstance(inside, Path) and len(inside.steps) > _MOST_STEPS):
            return False
        waiting += [(part, weight) for part in parts(inside)]
    return True


def _weight(expression: Expr) -> int:
    """The calls within calls that an expression adds to those of its parts."""
    match expression:
        case Path() | Filter():
            return 6
        case Call():
            return 3
    return 1


def parts(expression: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside, in the order of the text; predicates of steps included."""
    match expression:
        case Number() | Literal():
            return ()
        case Call(_, arguments):
            return arguments
        case Negation(operand):
            return (operand,)
        case Operation(_, left, right):
            return (left, right)
        case Junction(_, terms):
            return terms
        case Filter(base, predicates):
            return (base, *predicates)
        case Path(start, steps):
            inside = tuple(predicate for step in steps for predicate in step.predicates)
            return inside if start is None or isinstance(start, Root) else (start, *inside)
