"""The opinion map as a picture: quiet outlines with letters, shapes for people, and a legend in words.

Each shape stands for a cell of enough people, never for one. Colours are attributes for daylight; a page that
shows the picture in the dark overrules them by the classes. Whoever sees no colour goes by shape and letter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, dist, pi, sin, sqrt
from textwrap import wrap
from typing import Any

from deliberation.council.charts import UNDRAWABLE

_WIDTH, _MARGIN, _LOWEST, _HIGHEST = 360.0, 14.0, 150.0, 300.0
_LARGEST, _SMALLEST, _COVERED = 11.0, 1.6, 0.22
"""Radius of a cell's shape, at most and at least; how much of the picture all of them cover."""

_LINE, _LETTERS_A_LINE = 22.0, 40
_TRIES, _ROOM = 7, 26.0
"""Places tried for a letter on each side of the middle, and the room around it that is enough."""

_COLOURS = ("#0b6fa4", "#b34d00", "#00735a", "#8f3d80", "#6b5b00")
_INK, _SOFT, _GREY, _EDGE, _MAIZE, _PAPER = "#1c2330", "#545c6b", "#f0ede6", "#7b8290", "#f2b632", "#ffffff"

_SHAPES = ((0, 0.0, 1.0), (4, pi / 4, 1.2), (3, -pi / 2, 1.4), (4, 0.0, 1.3), (5, -pi / 2, 1.2))
"""Circle, square, triangle, diamond, pentagon: corners, where the first is, and what makes them weigh the same."""

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapWords:
    """The sentences of a map, in the language of who sees it.

    title, description:  what it is and what it shows, for who hears it instead
    groups:              each group in words, by number: "Grupo A: trabajo primero. 62 personas"
    note:                what a shape stands for; empty where there is nothing to say
    you:                 what stands beside the mark of the one who looks; empty where nobody in particular does
    """

    title: str
    description: str
    groups: Mapping[int, str]
    note: str = ""
    you: str = ""


def letter_of(group: int) -> str:
    """The letter of a group by its number, from 1 on: A … Z, then AA."""
    letters = ""
    while group > 0:
        group, place = divmod(group - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def shade_of(group: int) -> int:
    """Which of the five colours and shapes a group has, from 1 on."""
    return (group - 1) % len(_COLOURS) + 1


def draw_map(
    result_map: Mapping[str, Any],
    words: MapWords,
    *,
    you: _Point | None = None,
    you_group: int | None = None,
) -> str:
    """The map of an analysis as SVG that needs nothing beside it.

    you, you_group:  the place and the group of the one who looks, for their eyes only
    """
    outlines: dict[int, list[_Point]] = {
        int(group): [(x, y) for x, y in line] for group, line in result_map["outlines"].items()
    }
    frame = _Frame(outlines.values())
    lines = {group: frame.places(line) for group, line in sorted(outlines.items())}
    people: dict[int, list[_Point]] = {}
    for cell in result_map["cells"]:
        people.setdefault(cell["group"], []).append(frame.place((cell["x"], cell["y"])))
    legend = list(_legend(words, lines, frame.height + _LINE, shows_you=you is not None))
    height = frame.height + _LINE * (len(legend) + 1)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {_WIDTH:g} {height:g}" role="img"',
            ' aria-labelledby="map-title map-description"',
            f' font-family="Atkinson Hyperlegible, Verdana, sans-serif" font-size="16" fill="{_INK}">',
            f'<title id="map-title">{_written(words.title)}</title>',
            f'<desc id="map-description">{_written(words.description)}</desc>',
            f'<rect class="map-ground" width="{_WIDTH:g}" height="{height:g}" fill="{_PAPER}"/>',
            *(_outline(line, yours=group == you_group) for group, line in lines.items()),
            *_people(result_map["cells"], frame),
            *(_letter(group, _clearing(line, people.get(group, []))) for group, line in lines.items()),
            *([_mark(*frame.place(you))] if you is not None else []),
            *legend,
            "</svg>",
        )
    )


class _Frame:
    """Where the places of the plane are in the picture: as large as it gets, the same both ways."""

    def __init__(self, outlines: Iterable[list[_Point]]) -> None:
        points = [point for line in outlines for point in line] or [(0.0, 0.0)]
        self._left, right = min(x for x, _ in points), max(x for x, _ in points)
        low, self._top = min(y for _, y in points), max(y for _, y in points)
        across, up = right - self._left or 1.0, self._top - low or 1.0
        inside = _WIDTH - 2 * _MARGIN
        self._scale = min(inside / across, (_HIGHEST - 2 * _MARGIN) / up)
        self.height = max(_LOWEST, up * self._scale + 2 * _MARGIN)
        self._shift = (_WIDTH - across * self._scale) / 2, (self.height - up * self._scale) / 2

    def place(self, point: _Point) -> _Point:
        """Upwards is up; who stands further out than all outlines is put on the edge."""
        x = self._shift[0] + (point[0] - self._left) * self._scale
        y = self._shift[1] + (self._top - point[1]) * self._scale
        return min(max(x, _MARGIN), _WIDTH - _MARGIN), min(max(y, _MARGIN), self.height - _MARGIN)

    def places(self, line: Iterable[_Point]) -> list[_Point]:
        return [self.place(point) for point in line]


def _outline(line: list[_Point], *, yours: bool) -> str:
    return (
        f'<path class="map-outline{" yours" if yours else ""}" d="{_closed(line)}" fill="{_GREY}" fill-opacity=".7"'
        f' stroke="{_EDGE}" stroke-width="{2 if yours else 1}" stroke-linejoin="round"/>'
    )


def _people(cells: list[dict[str, Any]], frame: _Frame) -> Iterator[str]:
    """One path a group: small even where there are many cells."""
    total, largest = sum(cell["people"] for cell in cells), max((cell["people"] for cell in cells), default=1)
    fullest = sqrt(_COVERED * _WIDTH * frame.height * largest / (pi * max(total, 1)))
    unit = min(fullest, _LARGEST) / sqrt(largest)
    for group in sorted({cell["group"] for cell in cells}):
        shapes = (
            _shape(group, *frame.place((cell["x"], cell["y"])), max(unit * sqrt(cell["people"]), _SMALLEST))
            for cell in cells
            if cell["group"] == group
        )
        yield _filled(group, "".join(shapes))


def _filled(group: int, path: str) -> str:
    shade = shade_of(group)
    return f'<path class="map-group-{shade}" fill="{_COLOURS[shade - 1]}" d="{path}"/>'


def _shape(group: int, x: float, y: float, radius: float) -> str:
    corners, first, larger = _SHAPES[shade_of(group) - 1]
    if not corners:
        arc = f"a{radius:.1f} {radius:.1f} 0 1 0"
        return f"M{x - radius:.1f} {y:.1f}{arc} {2 * radius:.1f} 0{arc} {-2 * radius:.1f} 0"
    turns = (first + 2 * pi * corner / corners for corner in range(corners))
    return _closed([(x + larger * radius * cos(turn), y + larger * radius * sin(turn)) for turn in turns])


def _clearing(line: list[_Point], shapes: Sequence[_Point]) -> _Point:
    """Where inside an outline a letter covers least: far from the edge, which counts double, and from the shapes."""
    middle = sum(x for x, _ in line) / len(line), sum(y for _, y in line) / len(line)
    steps = range(-_TRIES, _TRIES + 1)
    wide, high = ((max(each) - min(each)) / (2 * _TRIES + 2) for each in zip(*line, strict=True))
    tried = [(middle[0] + across * wide, middle[1] + up * high) for across in steps for up in steps]
    inside = [each for each in tried if _holds(line, each)] or [middle]

    def room(at: _Point) -> tuple[float, float]:
        edge = min(_distance(at, corner, end) for corner, end in zip(line, line[1:] + line[:1], strict=True))
        near = min((dist(at, shape) for shape in shapes), default=_ROOM)
        return min(2 * edge, near, _ROOM), -dist(at, middle)

    return max(inside, key=room)


def _holds(line: list[_Point], at: _Point) -> bool:
    """Whether an outline, which has no dent, goes round a point."""
    turns = [
        (end[0] - corner[0]) * (at[1] - corner[1]) - (end[1] - corner[1]) * (at[0] - corner[0])
        for corner, end in zip(line, line[1:] + line[:1], strict=True)
    ]
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)


def _distance(at: _Point, corner: _Point, end: _Point) -> float:
    """From a point to an edge."""
    along = end[0] - corner[0], end[1] - corner[1]
    squared = along[0] ** 2 + along[1] ** 2
    ahead = (at[0] - corner[0]) * along[0] + (at[1] - corner[1]) * along[1]
    share = min(1.0, max(0.0, ahead / squared)) if squared else 0.0
    return dist(at, (corner[0] + share * along[0], corner[1] + share * along[1]))


def _letter(group: int, at: _Point) -> str:
    x, y = at
    return (
        f'<text class="map-letter" x="{x:.1f}" y="{y + 9:.1f}" text-anchor="middle" font-size="26" font-weight="700"'
        f' stroke="{_PAPER}" stroke-width="5" stroke-linejoin="round" paint-order="stroke" aria-hidden="true">'
        f"{letter_of(group)}</text>"
    )


def _mark(x: float, y: float, radius: float = 11.0) -> str:
    """The one who looks: a star, which no group has."""
    points = [
        (x + reach * radius * sin(pi * turn / 5), y - reach * radius * cos(pi * turn / 5))
        for turn, reach in zip(range(10), (1.0, 0.45) * 5, strict=True)
    ]
    return (
        f'<path class="map-you" d="{_closed(points)}" fill="{_MAIZE}" stroke="{_INK}" stroke-width="2"'
        ' stroke-linejoin="round"/>'
    )


def _legend(words: MapWords, groups: Iterable[int], top: float, *, shows_you: bool) -> Iterator[str]:
    """A line of text each, as many as a sentence takes."""
    entries = [
        (
            _filled(group, _shape(group, _MARGIN + 6, -5, 6)),
            words.groups.get(group, letter_of(group)),
            "map-words",
        )
        for group in groups
    ]
    if shows_you and words.you:
        entries.append((_mark(_MARGIN + 6, -5, 8.0), words.you, "map-words"))
    if words.note:
        entries.append(("", words.note, "map-note"))
    for mark, sentence, kind in entries:
        for number, line in enumerate(wrap(sentence, _LETTERS_A_LINE) or [""]):
            fill = f' fill="{_SOFT}" font-size="15.5"' if kind == "map-note" else ""
            x = _MARGIN + 20 if mark else _MARGIN
            sign = "" if number else mark
            words_here = f'<text class="{kind}" x="{x:g}"{fill}>{_written(line)}</text>'
            yield f'<g transform="translate(0 {top:.1f})">{sign}{words_here}</g>'
            top += _LINE


def _written(text: str) -> str:
    """Without characters that XML forbids: one of them ends the process that makes pixels of it."""
    return escape(UNDRAWABLE.sub("", text))


def _closed(points: Iterable[_Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
