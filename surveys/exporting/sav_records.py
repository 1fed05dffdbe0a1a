"""What stands before the cases in a .sav: which variables there are and what they mean. Pure bytes.

Written after the "System File Format" in the developers' guide of PSPP. All numbers are little-endian, all texts
UTF-8. Nothing is said of when the file was made.
"""

import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from math import nextafter

BIAS = 100
"""Whole numbers are packed into one byte with this added."""
LONGEST_SEGMENT = 255
_OF_A_SEGMENT = 252
"""Of a text longer than that, a variable for each so many bytes, though each holds 255 of them."""
_SHORT = 8
"""Labels of values up to so many bytes have a record of their own kind."""
_NUMBER_FORMAT = 5 << 16 | 8 << 8 | 2
_TEXT_FORMAT = 1 << 16
_CONTINUED_FORMAT = 0x011D01
_DISPLAY_WIDTH = 8


class Measure(IntEnum):
    """What may be reckoned with a variable."""

    UNKNOWN = 0
    NOMINAL = 1
    SCALE = 3


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of the file.

    name    at most 64 bytes, as SPSS takes it
    width   most bytes of a text; 0 is a number
    label   at most 255 bytes
    labels  of values, which are texts no longer than the width; each label at most 120 bytes
    """

    name: str
    width: int = 0
    label: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    measure: Measure = Measure.UNKNOWN

    @property
    def segments(self) -> list[int]:
        """The widths of the parts in which it is kept."""
        if self.width <= LONGEST_SEGMENT:
            return [self.width]
        count = -(-self.width // _OF_A_SEGMENT)
        return [LONGEST_SEGMENT] * (count - 1) + [self.width - (count - 1) * _OF_A_SEGMENT]

    @property
    def elements(self) -> int:
        """How many times eight bytes it takes in a case."""
        return sum(map(_elements, self.segments))


def dictionary_of(variables: Sequence[Variable], cases: int) -> Iterator[bytes]:
    """All records, the header first, up to where the cases begin."""
    placed = list(_placed(variables))
    yield _header(sum(variable.elements for variable in variables), cases)
    for variable, names, _ in placed:
        yield from _variable_records(variable, names)
    for variable, _, place in placed:
        if variable.labels and variable.width <= _SHORT:
            yield _short_labels(variable.labels, place)
    yield _info(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001))
    greatest = sys.float_info.max
    yield _info(4, 8, struct.pack("<3d", -greatest, greatest, nextafter(-greatest, 0)))
    yield _info(11, 4, b"".join(_display(variable) * len(names) for variable, names, _ in placed))
    yield _info(13, 1, "\t".join(f"{names[0]}={variable.name}" for variable, names, _ in placed).encode())
    long = [(names[0], variable.width) for variable, names, _ in placed if len(names) > 1]
    if long:
        yield _info(14, 1, "".join(f"{name}={width:05}\0\t" for name, width in long).encode())
    yield _info(16, 8, struct.pack("<2q", 1, cases))
    yield _info(20, 1, b"UTF-8")
    labelled = [_long_labels(each) for each, _, _ in placed if each.labels and each.width > _SHORT]
    if labelled:
        yield _info(21, 1, b"".join(labelled))
    yield struct.pack("<2i", 999, 0)


def _placed(variables: Iterable[Variable]) -> Iterator[tuple[Variable, list[str], int]]:
    """Each variable with a short name for each of its segments, and its place, counted in elements from 1."""
    number, place = 0, 1
    for variable in variables:
        names = [f"V{number + step}" for step in range(1, len(variable.segments) + 1)]
        yield variable, names, place
        number += len(names)
        place += variable.elements


def _header(elements: int, cases: int) -> bytes:
    product = b"@(#) SPSS DATA FILE - Rimay".ljust(60)
    begun = struct.pack("<5id", 2, elements, 1, 0, cases, BIAS)
    return b"".join((b"$FL2", product, begun, b"01 Jan 80", b"00:00:00", b" " * 64, bytes(3)))


def _variable_records(variable: Variable, names: Sequence[str]) -> Iterator[bytes]:
    for name, width in zip(names, variable.segments, strict=True):
        written = _TEXT_FORMAT | width << 8 if width else _NUMBER_FORMAT
        label = variable.label.encode() if name == names[0] else b""
        yield struct.pack("<6i8s", 2, width, bool(label), 0, written, written, name.encode().ljust(8))
        if label:
            yield struct.pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4)
        continued = struct.pack("<6i8s", 2, -1, 0, 0, _CONTINUED_FORMAT, _CONTINUED_FORMAT, b" " * 8)
        yield continued * (_elements(width) - 1)


def _elements(width: int) -> int:
    return -(-width // 8) or 1


def _short_labels(labels: Mapping[str, str], place: int) -> bytes:
    packed = (
        value.encode().ljust(8) + _padded(bytes([len(label)]) + label)
        for value, label in ((value, label.encode()) for value, label in labels.items())
    )
    return struct.pack("<2i", 3, len(labels)) + b"".join(packed) + struct.pack("<3i", 4, 1, place)


def _padded(text: bytes) -> bytes:
    return text.ljust(-(-len(text) // 8) * 8)


def _long_labels(variable: Variable) -> bytes:
    name = variable.name.encode()
    begun = struct.pack("<i", len(name)) + name + struct.pack("<2i", variable.width, len(variable.labels))
    packed = (
        struct.pack("<i", variable.width)
        + value.encode().ljust(variable.width)
        + struct.pack("<i", len(label))
        + label
        for value, label in ((value, label.encode()) for value, label in variable.labels.items())
    )
    return begun + b"".join(packed)


def _display(variable: Variable) -> bytes:
    """Texts stand at the left, numbers at the right."""
    return struct.pack("<3i", variable.measure, _DISPLAY_WIDTH, 0 if variable.width else 1)


def _info(kind: int, size: int, content: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(content) // size) + content
