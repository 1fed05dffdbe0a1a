"""The picture of the map: well-formed, small, readable without colours, and without anybody's place but one's own."""

from math import hypot
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from deliberation.opinions.cells import map_cells
from deliberation.opinions.drawing import MapWords, draw_map, letter_of, shade_of

SVG = "{http://www.w3.org/2000/svg}"
WORDS = MapWords(
    title="Mapa de opiniones",
    description="Tres grupos <de> opinión",
    groups={1: "Grupo A & sus amigos. 62 personas", 2: "Grupo B", 3: "Grupo C"},
    note="Cada figura son 5 personas o más.",
    you="Usted está aquí",
)


def crowd(people: int, groups: int = 3) -> dict[str, Any]:
    chance = np.random.default_rng(7)
    group = chance.integers(1, groups + 1, people)
    at = chance.normal(size=(people, 2)) + np.stack([3 * np.cos(group * 2), 3 * np.sin(group * 2)], axis=1)
    return map_cells(at, group, 5)


def drawn(*args: Any, **more: Any) -> ElementTree.Element:
    return ElementTree.fromstring(draw_map(*args, **more))


def classes(tree: ElementTree.Element) -> list[str]:
    return [each.get("class", "") for each in tree.iter()]


def test_a_screen_reader_hears_what_it_shows() -> None:
    tree = drawn(crowd(200), WORDS)
    assert tree.get("role") == "img"
    named = (tree.get("aria-labelledby") or "").split()
    texts = {each.get("id"): each.text for each in tree.iter() if each.get("id")}
    assert [texts[name] for name in named] == [WORDS.title, WORDS.description]


def test_each_group_has_an_outline_a_letter_a_shape_and_its_words() -> None:
    tree = drawn(crowd(200), WORDS)
    found = classes(tree)
    assert found.count("map-outline") == 3
    assert [each.text for each in tree.iter(SVG + "text") if each.get("class") == "map-letter"] == [
        "A",
        "B",
        "C",
    ]
    assert all(found.count(f"map-group-{shade}") == 2 for shade in (1, 2, 3))
    words = " ".join(each.text or "" for each in tree.iter(SVG + "text"))
    assert "Grupo A & sus amigos. 62 personas" in words
    assert WORDS.note in words


def test_groups_differ_in_shape_and_not_only_in_colour() -> None:
    paths = {
        each.get("class"): (each.get("d") or "").split("M")[1]
        for each in drawn(crowd(400, 5), WORDS).iter(SVG + "path")
        if "map-group" in each.get("class", "")
    }
    kinds = {name: (path.count("L"), path.count("a")) for name, path in paths.items()}
    assert len(kinds) == 5
    assert kinds["map-group-1"] == (0, 2)
    assert {kinds[f"map-group-{shade}"][0] for shade in (2, 3, 5)} == {3, 2, 4}


def test_only_who_looks_is_marked() -> None:
    assert "map-you" not in classes(drawn(crowd(200), WORDS))
    mine = drawn(crowd(200), WORDS, you=(0.5, 0.5), you_group=2)
    assert classes(mine).count("map-you") == 2
    assert classes(mine).count("map-outline yours") == 1
    assert WORDS.you in [each.text for each in mine.iter(SVG + "text")]


@pytest.mark.parametrize("you", [(1e6, -1e6), (-1e6, 1e6)])
def test_who_stands_far_out_is_on_the_picture(you: Any) -> None:
    tree = drawn(crowd(200), WORDS, you=you)
    mark = next(each for each in tree.iter(SVG + "path") if each.get("class") == "map-you")
    corners = [tuple(map(float, point.split())) for point in (mark.get("d") or "").strip("MZ").split("L")]
    assert all(0 <= x <= 360 and 0 <= y <= 300 for x, y in corners)


def test_a_hundred_thousand_people_are_a_small_file() -> None:
    assert len(draw_map(crowd(100_000, 5), WORDS).encode()) < 40_000


def test_nobody_is_a_picture_too() -> None:
    tree = drawn(map_cells(np.zeros((0, 2)), np.zeros(0, np.int64), 5), WORDS)
    assert "map-outline" not in classes(tree)


@pytest.mark.parametrize(
    ("group", "letter", "shade"), [(1, "A", 1), (5, "E", 5), (6, "F", 1), (26, "Z", 1), (27, "AA", 2)]
)
def test_letters_go_on_and_colours_come_again(group: Any, letter: Any, shade: Any) -> None:
    assert (letter_of(group), shade_of(group)) == (letter, shade)


def test_a_letter_stands_inside_its_outline_and_on_no_shape_where_there_is_room() -> None:
    square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]
    shape = {"x": 2.0, "y": 2.0, "group": 1, "people": 9}
    letter = next(
        each
        for each in drawn({"cells": [shape], "outlines": {"1": square}}, WORDS).iter(SVG + "text")
        if each.get("class") == "map-letter"
    )
    x, y = float(letter.get("x") or 0), float(letter.get("y") or 0) - 9
    left, top, side = 44, 14, 272
    assert left + 12 < x < left + side - 12 and top + 12 < y < top + side - 12
    assert hypot(x - left - side / 2, y - top - side / 2) > 22
