"""Every function of the dialect, by its name in expressions."""

from typing import Final

from surveys.xpath.functions import choices, dates, form, geo, hashing, logic, nodesets, numbers, strings
from surveys.xpath.signatures import Function, describe

_ROOMS: Final = (choices, dates, form, geo, hashing, logic, nodesets, numbers, strings)

FUNCTIONS: Final[dict[str, Function]] = {
    name: describe(call) for room in _ROOMS for name, call in room.FUNCTIONS.items()
}

OF_CONTEXT: Final = frozenset(
    {"string", "number", "string-length", "normalize-space", "local-name", "name", "namespace-uri"},
)
"""Called without arguments, these mean the context node."""
