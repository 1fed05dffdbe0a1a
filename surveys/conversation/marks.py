"""Marked places in a row, as the bits of one number: thousands are looked over at once."""

from collections.abc import Iterable, Iterator


class Marks:
    """Which places of a row are marked."""

    __slots__ = ("bits",)

    def __init__(self, bits: int = 0) -> None:
        self.bits = bits

    def __contains__(self, place: int) -> bool:
        return bool(self.bits >> place & 1)

    def __len__(self) -> int:
        return self.bits.bit_count()

    def set(self, place: int, marked: bool) -> None:
        """Mark a place, or take the mark away."""
        if (place in self) is not marked:
            self.bits ^= 1 << place

    def before(self, place: int) -> "Marks":
        """The marks on places before this one."""
        return Marks(self.bits & (1 << place) - 1)

    def joined(self, other: "Marks") -> "Marks":
        """The places that either marks."""
        return Marks(self.bits | other.bits)

    def without(self, other: "Marks") -> "Marks":
        """The places that the other does not mark."""
        return Marks(self.bits & ~other.bits)

    def since(self, place: int) -> "Marks":
        """The marks on this place and on those after it."""
        return Marks(self.bits >> place << place)

    def shared(self, other: "Marks") -> "Marks":
        """The places that both mark."""
        return Marks(self.bits & other.bits)

    def last(self) -> int | None:
        """The last marked place."""
        return self.bits.bit_length() - 1 if self.bits else None

    def places(self) -> Iterator[int]:
        """The marked places, in order."""
        bits, beyond = self.bits, 0
        while bits:
            step = (bits & -bits).bit_length()
            beyond += step
            bits >>= step
            yield beyond - 1


def marks_of(marked: Iterable[bool]) -> Marks:
    """The marks of a row, told place by place."""
    written = "".join(map("01".__getitem__, marked))
    return Marks(int(written[::-1] or "0", 2))
