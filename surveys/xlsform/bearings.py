"""What expressions point at: questions, columns of lists and repeats that are not there.

None of it makes an expression fail. It yields nothing, ever, which its author can hardly have wanted.
"""

from collections.abc import Iterable, Iterator

from core.errors import Fault
from surveys.expressions import ExpressionError, references
from surveys.questionnaire import Choice, Group, Kind, Node, Questionnaire
from surveys.xlsform.conditions import Condition, tree_of
from surveys.xlsform.places import Places
from surveys.xlsform.xform import ROOT
from surveys.xpath.inspection import references_in
from surveys.xpath.syntax import Axis, Call, Expr, Literal, NameTest, Path, Root, Step, parts

CHOOSING = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
OURS = f"/{ROOT}/"
OF_EVERY_ROW = frozenset({"name", "label", "itextId"})
PAIRS = 2
"""After its question, indexed-repeat() takes a repeat and a number, as often as repeats lie in each other."""


class Bearings:
    """Looks where the conditions of one questionnaire point."""

    def __init__(self, questionnaire: Questionnaire, places: Places) -> None:
        self._questionnaire = questionnaire
        self._places = places
        nodes = {node.path: node for node in _everything(questionnaire.nodes)}
        self._paths = {"", *nodes}
        self._repeats = {path for path, node in nodes.items() if isinstance(node, Group) and node.repeats}
        self._selects = {
            path for path, node in nodes.items() if not isinstance(node, Group) and node.kind in CHOOSING
        }

    def notices(self, conditions: Iterable[Condition]) -> Iterator[Fault]:
        """A notice for each thing that is not there, in the order of the conditions."""
        for condition in conditions:
            if condition.field == "required" and condition.expression.isalpha():  # told by notices_of
                continue
            try:
                found = [*self._of_condition(condition)]
            except (ExpressionError, RecursionError):  # told as a fault already
                continue
            yield from found

    def _of_condition(self, condition: Condition) -> Iterator[Fault]:
        filters, tree = condition.field == "choice_filter", tree_of(condition.expression)
        read = references_in(tree, None if filters else OURS + condition.path)
        for path in sorted(read):
            name = f"{path}/".removeprefix(OURS).strip("/")
            if path.startswith("/") and "//" not in path and not self._is_there(name):
                yield self._fault("node_unknown", condition, read=name.removeprefix(f"{condition.path}/"))
        if filters:
            choices = self._questionnaire.question(condition.path).choices
            own = (path.partition("/")[0] for path in sorted(read) if not path.startswith(("/", ".")))
            yield from self._unknown_columns(own, choices, condition)
        for part in _everything_in(tree):
            yield from self._of_part(part, condition)

    def _of_part(self, part: Expr, condition: Condition) -> Iterator[Fault]:
        match part:
            case Call("jr:choice-name", (_, question)) if not self._is_select(question, condition):
                yield self._fault("choice_name_unknown", condition)
            case Call("indexed-repeat", arguments) if not self._is_of_repeats(arguments):
                yield self._fault("indexed_repeat_elsewhere", condition)
            case Path(Call("instance", (Literal(name),)), steps):
                rows = self._questionnaire.lists.get(name, ())
                yield from self._unknown_columns(_columns_read(steps), rows, condition)

    def _is_there(self, path: str) -> bool:
        names = path.split("/")
        return path in self._paths or names[0] == "meta" or "*" in names

    def _is_select(self, question: Expr, condition: Condition) -> bool:
        if not isinstance(question, Literal):
            return False
        try:
            read = references(question.value.strip(), at=OURS + condition.path)
        except ExpressionError:
            return False
        return {path.removeprefix(OURS) for path in read} <= self._selects

    def _is_of_repeats(self, arguments: tuple[Expr, ...]) -> bool:
        if len(arguments) % PAIRS == 0:
            return False
        wanted, *repeats = (_absolute(argument) for argument in (arguments[0], *arguments[1::PAIRS]))
        return wanted is None or all(
            path is None or (path in self._repeats and wanted.startswith(f"{path}/")) for path in repeats
        )

    def _unknown_columns(
        self, columns: Iterable[str], rows: tuple[Choice, ...], condition: Condition
    ) -> Iterator[Fault]:
        known = OF_EVERY_ROW.union(*(row.extra for row in rows))
        for column in dict.fromkeys(columns):
            if rows and column not in known:
                yield self._fault("column_unknown", condition, read=column)

    def _fault(self, code: str, condition: Condition, **params: str) -> Fault:
        return self._places.fault(
            code, condition.path, condition.field, expression=condition.shown(self._places), **params
        )


def _everything(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Group):
            yield from _everything(node.nodes)


def _everything_in(expression: Expr) -> Iterator[Expr]:
    yield expression
    for part in parts(expression):
        yield from _everything_in(part)


def _absolute(argument: Expr) -> str | None:
    """The path that an argument is, where it starts at the root."""
    if not isinstance(argument, Path) or not isinstance(argument.start, Root):
        return None
    names = [step.test.local for step in argument.steps if isinstance(step.test, NameTest)]
    return "/".join(names).removeprefix(f"{ROOT}/")


def _columns_read(steps: tuple[Step, ...]) -> Iterator[str]:
    """The columns of the items of a list: `root/item[zone = 'a']/label` reads zone and label."""
    match steps:
        case (_, item, *rest):
            for predicate in item.predicates:
                yield from _children_read(predicate)
            for step in rest[:1]:
                if step.axis is Axis.CHILD and isinstance(step.test, NameTest):
                    yield step.test.local


def _children_read(expression: Expr) -> Iterator[str]:
    for part in _everything_in(expression):
        match part:
            case Path(None, (Step(Axis.CHILD, NameTest() as test), *_)):
                yield test.local
