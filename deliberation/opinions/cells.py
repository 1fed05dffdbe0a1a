"""The opinion map without people: cells that enough of one group stand in, and an outline around them.

Nobody's place can be read from it. A cell stands at the middle of fields of a fixed pattern, never at the mean of
those who are in it, and the pattern is laid by the middle and the spread of all: no outermost person draws its edge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from deliberation.maths.votes import FloatArray, IntArray

_FIELDS = 11
"""How many fields go across the pattern."""

_REACH = 2.5
"""How far it goes from the middle, in root mean square distances. Who stands further out is put on its edge."""

_ROUND = 12
"""Corners of the ring around a cell that an outline goes by."""

_WIDE = 0.62
"""Radius of that ring, in fields."""

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Cell:
    x: float
    y: float
    people: int

    def with_(self, other: "_Cell") -> "_Cell":
        people = self.people + other.people
        return _Cell(
            (self.x * self.people + other.x * other.people) / people,
            (self.y * self.people + other.y * other.people) / people,
            people,
        )

    def order(self) -> tuple[int, float, float]:
        return self.people, self.x, self.y

    def distance(self, other: "_Cell") -> tuple[float, float, float]:
        return (self.x - other.x) ** 2 + (self.y - other.y) ** 2, other.x, other.y


def map_cells(at: FloatArray, group: IntArray, threshold: int) -> dict[str, Any]:
    """What may be seen: {"cells": [{"x", "y", "group", "people"}], "outlines": {group: [[x, y], …]}, "others": int}.

    Each cell holds at least `threshold` people of one group: a smaller one is joined with the nearest of its group.
    Who is in no group, or in one that is smaller than the threshold, is only counted, in "others".

    at:     (n, 2) places
    group:  (n,) numbers of groups from 0 or 1 on, less than that: in none
    returns the same, whatever the order of the rows
    """
    inside = (group >= 0) & np.isfinite(at).all(axis=1)
    middle, field = _pattern(at[inside])
    cells: list[dict[str, Any]] = []
    outlines: dict[str, list[list[float]]] = {}
    for number in np.unique(group[inside]).tolist():
        counted = _counted(at[inside & (group == number)], middle, field)
        if sum(cell.people for cell in counted) < threshold:
            continue
        joined = sorted(_joined(counted, threshold), key=_Cell.order, reverse=True)
        cells += [
            {"x": _short(cell.x), "y": _short(cell.y), "group": number, "people": cell.people}
            for cell in joined
        ]
        outlines[str(number)] = [[_short(x), _short(y)] for x, y in _hull(_rings(joined, _WIDE * field))]
    return {
        "cells": cells,
        "outlines": outlines,
        "others": len(group) - sum(each["people"] for each in cells),
    }


def _pattern(at: FloatArray) -> tuple[FloatArray, float]:
    """The middle of all and the width of a field, from sums that do not depend on the order of the rows."""
    people = max(len(at), 1)
    middle = np.sort(at, axis=0).sum(axis=0) / people
    squares = np.sort(((at - middle) ** 2).sum(axis=1)).sum() / people
    return middle, float(2 * _REACH * np.sqrt(squares) / _FIELDS) or 1.0


def _counted(at: FloatArray, middle: FloatArray, field: float) -> list[_Cell]:
    """How many stand in each field. Every other row is moved by half a field: each has six neighbours as near."""
    high = field * np.sqrt(3) / 2
    half = _FIELDS // 2
    row = np.rint((at[:, 1] - middle[1]) / high).clip(-half, half)
    shift = np.abs(row) % 2 / 2
    column = np.rint((at[:, 0] - middle[0]) / field - shift).clip(-half, half) + shift
    places, people = np.unique(np.stack([column, row], axis=1), axis=0, return_counts=True)
    return [
        _Cell(float(middle[0] + x * field), float(middle[1] + y * high), count)
        for (x, y), count in zip(places.tolist(), people.tolist(), strict=True)
    ]


def _joined(cells: list[_Cell], threshold: int) -> list[_Cell]:
    """None too small, the smallest joined first."""
    cells = list(cells)
    while len(cells) > 1:
        smallest = min(cells, key=_Cell.order)
        if smallest.people >= threshold:
            break
        cells.remove(smallest)
        nearest = min(cells, key=smallest.distance)
        cells.remove(nearest)
        cells.append(nearest.with_(smallest))
    return cells


def _rings(cells: Iterable[_Cell], radius: float) -> list[_Point]:
    turns = [2 * np.pi * corner / _ROUND for corner in range(_ROUND)]
    return [
        (float(cell.x + radius * np.cos(turn)), float(cell.y + radius * np.sin(turn)))
        for cell in cells
        for turn in turns
    ]


def _hull(points: list[_Point]) -> list[_Point]:
    """The corners of the smallest convex outline, in turn.

    source:  Andrew 1979, "Another efficient algorithm for convex hulls in two dimensions"
    """
    points = sorted(set(points))

    def half(points: Iterable[_Point]) -> list[_Point]:
        kept: list[_Point] = []
        for point in points:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return half(points) + half(reversed(points))


def _turn(start: _Point, middle: _Point, end: _Point) -> float:
    """Positive to the left."""
    return (middle[0] - start[0]) * (end[1] - start[1]) - (middle[1] - start[1]) * (end[0] - start[0])


def _short(number: float) -> float:
    return round(number, 4)
