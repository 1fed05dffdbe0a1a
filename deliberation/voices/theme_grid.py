"""Themes by groups: which numbers of the grid may be shown. Pure: counts of people in, counts or None out.

What is assumed of who reads it: they know these rules, how many people each group has, and how many speak of each
theme. Even so, of a number that is withheld they cannot tell the value from the sums.
"""

from collections.abc import Iterable, Sequence

Grid = list[tuple[int | None, ...]]
Cell = tuple[int, int]


def protect_grid(counts: Sequence[Sequence[int]], wholes: Sequence[int], threshold: int | None) -> Grid:
    """What may be shown of a grid; without a threshold everything.

    counts:  a row a theme, a column a group: how many people of the group speak of the theme. One person may speak
             of several themes; those who speak of none have to be a row as well
    wholes:  how many people each group has

    A small count is withheld, and one that leaves few of the group over, or nobody: it would tell what they did not
    say, or what all of them did. A group that is small itself is withheld whole. Then, in each row and column, as
    many others as it takes for the sums not to give away what is withheld.
    """
    if threshold is None:
        return [tuple(row) for row in counts]
    cells = [(row, column) for row in range(len(counts)) for column in range(len(wholes))]
    hidden = {(row, at) for row, at in cells if _tells(counts[row][at], wholes[at], threshold)}
    lines = [[(row, at) for at in range(len(wholes))] for row in range(len(counts))]
    lines += [[(row, at) for row in range(len(counts))] for at in range(len(wholes))]
    before = -1
    while len(hidden) != before:
        before = len(hidden)
        for line in lines:
            hidden |= _companions(counts, line, hidden, threshold)
    return [
        tuple(None if (row, at) in hidden else counts[row][at] for at in range(len(wholes)))
        for row in range(len(counts))
    ]


def _tells(count: int, whole: int, threshold: int) -> bool:
    if whole < threshold:
        return whole > 0
    return count > 0 and (count < threshold or whole - count < threshold)


def _companions(
    counts: Sequence[Sequence[int]], line: Sequence[Cell], hidden: Iterable[Cell], threshold: int
) -> set[Cell]:
    """What has to be withheld with what is: the smallest of the line, all that tie; all of it where none is left."""
    away = set(hidden)
    found: set[Cell] = set()
    while True:
        secret = [counts[row][at] for row, at in line if (row, at) in away and counts[row][at]]
        if not secret or _stand_alone(secret, threshold):
            return found
        shown = {(row, at): counts[row][at] for row, at in line if (row, at) not in away and counts[row][at]}
        if not shown:
            return found | {cell for cell in line if cell not in away}
        least = min(shown.values())
        more = {cell for cell, count in shown.items() if count == least}
        found |= more
        away |= more


def _stand_alone(secret: Sequence[int], threshold: int) -> bool:
    """Whether numbers, whose sum is known, keep their secret: any of them might be large, and any small."""
    total, others = sum(secret), len(secret) - 1
    if not others or total - others < threshold:
        return False
    return max(secret) >= threshold or total < len(secret) * (threshold - 1)
