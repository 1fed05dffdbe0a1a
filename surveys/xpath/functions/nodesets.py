"""Functions of nodes: counting, naming, finding, shuffling."""

import math
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from surveys.xpath.errors import ExpressionError
from surveys.xpath.frame import Frame
from surveys.xpath.nodes import (
    Attribute,
    Document,
    Element,
    Namespace,
    Node,
    Nodes,
    element_of,
    is_element,
    parent_of,
    position_among_siblings,
    text_of,
)
from surveys.xpath.values import Value, as_text, to_number, to_text

_LARGEST_SEED: Final = 2**31 - 1
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def last(frame: Frame) -> float:
    return float(frame.size)


def position(frame: Frame, nodes: Nodes | None = None) -> float:
    """Among the nodes under consideration, or, of a given node, among its siblings of the same name."""
    if nodes is None:
        return float(frame.position)
    if not nodes:
        raise ExpressionError("no_node", name="position")
    return float(position_among_siblings(element_of(nodes[0])))


def count(nodes: Nodes) -> float:
    return float(len(nodes))


def count_non_empty(nodes: Nodes) -> float:
    return float(sum(text_of(node) != "" for node in nodes))


def by_id(frame: Frame, value: Value) -> Nodes:
    wanted = {word for text in as_text(value, frame.run.zone) for word in text.split()}
    return [element for element in frame.run.document.root.iter("*") if element.get("id") in wanted]


def local_name(nodes: Nodes) -> str:
    return _expanded_name(nodes).rpartition("}")[2]


def namespace_uri(nodes: Nodes) -> str:
    return _expanded_name(nodes).rpartition("}")[0][1:]


def name(nodes: Nodes) -> str:
    """The name as it is written, with its prefix."""
    uri, local = namespace_uri(nodes), local_name(nodes)
    in_scope = element_of(nodes[0]).nsmap if uri else {}
    prefix = next((prefix for prefix, known in in_scope.items() if known == uri), None)
    return f"{prefix}:{local}" if prefix else local


def _expanded_name(nodes: Nodes) -> str:
    match nodes:
        case [etree._ProcessingInstruction() as instruction, *_]:
            return str(instruction.target)
        case [Element() as element, *_] if is_element(element):
            return str(element.tag)
        case [Attribute(_, name, _), *_] | [Namespace(_, name, _), *_]:
            return name
    return ""


def lang(frame: Frame, language: str) -> bool:
    """Whether the context node is written in the language, or in a variety of it."""
    node: Node | None = element_of(frame.node)
    while isinstance(node, Element):
        written = node.get(_LANGUAGE)
        if written is not None:
            return f"{written}-".lower().startswith(f"{language}-".lower())
        node = parent_of(node)
    return False


def current(frame: Frame) -> Nodes:
    """The node that the whole expression started from, also inside a predicate."""
    return [frame.run.current]


def instance(frame: Frame, name: str) -> Nodes:
    root = frame.run.scope.instances.get(name)
    if root is None:
        raise ExpressionError("unknown_instance", name=name)
    return [Document(root)]


def pulldata(frame: Frame, name: str, column: str, key_column: str, key: str) -> str:
    """The value of `column` in the first row of a secondary instance where `key_column` is `key`."""
    root = frame.run.scope.instances.get(name)
    if root is None:
        raise ExpressionError("unknown_instance", name=name)
    for item in root:
        cells = {etree.QName(cell).localname: text_of(cell) for cell in item if is_element(cell)}
        if cells.get(key_column) == key:
            return cells.get(column, "")
    return ""


def indexed_repeat(nodes: Nodes, repeat: Nodes, index: float, *more: Value) -> Nodes:
    """The nodes that lie in instance number `index` of the repeat, and in those of further pairs."""
    found = [node for node in nodes if _lies_in(node, repeat, index)]
    for inner, number in zip(more[::2], more[1::2], strict=False):
        if not isinstance(inner, list) or not isinstance(number, float):
            raise ExpressionError("needs_nodes", name="indexed-repeat")
        found = [node for node in found if _lies_in(node, inner, number)]
    return found


def _lies_in(node: Node, repeat: Nodes, index: float) -> bool:
    instances = set(repeat)
    above: Node | None = node
    while above is not None:
        if above in instances:
            return position_among_siblings(element_of(above)) == index
        above = parent_of(above)
    return False


def randomize(frame: Frame, nodes: Nodes, seed: Value | None = None) -> Nodes:
    """The nodes in an order by chance; with a seed, in the order that every ODK client gives.

    A seed that the author wrote must be a number. An answer need not be one: its text is hashed, an empty one is 0.

    source: ODK XForms specification, `randomize`: inside-out Fisher-Yates with the Park-Miller generator
    """
    if seed is None:
        return _shuffle(nodes, frame.run.scope.random.random)
    return _shuffle(nodes, _ParkMiller(_whole_seed(frame, seed)).random)


def _whole_seed(frame: Frame, seed: Value) -> int:
    number = to_number(seed, frame.run.zone)
    if math.isfinite(number):
        return int(number)
    if not isinstance(seed, list):
        raise ExpressionError("bad_seed")
    text = to_text(seed, frame.run.zone)
    hashed = int.from_bytes(sha256(text.encode()).digest()[:8], signed=True) if text else 0
    return int(float(hashed))  # through a double, as JavaRosa has it


def _shuffle(nodes: Nodes, chance: Callable[[], float]) -> Nodes:
    shuffled: Nodes = []
    for at, node in enumerate(nodes):
        other = int(chance() * (at + 1))
        shuffled.append(node)
        shuffled[at], shuffled[other] = shuffled[other], node
    return shuffled


class _ParkMiller:
    """The minimal standard generator; seeds out of range are folded as the specification says."""

    def __init__(self, seed: int) -> None:
        rest = abs(seed) % _LARGEST_SEED
        self._state = rest if seed > 0 else -rest
        if self._state <= 0:
            self._state += _LARGEST_SEED - 1

    def random(self) -> float:
        self._state = self._state * 16807 % _LARGEST_SEED
        return (self._state - 1) / (_LARGEST_SEED - 1)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "count": count,
    "count-non-empty": count_non_empty,
    "current": current,
    "id": by_id,
    "indexed-repeat": indexed_repeat,
    "instance": instance,
    "lang": lang,
    "last": last,
    "local-name": local_name,
    "name": name,
    "namespace-uri": namespace_uri,
    "position": position,
    "pulldata": pulldata,
    "randomize": randomize,
}
