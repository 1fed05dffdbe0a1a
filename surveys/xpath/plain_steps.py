"""Runs of plain steps, such as `home/person/age` or `../../name`: nearly every path of a questionnaire is one."""

from collections.abc import Callable
from itertools import dropwhile
from typing import cast

from lxml import etree

from surveys.xpath.axes import Select, selection
from surveys.xpath.frame import Frame
from surveys.xpath.nodes import XFORMS, Document, Element, Node, Nodes, in_document_order
from surveys.xpath.paths import Follow
from surveys.xpath.syntax import Axis, NameTest, Step, TypeTest


def is_plain(step: Step) -> bool:
    """Whether the step goes one up, or down to elements of a name, and nothing else is asked."""
    if step.predicates:
        return False
    if isinstance(step.test, TypeTest):
        return step.axis is Axis.PARENT and step.test.type == "node"
    return step.axis is Axis.CHILD and step.test.prefix is None


def whole_path(steps: tuple[Step, ...], *, from_root: bool) -> Callable[[Frame], Nodes]:
    """A path of nothing but plain steps, from the root or from the context node."""
    select = _selection(steps)
    if from_root:
        return lambda frame: select(frame.run.document)
    return lambda frame: select(frame.node)


def walk(steps: tuple[Step, ...], scattered: bool) -> Follow:
    """All the steps at once. `scattered`: the nodes before them may lie one in another."""
    select = _selection(steps)
    orderly = not scattered and all(step.axis is Axis.CHILD for step in steps)

    def follow(nodes: Nodes, frame: Frame) -> Nodes:
        if len(nodes) == 1:
            return select(nodes[0])
        together = [found for node in nodes for found in select(node)]
        return together if orderly else in_document_order(together)

    return follow


def _selection(steps: tuple[Step, ...]) -> Select:
    climbs = len(steps) - len(list(dropwhile(_goes_up, steps)))
    if any(map(_goes_up, steps[climbs:])):
        return lambda node: _step_by_step(steps, node)
    names = tuple(step.test.local for step in steps[climbs:] if isinstance(step.test, NameTest))
    below = _descent(names, ""), _descent(names, XFORMS)
    below_root = _descent(names[1:], ""), _descent(names[1:], XFORMS)

    def select(node: Node) -> Nodes:
        if isinstance(node, Element):
            above: Element | None = node
            for _ in range(climbs):
                above = above.getparent() if above is not None else None
            if above is None or (tag := above.tag).__class__ is not str:
                return _step_by_step(steps, node)
            return below[tag.startswith(XFORMS)](above)
        if not isinstance(node, Document) or climbs:
            return _step_by_step(steps, node)
        tag = node.root.tag
        inside = tag.startswith(XFORMS)
        return below_root[inside](node.root) if names[0] in ("*", tag.removeprefix(XFORMS)) else []

    return select


def _goes_up(step: Step) -> bool:
    return step.axis is Axis.PARENT


def _descent(names: tuple[str, ...], namespace: str) -> Callable[[Element], Nodes]:
    """From an element down. To begin an evaluation costs libxml2 what one step costs here, so it takes more at once."""
    if not names:
        return lambda element: [element]
    if len(names) == 1:
        name = names[0] if names[0] == "*" else namespace + names[0]
        return lambda element: list(element.iterchildren(name))
    prefix = "form:" if namespace else ""
    written = "/".join(name if name == "*" else prefix + name for name in names)
    return cast(Callable[[Element], Nodes], etree.XPath(written, namespaces={"form": XFORMS[1:-1]}))


def _step_by_step(steps: tuple[Step, ...], node: Node) -> Nodes:
    """The same from an attribute or a run of text, up to the document itself, and up from several nodes at once."""
    nodes = [node]
    for step in steps:
        select = selection(step.axis, step.test)
        nodes = in_document_order(found for node in nodes for found in select(node))
    return nodes
