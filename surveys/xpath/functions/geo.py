"""Functions of places: `latitude longitude [altitude [accuracy]]`, and traces of them with semicolons between."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from surveys.xpath.frame import Frame
from surveys.xpath.values import Value, as_text

_EARTH_RADIUS: Final = 6_378_100.0
"""Metres, at the equator: what ODK clients use."""

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def area(frame: Frame, value: Value) -> float:
    """Square metres inside a closed trace, to two decimals; NaN where a point is none.

    source: Chamberlain & Duquette 2007, "Some algorithms for polygons on a sphere", as ODK clients use it
    """
    points = _points(frame, value)
    if points is None:
        return math.nan
    if len(points) < 3:
        return 0.0
    swept = sum(
        math.radians(there[1] - here[1])
        * (2 + math.sin(math.radians(here[0])) + math.sin(math.radians(there[0])))
        for here, there in pairwise([*points, points[0]])
    )
    return round(abs(swept) * _EARTH_RADIUS**2 / 2, 2)


def distance(frame: Frame, value: Value, *more: Value) -> float:
    """Metres along a trace, or from place to place, to two decimals; NaN where a point is none."""
    traces = [_points(frame, value) for value in (value, *more)]
    if not all(traces):
        return math.nan
    points = [point for trace in traces for point in trace or ()]
    return round(math.fsum(_between(here, there) for here, there in pairwise(points)), 2)


def geofence(frame: Frame, place: Value, fence: Value) -> bool:
    """Whether a place lies inside a closed trace."""
    places, corners = _points(frame, place), _points(frame, fence)
    if not places or not corners:
        return False
    latitude, longitude = places[0]
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise([*corners, corners[0]]):
        crosses = (lat_a > latitude) != (lat_b > latitude)
        if crosses and longitude < (lon_b - lon_a) * (latitude - lat_a) / (lat_b - lat_a) + lon_a:
            inside = not inside
    return inside


def intersects(frame: Frame, value: Value) -> bool:
    """Whether a trace crosses itself."""
    lines = list(pairwise(_points(frame, value) or ()))
    closed = len(lines) > 1 and lines[0][0] == lines[-1][1]
    return any(
        _cross(line, other)
        for at, line in enumerate(lines)
        for later, other in enumerate(lines[at + 2 :], start=at + 2)
        if not (closed and at == 0 and later == len(lines) - 1)
    )


def _cross(line: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    return _sides(line, other) <= 0 and _sides(other, line) <= 0


def _sides(line: tuple[Point, Point], other: tuple[Point, Point]) -> float:
    """Positive where both ends of the other line lie on one side of this line."""
    (lat, lon), (lat_b, lon_b) = line
    first, second = ((lat_b - lat) * (end[1] - lon) - (lon_b - lon) * (end[0] - lat) for end in other)
    return first * second


def _between(here: Point, there: Point) -> float:
    """Great-circle distance, by the spherical law of cosines."""
    lat_a, lat_b = math.radians(here[0]), math.radians(there[0])
    turn = math.radians(here[1] - there[1])
    cosine = math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * _EARTH_RADIUS


def _points(frame: Frame, value: Value) -> Sequence[Point] | None:
    """The points of a trace, or of nodes with one point each; None where one is not on the globe."""
    texts = as_text(value, frame.run.zone)
    written = texts[0].split(";") if len(texts) == 1 else texts
    if len(written) > 1 and not written[-1].strip():
        del written[-1]
    points = [_point(text) for text in written]
    return [point for point in points if point] if all(points) else None


def _point(text: str) -> Point | None:
    try:
        latitude, longitude, *rest = (float(number) for number in text.split())
    except ValueError:
        return None
    on_globe = abs(latitude) <= 90 and abs(longitude) <= 180
    return (
        (latitude, longitude)
        if on_globe and len(rest) <= 2 and all(number >= 0 for number in rest[1:])
        else None
    )


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "area": area,
    "distance": distance,
    "enclosed-area": area,
    "geofence": geofence,
    "intersects": intersects,
}
