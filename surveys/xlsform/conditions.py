"""The expressions of a questionnaire, each with the question or group that it belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from surveys.expressions import ExpressionError
from surveys.questionnaire import Group, Node
from surveys.xlsform.places import Places
from surveys.xlsform.xform import ROOT
from surveys.xpath.grammar import parse
from surveys.xpath.inspection import references_in
from surveys.xpath.syntax import Expr

FIELDS = (
    "relevant",
    "constraint",
    "required",
    "calculation",
    "choice_filter",
    "default",
    "repeat_count",
)
LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Condition:
    """One expression of a question or group."""

    path: str
    field: str
    expression: str

    def reads(self) -> set[str]:
        """Paths that it reads; none where it cannot be read itself."""
        try:
            found = references_in(tree_of(self.expression), f"/{ROOT}/{self.path}")
        except (ExpressionError, RecursionError):
            return set()
        return {path.removeprefix(f"/{ROOT}").removeprefix("/") for path in found}

    def shown(self, places: Places) -> str:
        """The expression as the author wrote it."""
        written = places.cell(places.row_of(self.path), self.field) or self.expression
        return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}…"


@lru_cache(maxsize=4096)
def tree_of(expression: str) -> Expr:
    """What an expression says. Raises ExpressionError where it cannot be read."""
    return parse(expression)


def conditions_of(nodes: tuple[Node, ...]) -> Iterator[Condition]:
    """Every expression, in the order of the questionnaire."""
    for node in nodes:
        for field in FIELDS:
            if expression := getattr(node, field, ""):
                yield Condition(node.path, field, expression)
        if isinstance(node, Group):
            yield from conditions_of(node.nodes)
