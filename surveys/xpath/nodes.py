"""The nodes that an expression meets, and their text. lxml gives elements; the other kinds are named here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeGuard, cast

from lxml import etree

Element = etree._Element

XFORMS: Final = "{http://www.w3.org/2002/xforms}"
"""A form's own namespace, in the notation of lxml. Names without a prefix find elements in it too."""


class Document(NamedTuple):
    """The node above the root element: what `/` means."""

    root: Element


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as a node that knows its element."""

    owner: Element
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text in `parent`: the first one, or the one that follows the child `after`."""

    parent: Element
    after: Element | None
    value: str


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace as a node: lxml has none."""

    owner: Element
    prefix: str
    uri: str


Node = Element | Document | Attribute | Text | Namespace
Nodes = list[Node]


def text_of(node: Node) -> str:
    """The string-value of a node, as XPath 1.0 section 5 says."""
    if isinstance(node, Element):
        if len(node) == 0:
            return node.text or ""
        return "".join(cast(Iterator[str], node.itertext()))
    if isinstance(node, Document):
        return text_of(node.root)
    return node.uri if isinstance(node, Namespace) else node.value


def parent_of(node: Node) -> Node | None:
    """The node above; None above the document."""
    if isinstance(node, Element):
        above = node.getparent()
        return Document(node) if above is None else above
    if isinstance(node, Text):
        return node.parent
    return None if isinstance(node, Document) else node.owner


def children_of(node: Node) -> Iterator[Node]:
    """Elements, comments, instructions and runs of text directly inside, in document order."""
    if isinstance(node, Document):
        yield from reversed(list(node.root.itersiblings(preceding=True)))
        yield node.root
        yield from node.root.itersiblings()
    elif is_element(node):
        if node.text:
            yield Text(node, None, node.text)
        for child in node:
            yield child
            if child.tail:
                yield Text(node, child, child.tail)


def is_element(node: Node) -> TypeGuard[Element]:
    """True for a real element; lxml also calls comments and instructions so, but gives them no name."""
    return isinstance(node, Element) and isinstance(node.tag, str)


def root_of(node: Node) -> Element:
    """The topmost element of the tree that holds the node."""
    element = element_of(node)
    while (above := element.getparent()) is not None:
        element = above
    return element


def element_of(node: Node) -> Element:
    """The element that the node is or belongs to."""
    if isinstance(node, Element):
        return node
    if isinstance(node, Document):
        return node.root
    return node.parent if isinstance(node, Text) else node.owner


def position_among_siblings(element: Element) -> int:
    """Which of its parent's children of the same name it is, from 1: the number of a repeat's instance."""
    return 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))


def in_document_order(nodes: Iterable[Node]) -> Nodes:
    """The nodes without duplicates, each tree by itself, in the order of the text."""
    unique = list(dict.fromkeys(nodes))
    if len(unique) < 2:
        return unique
    return sorted(unique, key=_place_in({root_of(node): None for node in unique}))


def _place_in(roots: Iterable[Element]) -> Callable[[Node], tuple[int, ...]]:
    index: dict[Element, int] = {}
    for root in roots:
        for element in root.iter():
            index[element] = len(index)

    def place(node: Node) -> tuple[int, ...]:
        match node:
            case Document(root):
                return (index[root] - 1, 5)
            case Namespace(owner):
                return (index[owner], 1)
            case Attribute(owner, name, _):
                return (index[owner], 2, list(owner.keys()).index(name))
            case Text(parent, None, _):
                return (index[parent], 3)
            case Text(_, Element() as after, _):
                *_, last = after.iter()
                depth = sum(1 for _ in after.iterancestors())
                return (index[last], 4, -depth)
        return (index[cast(Element, node)], 0)

    return place
