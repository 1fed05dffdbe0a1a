"""Turns a syntax tree into closures, once; they are then run for every answer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import groupby

from surveys.xpath import operators, paths, plain_steps
from surveys.xpath.calls import call, takes_whole_sets
from surveys.xpath.compiled import Compiled, constant
from surveys.xpath.frame import Frame
from surveys.xpath.library import OF_CONTEXT
from surveys.xpath.nodes import Nodes
from surveys.xpath.paths import Follow, Keep, Names
from surveys.xpath.signatures import Kind
from surveys.xpath.syntax import (
    SELF,
    Axis,
    Call,
    Expr,
    Filter,
    Junction,
    Literal,
    NameTest,
    Negation,
    Number,
    Operation,
    Path,
    Root,
    Step,
    parts,
)


@dataclass(frozen=True, slots=True)
class Compiler:
    """What surrounds the part that is being compiled.

    repeats    the repeats of the questionnaire: absolute paths through them mean the instance asked about
    in_filter  inside a predicate, where paths from the root are worth remembering
    done       what was compiled already: without it, predicates within predicates are compiled over and over
    """

    repeats: frozenset[Names] = frozenset()
    in_filter: bool = False
    done: dict[tuple[int, bool, bool], tuple[Compiled, Expr]] = field(default_factory=dict)

    def compile(self, expression: Expr) -> Compiled:
        """The closure of an expression. Never raises for what is wrong with it; running it does."""
        key = id(expression), self.in_filter, not self.repeats
        found = self.done.get(key)
        if found is None:
            # The tree is kept too: while it is there, no other one can have its id.
            found = self.done[key] = self._compiled(expression), expression
        return found[0]

    def _compiled(self, expression: Expr) -> Compiled:
        match expression:
            case Number(value):
                return constant(value, Kind.NUMBER)
            case Literal(value):
                return constant(value, Kind.TEXT)
            case Call(name, arguments):
                return self._call(name, arguments)
            case Negation(Number(value)):
                return constant(-value, Kind.NUMBER)
            case Negation(operand):
                return operators.negation(self.compile(operand))
            case Operation():
                return self._operations(expression)
            case Junction(word, terms):
                return operators.junction(word, tuple(map(self.compile, terms)))
            case Filter(base, predicates):
                return self._filter(base, predicates)
            case Path():
                return self._path(expression)

    def _operations(self, last: Operation) -> Compiled:
        """A run such as `a + b + c`, from the left: however long it is, it takes no deeper calls to compile."""
        run, first = [last], last.left
        while isinstance(first, Operation):
            run.append(first)
            first = first.left
        found = self.compile(first)
        for operation in reversed(run):
            found = operators.operation(operation.operator, found, self.compile(operation.right))
        return found

    def _call(self, name: str, arguments: tuple[Expr, ...]) -> Compiled:
        if not arguments and name in OF_CONTEXT:
            arguments = (SELF,)
        inside = replace(self, repeats=frozenset()) if takes_whole_sets(name, len(arguments)) else self
        return call(name, tuple(map(inside.compile, arguments)))

    def _filter(self, base: Expr, predicates: tuple[Expr, ...]) -> Compiled:
        find = self.compile(base).nodes("[]")
        keeps = self._keeps(predicates)

        def run(frame: Frame) -> Nodes:
            nodes = find(frame)
            for keep in keeps:
                nodes = keep(nodes, frame)
            return nodes

        return Compiled(run, Kind.NODES)

    def _path(self, path: Path) -> Compiled:
        if path.start is None and len(path.steps) == 1 and not path.steps[0].predicates:
            step = path.steps[0]
            return Compiled(paths.one_step(step.axis, step.test), Kind.NODES)
        run = self._whole_path(path)
        ways = self._ways(path) if isinstance(path.start, Root) else ()
        if ways:
            run = paths.narrowed(run, ways)
        if self.in_filter and path.start in (Root(), Call("current", ())):
            run = paths.remembered(run)
        return Compiled(run, Kind.NODES)

    def _whole_path(self, path: Path) -> Callable[[Frame], Nodes]:
        if isinstance(path.start, Root | None) and path.steps and all(map(plain_steps.is_plain, path.steps)):
            return plain_steps.whole_path(path.steps, from_root=path.start is not None)
        start: Callable[[Frame], Nodes]
        scattered = False
        match path.start:
            case None:
                start = _context
            case Root():
                start = _root
            case expression:
                start = self.compile(expression).nodes("/")
                scattered = not isinstance(expression, Call)
        return paths.path(start, self._follows(path.steps, scattered))

    def _follows(self, steps: tuple[Step, ...], scattered: bool) -> tuple[Follow, ...]:
        follows: list[Follow] = []
        for plain, run in groupby(paths.joined(steps, self._counts_positions), plain_steps.is_plain):
            group = tuple(run)
            if plain and len(group) > 1:
                follows.append(plain_steps.walk(group, scattered))
                scattered = scattered or any(paths.scatters(step.axis) for step in group)
                continue
            for step in group:
                follows.append(paths.step(step.axis, step.test, self._keeps(step.predicates), scattered))
                scattered = scattered or paths.scatters(step.axis)
        return tuple(follows)

    def _keeps(self, predicates: tuple[Expr, ...]) -> tuple[Keep, ...]:
        inside = replace(self, in_filter=True)
        return tuple(
            paths.position(condition.value)
            if isinstance(condition, Number)
            else paths.predicate(inside.compile(condition))
            for condition in predicates
        )

    def _counts_positions(self, step: Step) -> bool:
        return any(
            self.compile(condition).kind in (Kind.NUMBER, Kind.ANY) or _asks_position(condition)
            for condition in step.predicates
        )

    def _ways(self, path: Path) -> tuple[tuple[Names, Callable[[Frame], Nodes]], ...]:
        """The repeats that the path leads through, the innermost first, and how it goes on from each."""
        if not self.repeats:
            return ()
        names = _plain_names(path.steps)
        found = [names[:length] for length in range(len(names), 0, -1) if names[:length] in self.repeats]
        return tuple((repeat, self._whole_path(Path(None, path.steps[len(repeat) :]))) for repeat in found)


def _plain_names(steps: tuple[Step, ...]) -> Names:
    """The names of the leading steps that only go down, without predicates."""
    names: list[str] = []
    for step in steps:
        if step.axis is not Axis.CHILD or step.predicates or not isinstance(step.test, NameTest):
            break
        names.append(step.test.local)
    return tuple(names)


def _asks_position(expression: Expr) -> bool:
    if isinstance(expression, Call) and expression.name in ("position", "last"):
        return True
    return any(map(_asks_position, parts(expression)))


def _context(frame: Frame) -> Nodes:
    return [frame.node]


def _root(frame: Frame) -> Nodes:
    return [frame.run.document]
