"""Drawing lots by a text that everybody can hear: SHA-256 makes numbers of it, and anybody can redo them by hand.

The number of a text is the SHA-256 of its UTF-8 bytes, read as one whole number, the first byte first. The texts are
lines joined by a line feed:

    SEED, COMMITMENT, `panel`, COUNTER      which ticket is drawn; COUNTER is 0, 1, 2 … in decimal digits
    SEED, COMMITMENT, `person`, ID          the lot of a person
    SEED, COMMITMENT, `household`, ID …     the lot of a household, the ids of its members sorted

The ticket is the first of the numbers that is below the largest multiple of the tickets, modulo the tickets: so each is
equally likely. Of the people of a type those with the smallest lots are drawn.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

_NUMBERS = 2**256


@dataclass(frozen=True, slots=True)
class Lots:
    """Whoever knows the seed and the commitment to the pool can tell every lot."""

    seed: str
    commitment: str

    def number(self, *lines: str) -> int:
        """The number of the seed, the commitment and these lines."""
        text = "\n".join((self.seed, self.commitment, *lines))
        return int.from_bytes(hashlib.sha256(text.encode()).digest())

    def ticket(self, tickets: int) -> int:
        """One of so many tickets, 0 the first."""
        limit = _NUMBERS - _NUMBERS % tickets
        return next(
            number % tickets for turn in count() if (number := self.number("panel", str(turn))) < limit
        )

    def panel(self, tickets: Sequence[int]) -> int:
        """The panel to whose tickets the drawn one belongs: the first panel has the first ones."""
        ends = list(accumulate(tickets))
        return bisect_right(ends, self.ticket(ends[-1]))

    def people(self, ids: Iterable[str], seats: int) -> list[str]:
        """So many of these people: the smallest lots are drawn."""
        return sorted(ids, key=lambda each: self.number("person", each))[:seats]

    def households(self, households: Iterable[Collection[str]]) -> list[list[str]]:
        """The households in the order of their lots, each with its members in the order of theirs."""
        drawn = sorted(households, key=lambda each: self.number("household", *sorted(each)))
        return [self.people(members, len(members)) for members in drawn]
