"""Functions of answers to select questions, which are written as values with spaces between."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.nodes import Element, Node, element_of, is_element


def selected(text: str, value: str) -> bool:
    value = value.strip()
    return value in text.split() if value else not text.strip()


def selected_at(text: str, index: float) -> str:
    """The value at `index`, from zero; empty where there is none."""
    values = text.split()
    return values[int(index)] if -1 < index < len(values) else ""


def count_selected(text: str) -> float:
    return float(len(text.split()))


def choice_name(frame: Frame, value: str, path: str) -> str:
    """`jr:choice-name`: the label of the choice `value` of the question at `path`."""
    look_up = frame.run.scope.choice_name
    return look_up(value, _absolute(path.strip(), frame.run.current)) if look_up else ""


def itext(frame: Frame, name: str) -> str:
    look_up = frame.run.scope.itext
    return look_up(name) if look_up else ""


def _absolute(path: str, start: Node) -> str:
    """`../parish`, read at `/data/home[2]/name`, is the question `/data/home/parish`."""
    if path.startswith("/"):
        return path
    names = [_name(element) for element in reversed(list(element_of(start).iterancestors()))]
    names.append(_name(element_of(start)))
    for step in path.split("/"):
        if step == "..":
            del names[-1:]
        elif step not in ("", ".", "current()"):
            names.append(step)
    return "/" + "/".join(names)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if is_element(element) else ""


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "count-selected": count_selected,
    "is-selected": selected,
    "jr:choice-name": choice_name,
    "jr:itext": itext,
    "selected": selected,
    "selected-at": selected_at,
}
