"""No cell of the map is so small that it shows a person, and nobody is lost."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.maths.votes import FloatArray, IntArray
from deliberation.opinions.cells import map_cells

Crowd = tuple[FloatArray, IntArray]


@st.composite
def crowds(draw: st.DrawFn) -> Crowd:
    """Some people of a few groups, or of none, who stand close or far, or on the same spot."""
    people = draw(st.integers(0, 120))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    group = chance.integers(-1, draw(st.integers(1, 5)), people)
    spread = draw(st.sampled_from([0.0, 0.01, 1.0, 30.0]))
    at = chance.normal(size=(people, 2)) * spread + np.stack([group * 2.0, group % 2 * 3.0], axis=1)
    return at.round(draw(st.integers(0, 6))), group


@given(crowds(), st.integers(1, 12))
def test_no_cell_is_under_the_threshold_and_all_are_counted(crowd: Any, threshold: Any) -> None:
    at, group = crowd
    found = map_cells(at, group, threshold)
    assert all(cell["people"] >= threshold for cell in found["cells"])
    assert sum(cell["people"] for cell in found["cells"]) + found["others"] == len(group)
    for number in set(group[group >= 0].tolist()):
        size = int((group == number).sum())
        shown = sum(cell["people"] for cell in found["cells"] if cell["group"] == number)
        assert shown == (size if size >= threshold else 0)


@given(crowds(), st.integers(1, 12), st.randoms(use_true_random=False))
def test_the_order_of_people_is_irrelevant(crowd: Any, threshold: Any, chance: Any) -> None:
    at, group = crowd
    order = list(range(len(group)))
    chance.shuffle(order)
    assert map_cells(at[order], group[order], threshold) == map_cells(at, group, threshold)


@given(crowds())
def test_an_outline_holds_its_cells_and_touches_nobody(crowd: Any) -> None:
    at, group = crowd
    found = map_cells(at, group, 5)
    assert set(found["outlines"]) == {str(cell["group"]) for cell in found["cells"]}
    people = {(x, y) for x, y in at.tolist()}
    for number, line in found["outlines"].items():
        assert len(line) >= 3
        assert not people & {(x, y) for x, y in line}
        for cell in found["cells"]:
            if str(cell["group"]) == number:
                assert _inside(line, cell["x"], cell["y"])


def _inside(line: list[list[float]], x: float, y: float) -> bool:
    """Whether a point is to the left of every side."""
    sides = zip(line, line[1:] + line[:1], strict=True)
    return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0 for (ax, ay), (bx, by) in sides)


def test_moving_the_outermost_person_within_their_field_changes_only_the_pattern_that_all_make() -> None:
    """The edge of a cell is a multiple of the pattern: two people at its two ends are shown at one place."""
    chance = np.random.default_rng(1)
    at, group = chance.normal(size=(400, 2)), np.zeros(400, np.int64)
    places = {(cell["x"], cell["y"]) for cell in map_cells(at, group, 1)["cells"]}
    assert len(places) < 110
    assert not places & {(round(x, 4), round(y, 4)) for x, y in at.tolist()}


def test_who_stands_far_out_does_not_stretch_the_map() -> None:
    chance = np.random.default_rng(1)
    at, group = chance.normal(size=(400, 2)), np.zeros(400, np.int64)
    at[0] = 40.0
    found = map_cells(at, group, 5)
    assert max(abs(x) for x, _ in found["outlines"]["0"]) < 15


def test_nobody_makes_an_empty_map() -> None:
    assert map_cells(np.zeros((0, 2)), np.zeros(0, np.int64), 5) == {"cells": [], "outlines": {}, "others": 0}


@pytest.mark.parametrize("place", [np.nan, np.inf])
def test_who_has_no_place_is_only_counted(place: Any) -> None:
    at = np.array([[0.0, 0.0]] * 5 + [[place, 0.0]])
    found = map_cells(at, np.ones(6, np.int64), 5)
    assert [cell["people"] for cell in found["cells"]] == [5]
    assert found["others"] == 1
