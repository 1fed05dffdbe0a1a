"""What a filter leaves is told only of many, and no number can be taken from another to find a few."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.database import Database
from deliberation.voices.codings import CodedVoice, Placed
from deliberation.voices.filtering import (
    NONE,
    ReadVoice,
    choose,
    hear_all,
    may_be_shown,
    people_of,
    tabulate,
)
from deliberation.voices.protection import Danger
from deliberation.voices.protection_cases import point_out
from deliberation.voices.readings import forget_reading, list_unread, read_texts, store_readings
from deliberation.voices.theme_grid import protect_grid
from tests.deliberation.voices.coded import add_coders, closed_with_answers, code, three_themes
from tests.deliberation.voices.test_themes import SCHOOL, WATER, WORK


def voices(*cells: tuple[str, str, int]) -> list[ReadVoice]:
    """So many people of a canton whose answer is of a kind."""
    made: list[ReadVoice] = []
    for canton, kind, people in cells:
        for _ in range(people):
            name = f"v{len(made)}"
            said = CodedVoice(name, name, "more", "es", "x", True, "none", Placed())
            made.append(ReadVoice(said, kind, "es", {"canton": canton}))
    return made


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([("10", "need", 9), ("10", "thanks", 9), ("11", "need", 9)], True),
        ([("10", "need", 4), ("10", "thanks", 9)], False),
        ([("10", "need", 9), ("10", "thanks", 2)], False),  # 11 in the canton less 9 are 2
        ([("10", "need", 9), ("11", "need", 2)], False),
        ([("10", "need", 9), ("10", "thanks", 9), ("11", "need", 9), ("11", "thanks", 1)], False),
        ([("10", "need", 9)], True),
    ],
)
def test_neither_few_nor_what_leaves_few_over(cells: list[tuple[str, str, int]], shown: bool) -> None:
    assert may_be_shown(voices(*cells), {"by:canton": "10", "kind": "need"}, 5) is shown


def test_a_small_group_cannot_be_found_from_those_beside_it() -> None:
    beside = voices(
        ("10", "need", 10), ("11", "need", 12), ("12", "need", 2), ("10", "thanks", 9), ("12", "thanks", 9)
    )
    assert may_be_shown(beside, {"kind": "need"}, 5)
    assert may_be_shown(beside, {"by:canton": "11", "kind": "need"}, 5), "two and ten may be any two numbers"
    assert not may_be_shown(beside, {"by:canton": "10", "kind": "need"}, 5), "24 less 12 less 10 are 2"
    small = voices(("10", "need", 10), ("11", "need", 12), ("12", "need", 2))
    assert [may_be_shown(small, {"by:canton": canton}, 5) for canton in ("10", "11", "12")] == [
        False,
        True,
        False,
    ]


def test_without_a_filter_all_are_told_where_they_are_many() -> None:
    assert may_be_shown(voices(("10", "need", 5)), {}, 5)
    assert not may_be_shown(voices(("10", "need", 4)), {}, 5)


@pytest.mark.parametrize(
    ("counts", "wholes", "shown"),
    [
        ([[8, 9], [12, 11]], [20, 20], [(8, 9), (12, 11)]),
        ([[3, 9], [17, 11]], [20, 20], [(None, None), (None, None)]),
        (
            [[3, 9, 9], [17, 11, 11], [6, 6, 6]],
            [30, 30, 30],
            [(None, None, None), (17, 11, 11), (None, None, None)],
        ),
        ([[18, 9], [8, 11]], [20, 20], [(None, None), (None, None)]),  # all but two of a group
        ([[2, 9], [1, 11]], [3, 20], [(None, None), (None, None)]),  # a group of three
        ([[0, 9], [20, 11]], [30, 20], [(0, 9), (20, 11)]),
    ],
)
def test_themes_by_groups(
    counts: list[list[int]], wholes: list[int], shown: list[tuple[int | None, ...]]
) -> None:
    assert protect_grid(counts, wholes, 5) == shown
    assert protect_grid(counts, wholes, None) == [tuple(row) for row in counts]


@given(some.lists(some.lists(some.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_line_gives_away_what_it_withholds(counts: list[list[int]]) -> None:
    wholes = [sum(row[at] for row in counts) for at in range(3)]
    grid = protect_grid(counts, wholes, 5)
    assert all(count is None or count == 0 or count >= 5 for row in grid for count in row)
    columns = [([row[at] for row in grid], [row[at] for row in counts]) for at in range(3)]
    for shown, true in [*zip(grid, counts, strict=True), *columns]:
        secret = [each for each, count in zip(true, shown, strict=True) if count is None and each]
        if secret and any(count for count in shown):
            assert len(secret) > 1 and sum(secret) >= 5


@pytest.fixture
async def closed(database: Database) -> int:
    """A consultation on water, work and school, with some answers coded and all read."""
    await database.run(add_coders)
    consultation_id = await database.run(closed_with_answers)
    await database.run(three_themes, consultation_id, 6)
    await read(database, consultation_id)
    return consultation_id


async def read(database: Database, consultation_id: int) -> int:
    unread = await database.read(list_unread, consultation_id)
    for _ in range(2):  # a twin
        await database.run(store_readings, read_texts(consultation_id, unread))
    return len(unread)


async def test_each_answer_is_read_once(database: Database, closed: int) -> None:
    assert await read(database, closed) == 0
    heard = await database.read(hear_all, closed)
    assert {each.language for each in heard.voices} >= {"es", "qu"}
    assert {each.kind for each in heard.voices} > {"other"}
    assert [question.path for question in heard.open_questions] == ["more"]
    await database.run(forget_reading, heard.voices[0].voice.id)
    assert await read(database, closed) == 1


async def test_answers_are_filtered_by_what_is_known_of_them(database: Database, closed: int) -> None:
    heard = await database.read(hear_all, closed)
    water = str(heard.codebook.themes[0].id)
    assert {each.voice.text for each in choose(heard.voices, {"theme": water})} == set(WATER[:6])
    assert people_of(choose(heard.voices, {"theme": NONE})) == 6
    otavalo = choose(heard.voices, {"by:canton": "11"})
    assert people_of(otavalo) == 8 and all(each.groups == {"canton": "11"} for each in otavalo)
    both = choose(heard.voices, {"by:canton": "11", "theme": water})
    assert {each.voice.text for each in both} == {WATER[0], WATER[3]}
    assert not may_be_shown(heard.voices, {"by:canton": "11", "theme": water}, 5)


async def test_a_table_of_themes_by_groups(database: Database, closed: int) -> None:
    heard = await database.read(hear_all, closed)
    exact = tabulate(heard, "by:canton", ["10", "11"], None)
    assert exact.wholes == (16, 8) and sum(count or 0 for row in exact.counts for count in row) == 24
    assert exact.rows[-1] == NONE and exact.columns == ("10", "11")
    shown = tabulate(heard, "by:canton", ["10", "11"], 5)
    assert all(count is None for row in shown.counts for count in row), "a theme has two people in Otavalo"


async def test_a_person_with_two_answers_is_counted_once(database: Database, closed: int) -> None:
    first, second = await database.run(code, closed, WORK[6], None), SCHOOL[7]
    assert first and second
    heard = await database.read(hear_all, closed)
    one = heard.voices[0]
    assert people_of([one, one]) == 1


async def test_who_may_be_in_danger_is_marked(database: Database) -> None:
    await database.run(add_coders)
    said = ["Mi marido me pega y tengo miedo de salir", *WATER]
    closed = await database.run(closed_with_answers, said)
    await read(database, closed)
    heard = await database.read(hear_all, closed)
    assert [each.voice.text for each in heard.voices if each.in_danger] == said[:1]

    pointed = next(each.voice.id for each in heard.voices if each.voice.text == WATER[0])
    await database.run(point_out, closed, pointed, Danger.THREATS, account_id=None)
    await database.run(forget_reading, heard.voices[-1].voice.id)
    after = (await database.read(hear_all, closed)).voices
    assert {each.voice.id for each in after if each.in_danger} == {
        next(each.voice.id for each in heard.voices if each.in_danger),
        pointed,
        heard.voices[-1].voice.id,
    }, "also what only a person saw, and what nobody has looked at yet"
