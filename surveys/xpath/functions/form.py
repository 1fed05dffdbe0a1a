"""Functions that ask about the form and the device it is filled in on."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.values import Value


def version(frame: Frame) -> str:
    return frame.run.scope.version


def property_of_device(name: str) -> str:
    """`property`: nothing is known here of a person's device, so whatever is asked is empty."""
    return ""


def depend(value: Value, *others: Value) -> Value:
    """The first argument; authors name the others so that a calculation is made anew when they change."""
    return value


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "depend": depend,
    "property": property_of_device,
    "version": version,
}
