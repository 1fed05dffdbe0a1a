"""Whether who asks for a text gives all that its placeholders need.

Looks at calls whose key is written out: `t("console.closed_on", date=day)` in a template,
`text("chat.paused", language)` in Python. What is handed on as a whole (`**params`) is trusted.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes

COUNTS = frozenset({"plural", "tn"})
SPEAKS = COUNTS | {"text", "in_every_language", "t", "_t", "say"}
"""Functions that give a text its words; those that count fill {count} by themselves."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A place that asks for a text, and the placeholders that it fills."""

    key: str
    filled: frozenset[str]
    place: str


def askings_in_python(source: str, place: str) -> Iterator[Asking]:
    """Calls with the key written out. In the room `bot` the key comes without its domain."""
    domain = "chat." if place.startswith("bot/") else ""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(words)), *_]
            ) if name in SPEAKS:
                key = words if "." in words else domain + words
                names = [keyword.arg for keyword in node.keywords]
                if None not in names:
                    yield _asking(name, key, [given for given in names if given], f"{place}:{node.lineno}")


def askings_in_template(source: str, place: str) -> Iterator[Asking]:
    """The same in a template."""
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        match call:
            case nodes.Call(
                node=nodes.Name(name=name), args=[nodes.Const(value=str(key)), *_], dyn_kwargs=None
            ):
                if name in SPEAKS:
                    yield _asking(
                        name, key, [keyword.key for keyword in call.kwargs], f"{place}:{call.lineno}"
                    )


def _asking(function: str, key: str, names: list[str], place: str) -> Asking:
    counted = {"count"} if function in COUNTS else set()
    return Asking(key, frozenset(names) | counted, place)
