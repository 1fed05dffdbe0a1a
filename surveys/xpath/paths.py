"""Compiled location paths: steps, predicates, and where a path starts."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from surveys.xpath.axes import BACKWARD, Select, selection
from surveys.xpath.compiled import Compiled
from surveys.xpath.frame import Frame
from surveys.xpath.nodes import Element, Node, Nodes, element_of, in_document_order, is_element
from surveys.xpath.signatures import Kind
from surveys.xpath.syntax import Axis, NameTest, Step, TypeTest
from surveys.xpath.values import to_boolean

Keep = Callable[[Nodes, Frame], Nodes]
"""Leaves out the nodes that a predicate does not hold for."""

Follow = Callable[[Nodes, Frame], Nodes]
"""From the nodes before a step to the nodes after it, in document order."""

Names = tuple[str, ...]
"""The names of a path such as `/data/household`."""

_ORDERLY: Final = frozenset({Axis.ATTRIBUTE, Axis.CHILD, Axis.NAMESPACE, Axis.SELF})
"""Axes that keep several nodes in document order and without duplicates, as long as none lies in another."""

_EVERYTHING_BELOW: Final = Step(Axis.DESCENDANT_OR_SELF, TypeTest("node"))


def predicate(condition: Compiled) -> Keep:
    """A number asks for a position; anything else for its truth."""
    run = condition.run
    if condition.kind in (Kind.BOOLEAN, Kind.TEXT, Kind.NODES):
        run = condition.boolean()

    def keep(nodes: Nodes, frame: Frame) -> Nodes:
        inner = Frame(frame.node, frame.run, len(nodes))
        kept = []
        for position, node in enumerate(nodes, start=1):
            inner.node, inner.position = node, position
            found = run(inner)
            if found is True or (found == position if isinstance(found, float) else to_boolean(found)):
                kept.append(node)
        return kept

    return keep


def position(number: float) -> Keep:
    """The predicate `[2]`."""
    at = int(number) if number.is_integer() and number >= 1 else 0
    return lambda nodes, frame: nodes[at - 1 : at] if at else []


def step(axis: Axis, test: NameTest | TypeTest, keeps: tuple[Keep, ...], scattered: bool) -> Follow:
    """One step. `scattered`: the nodes before it may lie one in another, so its result must be put in order."""
    select = selection(axis, test)
    backward = axis in BACKWARD
    keeps_apart = axis in _ORDERLY
    orderly = keeps_apart and not scattered
    one = _from_one(select, keeps)

    def follow(nodes: Nodes, frame: Frame) -> Nodes:
        if len(nodes) == 1:
            found = one(nodes[0], frame)
            return found[::-1] if backward else found
        together = [found for node in nodes for found in one(node, frame)]
        if orderly or (keeps_apart and not _lie_one_in_another(nodes)):
            return together
        return in_document_order(together)

    return follow


def _lie_one_in_another(nodes: Nodes) -> bool:
    """Whether some of the nodes, which are in document order, hold others: then the very next one is held too."""
    for node, following in pairwise(nodes):
        if not (is_element(node) and is_element(following)):
            return True
        above = following.getparent()
        while above is not None:
            if above is node:
                return True
            above = above.getparent()
    return False


def _from_one(select: Select, keeps: tuple[Keep, ...]) -> Callable[[Node, Frame], Nodes]:
    if not keeps:
        return lambda node, frame: select(node)

    def kept(node: Node, frame: Frame) -> Nodes:
        nodes = select(node)
        for keep in keeps:
            nodes = keep(nodes, frame)
        return nodes

    return kept


def scatters(axis: Axis) -> bool:
    """Whether nodes found along the axis may lie one in another."""
    return axis not in _ORDERLY


def joined(steps: tuple[Step, ...], positional: Callable[[Step], bool]) -> tuple[Step, ...]:
    """`//name` as one step down where no predicate counts positions: the same nodes, found at once."""
    together: list[Step] = []
    for following in steps:
        below = together and together[-1] == _EVERYTHING_BELOW and following.axis is Axis.CHILD
        if below and not positional(following):
            together[-1] = Step(Axis.DESCENDANT, following.test, following.predicates)
        else:
            together.append(following)
    return tuple(together)


def path(start: Callable[[Frame], Nodes], steps: tuple[Follow, ...]) -> Callable[[Frame], Nodes]:
    """All the steps, one after the other."""
    if len(steps) == 1:
        only = steps[0]
        return lambda frame: only(start(frame), frame)

    def run(frame: Frame) -> Nodes:
        nodes = start(frame)
        for follow in steps:
            nodes = follow(nodes, frame)
        return nodes

    return run


def one_step(axis: Axis, test: NameTest | TypeTest) -> Callable[[Frame], Nodes]:
    """A path of a single step from the context node, without predicates."""
    if axis is Axis.SELF and test == TypeTest("node"):
        return lambda frame: [frame.node]
    select = selection(axis, test)
    if axis in BACKWARD:
        return lambda frame: select(frame.node)[::-1]
    return lambda frame: select(frame.node)


def remembered(run: Callable[[Frame], Nodes]) -> Callable[[Frame], Nodes]:
    """The same, looked up once in an evaluation: for paths in predicates that do not depend on the node."""
    key = object()

    def recall(frame: Frame) -> Nodes:
        found = frame.run.found.get(key)
        if found is None:
            found = frame.run.found[key] = run(frame)
        return found

    return recall


def narrowed(
    whole: Callable[[Frame], Nodes], ways: tuple[tuple[Names, Callable[[Frame], Nodes]], ...]
) -> Callable[[Frame], Nodes]:
    """An absolute path through a repeat: read inside an instance of it, it means that instance.

    whole  the path as it stands
    ways   for each repeat it leads through, the innermost first: the repeat, and the rest of the path from it

    source: ODK XForms specification, deviation on absolute references inside repeats
    """

    def run(frame: Frame) -> Nodes:
        for names, rest in ways:
            instance = _instance_around(frame.run.current, names)
            if instance is not None:
                return rest(Frame(instance, frame.run))
        return whole(frame)

    return run


def _instance_around(node: Node, names: Names) -> Element | None:
    element = element_of(node)
    line = [element, *element.iterancestors()][::-1]
    if len(line) < len(names):
        return None
    matches = all(
        is_element(one) and one.tag.rpartition("}")[2] == name for one, name in zip(line, names, strict=False)
    )
    return line[len(names) - 1] if matches else None
