"""Disclosure control: which numbers of a table may leave the house. Pure: counts in, counts or None out.

A count of 1 to `threshold - 1` people is *small* and never shown. None stands for a number that is not shown.

What is assumed of who reads the table: they know these rules, the threshold, the base, and every number that
is shown. Even so, of what is withheld they cannot tell the value: at least two tables that differ in it look
the same. And from the sums alone they cannot rule out that a small count reaches the threshold.

A zero is shown: it says what nobody said, and so nothing of anyone. Where all said the same, though, the
table would tell what each of them said: that is withheld like a small count.

Not covered, since one table alone cannot show it: two releases of the same table that are subtracted from
each other (a ledger of releases has to refuse the second), a question that demands an exact number of
choices, and what a reader knows from elsewhere.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

Shown = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """What decides how much of the table of one question may be shown.

    threshold    None shows everything: for who is allowed to see exact numbers
    whole        how many people sent in their answers
    conditional  whether only some of them were asked: how many is then a count of people like any other
    linked       whether the condition looks at a question of which a number is withheld: how many were asked
                 could give that number away
    """

    threshold: int | None
    whole: int
    conditional: bool = False
    linked: bool = False

    def base(self, base: int) -> int | None:
        """How many answered, if that may be shown."""
        if self.threshold is None:
            return base
        if self.conditional:
            return None if self.linked else protect_base(base, self.whole, self.threshold)
        return None if 0 < base < self.threshold else base

    def exclusive(self, counts: Sequence[int], base: int) -> tuple[Shown, int | None]:
        """The cells of a table in which each person is in exactly one, and how many answered."""
        if self.threshold is None:
            return tuple(counts), base
        if not self.conditional or base < self.threshold:
            shown = protect_exclusive(counts, base, self.threshold)
            return shown, None if self.conditional else self.base(base)
        # Those who were not asked are a cell as well: the sum of all is known to be everyone.
        not_asked = len(counts)
        cells = (*counts, self.whole - base)
        shown = protect_exclusive(
            cells, self.whole, self.threshold, sensitive={not_asked} if self.linked else ()
        )
        return shown[:-1], None if shown[-1] is None else base

    def overlapping(self, counts: Sequence[int], base: int) -> tuple[Shown, int | None]:
        """The cells of a table in which a person may be in several, and how many answered."""
        if self.threshold is None:
            return tuple(counts), base
        return protect_overlapping(counts, base, self.threshold), self.base(base)


def protect_exclusive(
    counts: Sequence[int], base: int, threshold: int, *, sensitive: Collection[int] = ()
) -> Shown:
    """What may be shown of a table in which each of `base` people is in exactly one cell.

    Besides the small counts as many others are withheld as it takes for the base not to give them away.

    sensitive: positions of cells that are withheld whatever their size
    """
    if sum(counts) != base:
        raise ValueError("the cells of an exclusive table add up to its base")
    if base == 0:
        return tuple(counts)
    if base < threshold or max(counts) == base:
        return (None,) * len(counts)
    filled = {cell: count for cell, count in enumerate(counts) if count}
    hidden = {cell for cell, count in filled.items() if count < threshold or cell in sensitive}
    if hidden and not _stand_alone([counts[cell] for cell in hidden], threshold):
        companions = _smallest(counts, hidden)
        if not companions:
            return (None,) * len(counts)
        hidden |= companions
    return tuple(None if cell in hidden else count for cell, count in enumerate(counts))


def protect_overlapping(counts: Sequence[int], base: int, threshold: int) -> Shown:
    """What may be shown of a table in which each of `base` people is in one cell or more.

    A cell has a complement, those who did not choose it, which the base gives away: where that is small, or
    empty, the cell is withheld too. Since everybody is in some cell, those that the shown cells leave over
    are in a withheld one: where only small ones could hold them, the smallest shown is withheld as well.
    """
    if sum(counts) < base:
        raise ValueError("everybody is in a cell of an overlapping table")
    if base == 0:
        return tuple(counts)
    everyone_in_one = sorted(counts) == [0] * (len(counts) - 1) + [base]
    if base < threshold or everyone_in_one:
        return (None,) * len(counts)
    filled = {cell: count for cell, count in enumerate(counts) if count}
    hidden = {cell for cell, count in filled.items() if not threshold <= count <= base - threshold}
    left_over = base - sum(count for cell, count in enumerate(counts) if cell not in hidden)
    if left_over > len(hidden) and all(counts[cell] < threshold for cell in hidden):
        hidden |= _smallest(counts, hidden)
    return tuple(None if cell in hidden else count for cell, count in enumerate(counts))


def protect_base(base: int, whole: int, threshold: int) -> int | None:
    """How many of `whole` people a question applied to; withheld where either part of them is small."""
    shown = protect_exclusive((base, whole - base), whole, threshold)[0]
    return base if base == whole else shown


def _stand_alone(hidden: Sequence[int], threshold: int) -> bool:
    """Whether cells, of which the reader can work out the sum, keep their secret without another cell.

    Each is at least 1. The sum must leave room for any of them to reach the threshold; and, for who reasons
    that a cell at the threshold would not have been withheld, room among the small counts too.
    """
    total, others = sum(hidden), len(hidden) - 1
    if not others or total - others < threshold:
        return False
    return max(hidden) >= threshold or total < len(hidden) * (threshold - 1)


def _smallest(counts: Sequence[int], hidden: Collection[int]) -> set[int]:
    """The smallest cells that are shown and not empty: all that tie, for the choice among them would tell."""
    shown = {cell: count for cell, count in enumerate(counts) if count and cell not in hidden}
    least = min(shown.values(), default=0)
    return {cell for cell, count in shown.items() if count == least}
