"""A codebook leaves and comes back as a file: without what nobody allowed, and all that is wrong is said at once."""

import csv
import io

import pytest

from core.database import Database
from core.errors import InvalidInput
from deliberation.voices.codebook_file import import_themes, read_codebook_file, write_codebook
from deliberation.voices.codebooks import ThemesChanged, read_codebook
from deliberation.voices.codings import list_coded
from surveys.voices import judge_quote
from tests.deliberation.voices.coded import ANA, add_coders, closed_with_answers, code, theme
from tests.deliberation.voices.test_themes import WATER


@pytest.mark.parametrize("quotable", [True, False])
async def test_examples_are_of_those_who_allowed_it(database: Database, quotable: bool) -> None:
    await database.run(add_coders)
    closed = await database.run(closed_with_answers, quotable=quotable)
    water = await database.run(theme, closed, "=Agua")
    for said in WATER[:2]:
        await database.run(code, closed, said, water)
    if quotable:
        voice = next(each for each in await database.read(list_coded, closed) if each.text == WATER[0])
        await database.run(judge_quote, voice.id, True, ANA)
    codebook, voices = await database.read(read_codebook, closed), await database.read(list_coded, closed)
    (row,) = csv.DictReader(io.StringIO(write_codebook(codebook, voices).decode("utf-8-sig")))
    assert row["name_es"] == "'=Agua", "no spreadsheet runs it"
    assert (row["example_1"] or "") == (WATER[0] if quotable else "")
    assert WATER[1] not in row.values(), "nobody approved it"


async def test_what_leaves_comes_back(database: Database) -> None:
    await database.run(add_coders)
    closed = await database.run(closed_with_answers)
    await database.run(theme, closed, "=Agua")
    file = write_codebook(await database.read(read_codebook, closed), [])
    other = await database.run(closed_with_answers)
    themes = read_codebook_file(file, [])
    await database.run(import_themes, other, themes, seen=0, account_id=ANA)
    assert [each.name for each in (await database.read(read_codebook, other)).themes] == [{"es": "=Agua"}]
    with pytest.raises(ThemesChanged):
        await database.run(import_themes, other, themes, seen=0, account_id=ANA)


def test_what_no_reader_sees_is_left_out() -> None:
    (theme,) = read_codebook_file("name_es\n\u202eAgua\u200b pura\n".encode(), [])
    assert theme.name == {"es": "Agua pura"}


def faults_of(content: bytes) -> list[tuple[str, int | None]]:
    with pytest.raises(InvalidInput) as refused:
        read_codebook_file(content, [{"es": "Salud"}])
    return [(fault.code, fault.row) for fault in refused.value.faults]


def test_all_that_is_wrong_is_said_at_once() -> None:
    file = "name_es,name_qu,definition_es\nAgua,Yaku,x\n,,\nsalud,,\nAGUA,,\n" + "a" * 81 + ",,\nno,es\n"
    assert sorted(faults_of(file.encode())) == [
        ("codebook_cell_too_long", 6),
        ("codebook_known", 4),
        ("codebook_nameless", 3),
        ("codebook_twice", 5),
        ("table_row_short", 7),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_column_missing"),
        (b"name_es\n", "codebook_empty"),
        (b"nombre\nAgua\n", "table_column_missing"),
        (b"PK\x03\x04\x00\x00", "table_unreadable"),
        (b"name_es\n\xff\xfeagua\n", "codebook_not_utf8"),
        (b"name_es,definition_es\nAgua,ni\xf1ez\n", "codebook_not_utf8"),
        (b"name_es\n" + b"x" * 600_000, "codebook_too_large"),
        (b"name_es\n" + b"".join(b"tema %d\n" % number for number in range(70)), "codebook_too_long"),
        (b'name_es\n"' + b"x" * 200_000 + b"\n", "table_row_unreadable"),
        ("name_es\n\u202e\u200b\n".encode(), "codebook_nameless"),
    ],
)
def test_a_hostile_file_is_refused(content: bytes, code: str) -> None:
    assert code in {found for found, _ in faults_of(content)}
