"""The cases of a .sav, packed as they come: a byte says of each eight what they are, or what follows.

The byte is a small whole number itself, or one of the signs below; the eight bytes stand after eight such signs.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

from surveys.exporting.sav_records import BIAS, LONGEST_SEGMENT, Variable

Cell = float | bytes | None
Packed = tuple[bytes, bytes]
"""Signs, and what follows them."""

_FOLLOWS = 253
_SPACES = b"\xfe"
_MISSING = (b"\xff", b"")
_LEAST, _GREATEST = 1 - BIAS, 251 - BIAS
_SIGNS = 8


class Packer:
    """Takes the cases of one file, some at a time."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._pack = [_packs(variable) for variable in variables]
        self._signs = b""
        self._followers = b""

    def add(self, columns: Iterable[Sequence[Cell]]) -> bytes:
        """Some cases, column by column; what can be written of them by now."""
        signs: list[list[bytes]] = []
        followers: list[list[bytes]] = []
        for pack, column in zip(self._pack, columns, strict=True):
            packed = {cell: pack(cell) for cell in set(column)}
            signs.append([packed[cell][0] for cell in column])
            followers.append([packed[cell][1] for cell in column])
        self._signs += b"".join(map(b"".join, zip(*signs, strict=True)))
        self._followers += b"".join(map(b"".join, zip(*followers, strict=True)))
        return b"".join(self._whole())

    def rest(self) -> bytes:
        """What is left when no more cases come."""
        self._signs += bytes(-len(self._signs) % _SIGNS)
        return b"".join(self._whole())

    def _whole(self) -> Iterator[bytes]:
        """As many times eight signs as there are, each with what follows them."""
        signs, followers, begun = self._signs, self._followers, 0
        end = len(signs) - len(signs) % _SIGNS
        for place in range(0, end, _SIGNS):
            eight = signs[place : place + _SIGNS]
            yield eight
            if follow := eight.count(_FOLLOWS):
                yield followers[begun : (begun := begun + 8 * follow)]
        self._signs, self._followers = signs[end:], followers[begun:]


def _packs(variable: Variable) -> Callable[[Cell], Packed]:
    if not variable.width:
        return _number
    segments = variable.segments
    if len(segments) == 1:
        return lambda cell: _text(cell, variable.elements)
    return lambda cell: _long_text(cell, segments)


def _number(cell: Cell) -> Packed:
    if cell is None or isinstance(cell, bytes):
        return _MISSING
    if _LEAST <= cell <= _GREATEST and cell == int(cell):
        return bytes([int(cell) + BIAS]), b""
    return bytes([_FOLLOWS]), struct.pack("<d", cell)


def _text(cell: Cell, elements: int) -> Packed:
    written = cell.rstrip(b" ") if isinstance(cell, bytes) else b""
    used = -(-len(written) // 8)
    return bytes([_FOLLOWS]) * used + _SPACES * (elements - used), written.ljust(used * 8)


def _long_text(cell: Cell, segments: Sequence[int]) -> Packed:
    """Each part but the last holds 255 bytes."""
    text = cell if isinstance(cell, bytes) else b""
    parts = [
        _text(text[place * LONGEST_SEGMENT : (place + 1) * LONGEST_SEGMENT], -(-width // 8))
        for place, width in enumerate(segments)
    ]
    return b"".join(signs for signs, _ in parts), b"".join(followers for _, followers in parts)
