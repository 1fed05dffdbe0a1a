"""Looks at an expression without any answers: what is wrong with it, and what it reads."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from surveys.xpath.compiler import Compiler
from surveys.xpath.errors import ExpressionError, Problem
from surveys.xpath.frame import Frame, Run, Scope
from surveys.xpath.grammar import parse
from surveys.xpath.nodes import Document, Element
from surveys.xpath.paths import Names
from surveys.xpath.syntax import Axis, Call, Expr, Filter, Literal, NameTest, Path, Root, Step, parts

_BY_ANSWERS: Final = frozenset({"no_node"})
"""Problems that only this set of answers may have: the dry run has none."""

_BY_ARGUMENTS: Final = frozenset(
    {"bad_date_format", "bad_encoding", "bad_length", "bad_pattern", "bad_seed", "unknown_algorithm"}
    | {"unknown_instance"},
)
"""Problems that lie in the value of an argument: certain only where that value is written in the expression."""

_ELSEWHERE: Final = ("instance()",)
"""Where paths into a secondary instance begin: they read nothing that anybody answers."""

_SIBLINGS: Final = frozenset({Axis.FOLLOWING_SIBLING, Axis.PRECEDING_SIBLING})


def problem_in(text: str, instances: Container[str] | None) -> Problem | None:
    """The first thing that makes the expression fail whatever is answered.

    Every part is run by itself on an empty document, so that a branch that is seldom taken is tried too.
    """
    compiler = Compiler()
    try:
        for part in _everything_in(parse(text)):
            problem = _missing_instance(part, instances) or _dry_run(compiler, part)
            if problem is not None:
                return problem
    except ExpressionError as error:
        return error.problem
    except RecursionError:
        return Problem("too_deep")
    return None


def _everything_in(expression: Expr) -> Iterator[Expr]:
    for part in parts(expression):
        yield from _everything_in(part)
    yield expression


def _missing_instance(part: Expr, instances: Container[str] | None) -> Problem | None:
    match part:
        case Call("instance" | "pulldata", (Literal(name), *_)) if (
            instances is not None and name not in instances
        ):
            return Problem("unknown_instance", {"name": name})
    return None


def _dry_run(compiler: Compiler, part: Expr) -> Problem | None:
    root = Document(etree.Element("data"))
    try:
        compiler.compile(part).run(Frame(root.root, Run(root, root.root, Scope(instances=_EveryInstance()))))
    except ExpressionError as error:
        code = error.problem.code
        if code in _BY_ANSWERS or (code in _BY_ARGUMENTS and not _is_written_out(part)):
            return None
        return error.problem
    return None


def _is_written_out(part: Expr) -> bool:
    """Whether all arguments but the first of several, which is what the function works on, are constant."""
    if not isinstance(part, Call):
        return False
    deciding = part.arguments[1:] or part.arguments
    return not any(isinstance(inside, Path) for argument in deciding for inside in _everything_in(argument))


class _EveryInstance(Mapping[str, Element]):
    """Any secondary instance that may be asked for, and all of them empty."""

    def __getitem__(self, name: str) -> Element:
        return etree.Element("root")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def references_in(expression: Expr, at: str | None) -> set[str]:
    """The paths of the document that an expression reads, given as seen from the question `at`."""
    here: Names = (".",) if at is None else _names_of(at)
    return {_written(names) for names in _reads(expression, here, here) if names[:1] != _ELSEWHERE}


def _reads(expression: Expr, base: Names, here: Names) -> Iterator[Names]:
    """Paths read by an expression whose relative paths start from `base`; `here` is what `current()` means."""
    match expression:
        case Filter(inside, predicates):
            for found in _reads(inside, base, here):
                yield found
                for predicate in predicates:
                    yield from _reads(predicate, found, here)
        case Path(start, steps):
            for beginning in _beginnings(start, base, here):
                yield from _steps_read(beginning, steps, here)
        case Call("instance"):
            yield _ELSEWHERE
        case _:
            for part in parts(expression):
                yield from _reads(part, base, here)


def _beginnings(start: Root | Expr | None, base: Names, here: Names) -> Iterable[Names]:
    match start:
        case None:
            return [base]
        case Root():
            return [()]
        case Call("current"):
            return [here]
    return _reads(start, base, here)


def _steps_read(at: Names, steps: tuple[Step, ...], here: Names) -> Iterator[Names]:
    for step in steps:
        at = _stepped(at, step)
        for predicate in step.predicates:
            yield from _reads(predicate, at, here)
    yield at


def _stepped(names: Names, step: Step) -> Names:
    local = step.test.local if isinstance(step.test, NameTest) else "*"
    match step.axis:
        case Axis.SELF | Axis.ATTRIBUTE | Axis.NAMESPACE:
            return names
        case Axis.CHILD:
            return (*names, local)
        case Axis.PARENT:
            return _above(names)
        case Axis.DESCENDANT_OR_SELF if not isinstance(step.test, NameTest):
            return (*names, "")
        case axis if axis in _SIBLINGS:
            return (*_above(names), local)
    return (*names, "", local) if step.axis in (Axis.DESCENDANT, Axis.DESCENDANT_OR_SELF) else ("", local)


def _above(names: Names) -> Names:
    if set(names) <= {".", ".."}:
        return (*(name for name in names if name == ".."), "..")
    return names[:-1]


def _names_of(path: str) -> Names:
    """`/data/household[2]/age` without the numbers of its instances."""
    return tuple(step.partition("[")[0] for step in path.strip("/").split("/"))


def _written(names: Names) -> str:
    if names[:1] == (".",):
        return "/".join(names[1:]) or "."
    return "/".join(names) if names[:1] == ("..",) else "/" + "/".join(names)
