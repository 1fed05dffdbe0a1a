"""What a step of a path selects from one node: an axis, and a test of name or type."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from surveys.xpath.errors import ExpressionError
from surveys.xpath.nodes import (
    XFORMS,
    Attribute,
    Document,
    Element,
    Namespace,
    Node,
    Nodes,
    Text,
    children_of,
    element_of,
    is_element,
    parent_of,
)
from surveys.xpath.syntax import Axis, NameTest, TypeTest

Select = Callable[[Node], Nodes]
"""From one node to the nodes that a step finds, in the order of its axis (nearest first)."""

BACKWARD: Final = frozenset({Axis.ANCESTOR, Axis.ANCESTOR_OR_SELF, Axis.PRECEDING, Axis.PRECEDING_SIBLING})
"""Axes that count from the node towards the start of the document."""

PREFIXES: Final = {
    "ev": "http://www.w3.org/2001/xml-events",
    "h": "http://www.w3.org/1999/xhtml",
    "jr": "http://openrosa.org/javarosa",
    "odk": "http://www.opendatakit.org/xforms",
    "orx": "http://openrosa.org/xforms",
    "xf": "http://www.w3.org/2002/xforms",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
"""Prefixes that every form knows. What a document declares itself goes before."""


def selection(axis: Axis, test: NameTest | TypeTest) -> Select:
    """The selecting function of a step. A prefix is looked up where the step starts."""
    if isinstance(test, TypeTest):
        return _filtered(_WALKS[axis], _of_type(test))
    if test.prefix is None:
        return _named(axis, test.local, None)
    prefix, local = test.prefix, test.local
    return lambda node: _named(axis, local, _namespace(node, prefix))(node)


def _namespace(node: Node, prefix: str) -> str:
    uri = element_of(node).nsmap.get(prefix) or PREFIXES.get(prefix)
    if uri is None:
        raise ExpressionError("unknown_prefix", prefix=prefix)
    return uri


@lru_cache(maxsize=4096)
def _named(axis: Axis, local: str, uri: str | None) -> Select:
    if axis is Axis.ATTRIBUTE:
        return _attributes(local, uri)
    if axis is Axis.NAMESPACE:
        return lambda node: [
            found for found in _namespaces(node) if local in ("*", cast(Namespace, found).prefix)
        ]
    tags = _tags(local, uri)
    if axis is Axis.CHILD:
        return _children_named(tags)
    if axis is Axis.DESCENDANT:
        return _descendants_named(tags)
    if local == "*":
        inside = f"{{{uri}}}" if uri else ""
        return _filtered(_WALKS[axis], lambda node: is_element(node) and node.tag.startswith(inside))
    return _filtered(_WALKS[axis], lambda node: isinstance(node, Element) and node.tag in tags)


def _tags(local: str, uri: str | None) -> tuple[str, ...]:
    """The names, in lxml's notation, that a test accepts."""
    if uri is not None:
        return (f"{{{uri}}}{local}",)
    return ("*",) if local == "*" else (local, XFORMS + local)


def _children_named(tags: tuple[str, ...]) -> Select:
    plain, in_form = tags[0], tags[-1]

    def select(node: Node) -> Nodes:
        if isinstance(node, Element):
            tag = node.tag
            inside = tag.__class__ is str and tag.startswith(XFORMS)
            return list(node.iterchildren(in_form if inside else plain))
        if isinstance(node, Document) and _accepts(tags, node.root):
            return [node.root]
        return []

    return select


def _descendants_named(tags: tuple[str, ...]) -> Select:
    def select(node: Node) -> Nodes:
        if isinstance(node, Document):
            return list(node.root.iter(*tags))
        return list(node.iterdescendants(*tags)) if isinstance(node, Element) else []

    return select


def _accepts(tags: tuple[str, ...], element: Element) -> bool:
    return any(
        tag in ("*", element.tag) or (tag[-1] == "*" and element.tag.startswith(tag[:-1])) for tag in tags
    )


def _attributes(local: str, uri: str | None) -> Select:
    name = f"{{{uri}}}{local}" if uri else local

    def select(node: Node) -> Nodes:
        if not is_element(node):
            return []
        if local == "*":
            inside = f"{{{uri}}}" if uri else ""
            return [
                found for found in _all_attributes(node) if cast(Attribute, found).name.startswith(inside)
            ]
        value = node.get(name)
        return [] if value is None else [Attribute(node, name, value)]

    return select


def _of_type(test: TypeTest) -> Callable[[Node], bool]:
    match test.type:
        case "text":
            return lambda node: isinstance(node, Text)
        case "comment":
            return lambda node: isinstance(node, etree._Comment)
        case "processing-instruction":
            return lambda node: (
                isinstance(node, etree._ProcessingInstruction) and test.target in (None, node.target)
            )
    return lambda node: True


def _filtered(walk: Callable[[Node], Iterator[Node] | Nodes], accepts: Callable[[Node], bool]) -> Select:
    return lambda node: [found for found in walk(node) if accepts(found)]


def _itself(node: Node) -> Nodes:
    return [node]


def _parent(node: Node) -> Nodes:
    above = parent_of(node)
    return [] if above is None else [above]


def _ancestors(node: Node) -> Iterator[Node]:
    while (above := parent_of(node)) is not None:
        yield above
        node = above


def _descendants(node: Node) -> Iterator[Node]:
    for child in children_of(node):
        yield child
        yield from _descendants(child)


def _siblings(node: Node) -> tuple[Nodes, int]:
    above = parent_of(node)
    if above is None or isinstance(node, Attribute | Namespace):
        return [], 0
    family = list(children_of(above))
    return family, family.index(node)


def _following_siblings(node: Node) -> Nodes:
    family, at = _siblings(node)
    return family[at + 1 :]


def _preceding_siblings(node: Node) -> Nodes:
    family, at = _siblings(node)
    return family[:at][::-1]


def _following(node: Node) -> Iterator[Node]:
    for step in _with_itself(_ancestors)(node):
        for sibling in _following_siblings(step):
            yield from _with_itself(_descendants)(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    for step in _with_itself(_ancestors)(node):
        for sibling in _preceding_siblings(step):
            yield from reversed(list(_with_itself(_descendants)(sibling)))


def _with_itself(walk: Callable[[Node], Iterator[Node]]) -> Callable[[Node], Iterator[Node]]:
    def all_of(node: Node) -> Iterator[Node]:
        yield node
        yield from walk(node)

    return all_of


def _all_attributes(node: Node) -> Nodes:
    if not is_element(node):
        return []
    return [Attribute(node, cast(str, name), cast(str, value)) for name, value in node.items()]


def _namespaces(node: Node) -> Nodes:
    if not is_element(node):
        return []
    in_scope = {"xml": PREFIXES["xml"]} | {prefix or "": uri for prefix, uri in node.nsmap.items()}
    return [Namespace(node, prefix, uri) for prefix, uri in sorted(in_scope.items())]


_WALKS: Final[dict[Axis, Callable[[Node], Iterator[Node] | Nodes]]] = {
    Axis.ANCESTOR: _ancestors,
    Axis.ANCESTOR_OR_SELF: _with_itself(_ancestors),
    Axis.ATTRIBUTE: _all_attributes,
    Axis.CHILD: children_of,
    Axis.DESCENDANT: _descendants,
    Axis.DESCENDANT_OR_SELF: _with_itself(_descendants),
    Axis.FOLLOWING: _following,
    Axis.FOLLOWING_SIBLING: _following_siblings,
    Axis.NAMESPACE: _namespaces,
    Axis.PARENT: _parent,
    Axis.PRECEDING: _preceding,
    Axis.PRECEDING_SIBLING: _preceding_siblings,
    Axis.SELF: _itself,
}
