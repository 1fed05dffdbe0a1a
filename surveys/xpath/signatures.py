"""What a function of the dialect takes and gives, read from the annotations of the Python function behind it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from surveys.xpath.frame import Frame
from surveys.xpath.nodes import Nodes
from surveys.xpath.values import Value


class Kind(Enum):
    """What is known of a value before anything is evaluated. ANY: only evaluation tells."""

    BOOLEAN = auto()
    NUMBER = auto()
    TEXT = auto()
    NODES = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the dialect.

    call    the Python function behind it; arguments arrive converted to `wants`, and to `rest` beyond those
    framed  whether `call` first takes the Frame
    least   how many arguments must be given; `most` is None where there is no limit
    """

    call: Callable[..., Any]
    framed: bool
    wants: tuple[Kind, ...]
    rest: Kind | None
    least: int
    gives: Kind

    @property
    def most(self) -> int | None:
        """How many arguments there may be; None where there is no limit."""
        return None if self.rest else len(self.wants)

    def want(self, index: int) -> Kind:
        """The kind that the argument at `index` is converted to."""
        return self.wants[index] if index < len(self.wants) else self.rest or Kind.ANY


def describe(call: Callable[..., Any]) -> Function:
    """The signature of a Python function that implements a function of the dialect."""
    hints = get_type_hints(call)
    parameters = list(inspect.signature(call).parameters.values())
    framed = bool(parameters) and hints[parameters[0].name] is Frame
    own = parameters[1:] if framed else parameters
    single = [parameter for parameter in own if parameter.kind is not inspect.Parameter.VAR_POSITIONAL]
    rest = next((_kind(hints[found.name]) for found in own if found not in single), None)
    return Function(
        call=call,
        framed=framed,
        wants=tuple(_kind(hints[parameter.name]) for parameter in single),
        rest=rest,
        least=sum(parameter.default is inspect.Parameter.empty for parameter in single),
        gives=_kind(hints["return"]),
    )


_KINDS: Final = {bool: Kind.BOOLEAN, float: Kind.NUMBER, str: Kind.TEXT}


def _kind(hint: Any) -> Kind:
    if hint == Nodes:
        return Kind.NODES
    if get_origin(hint) in (Union, UnionType):
        present = [option for option in get_args(hint) if option is not NoneType]
        return _kind(present[0]) if len(present) == 1 else Kind.ANY
    return Kind.ANY if hint is Value else _KINDS.get(hint, Kind.ANY)
