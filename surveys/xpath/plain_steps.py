"""Runs of plain steps, such as `home/person/age` or `../../name`.

libxml2 walks a whole run in the time of two steps here.
"""

from typing import cast

from lxml import etree

from surveys.xpath.axes import Select, selection
from surveys.xpath.frame import Frame
from surveys.xpath.nodes import XFORMS, Document, Element, Node, Nodes, in_document_order
from surveys.xpath.paths import Follow
from surveys.xpath.syntax import Axis, Step, TypeTest


def is_plain(step: Step) -> bool:
    """Whether the step goes one up, or down to elements of a name, and nothing else is asked."""
    if step.predicates:
        return False
    if isinstance(step.test, TypeTest):
        return step.axis is Axis.PARENT and step.test.type == "node"
    return step.axis is Axis.CHILD and step.test.prefix is None


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
    from_element = _evaluator("", steps, ""), _evaluator("", steps, "form:")
    climbs = any(step.axis is Axis.PARENT for step in steps)
    starts_down = steps[0].axis is Axis.CHILD
    on_root = "self::" if starts_down else ""
    from_document = _evaluator(on_root, steps, ""), _evaluator(on_root, steps, "form:")

    def select(node: Node) -> Nodes:
        found: Nodes = []
        if isinstance(node, Element):
            tag = node.tag
            if tag.__class__ is str:
                found = cast(Nodes, from_element[tag.startswith(XFORMS)](node))
        elif isinstance(node, Document) and starts_down:
            found = cast(Nodes, from_document[node.root.tag.startswith(XFORMS)](node.root))
        return found if found or not climbs else _step_by_step(steps, node)

    return select


def _evaluator(start: str, steps: tuple[Step, ...], prefix: str) -> etree.XPath:
    written = "/".join(_written(step, prefix) for step in steps)
    return etree.XPath(start + written, namespaces={"form": XFORMS[1:-1]})


def _written(step: Step, prefix: str) -> str:
    if isinstance(step.test, TypeTest):
        return ".."
    return "*" if step.test.local == "*" else prefix + step.test.local


def _step_by_step(steps: tuple[Step, ...], node: Node) -> Nodes:
    """The same where libxml2 is no help: from an attribute or a run of text, and up to the document itself."""
    nodes = [node]
    for step in steps:
        select = selection(step.axis, step.test)
        nodes = in_document_order(found for node in nodes for found in select(node))
    return nodes
