"""What is written is opened again by the programs that analysts use: pandas, pyreadstat, libhxl, openpyxl."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pyreadstat
import pytest

from core.database import Database
from surveys.exporting import excel
from surveys.exporting.formats import Format
from surveys.exporting.spss import names_for
from surveys.questionnaire import Choice, Kind, Node
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.exporting.exports import dictionary, export, exported, unpacked
from tests.surveys.exporting.humanitarian import read_hxl
from tests.surveys.people import (
    calculate,
    choices,
    group,
    integer,
    question,
    questionnaire,
    select,
    several,
)

WORDS = "Ñandú «بسم» 🌽 \u202eabc"
LONG = "transport_and_everything_else"
FORM: Sequence[Node] = (
    select("canton", "ibarra", "otavalo", hxl="#adm2 +code"),
    several("needs", "work", "food"),
    integer("age"),
    question("way", Kind.SELECT_ONE, choices=(Choice(LONG, {"es": "Transporte " * 20, "qu": "q"}),)),
    question("story"),
    question("place", Kind.GEOPOINT),
    question("order", Kind.RANK, choices=choices("a", "b")),
    calculate("score", "/data/age * 2"),
)
HOME = group(
    "home",
    integer("home/age"),
    group(
        "home/child", question("home/child/name", Kind.SELECT_ONE, choices=choices("x", "y")), repeats=True
    ),
    repeats=True,
)
ROSA = Sent(
    {
        "canton": "ibarra",
        "needs": ["work", "food"],
        "age": "34",
        "way": LONG,
        "story": WORDS,
        "place": "0.3512 -78.1223 0 0",
        "order": ["b", "a"],
        "score": "68",
        "home[1]/age": "9",
        "home[2]/age": "61",
        "home[2]/child[1]/name": "x",
        "home[2]/child[2]/name": "y",
    }
)
LUIS = Sent({"canton": "otavalo", "story": "=1+1", "needs": ["food"]})


def by_canton(frame: Any) -> Any:
    return frame.set_index("canton")


@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
async def test_pandas_reads_tables(database: Database, form: Format) -> None:
    content = await exported(database, form, [ROSA, LUIS], *FORM, split=True)
    read = pandas.read_csv if form is Format.CSV else pandas.read_excel
    frame = by_canton(read(io.BytesIO(content)))
    rosa, luis = frame.loc["ibarra"], frame.loc["otavalo"]
    assert (rosa["age"], rosa["story"], rosa["needs"], rosa["score"]) == (34, WORDS, "work food", 68)
    assert (rosa["needs/work"], luis["needs/work"], luis["needs/food"]) == (1, 0, 1)
    assert (rosa["place.latitude"], rosa["order/1"]) == (0.4, "b")
    assert pandas.isna(luis["age"]) and pandas.isna(luis["order/1"])
    assert luis["story"] == ("'=1+1" if form is Format.CSV else "=1+1")


async def test_pandas_reads_json_lines_and_unfolds_members(database: Database) -> None:
    content = await exported(database, Format.JSONL, [ROSA, LUIS], *FORM, HOME)
    frame = by_canton(pandas.read_json(io.BytesIO(content), lines=True))
    assert frame.loc["ibarra"]["story"] == WORDS and frame.loc["ibarra"]["needs"] == ["work", "food"]
    members = pandas.json_normalize(frame.loc[["ibarra"]].to_dict("records"), "home", ["_response"])
    assert list(members["age"]) == [9, 61] and len(set(members["_response"])) == 1
    assert [child["name"] for child in members["child"][1]] == ["x", "y"]


async def test_pandas_joins_linked_tables(database: Database) -> None:
    files = unpacked(await exported(database, Format.CSV, [ROSA, LUIS], *FORM, HOME))
    assert list(files) == ["responses.csv", "home.csv", "child.csv", "dictionary.csv"]
    responses, home, child = (
        pandas.read_csv(io.BytesIO(files[f"{name}.csv"])) for name in ("responses", "home", "child")
    )
    joined = home.merge(responses, left_on="_parent", right_on="_response", suffixes=("", "_of"))
    assert list(joined["canton"]) == ["ibarra", "ibarra"] and list(joined["home/age"]) == [9, 61]
    inner = child.merge(home, left_on="_parent", right_on="_index", suffixes=("", "_above"))
    assert list(inner["home/age"]) == [61, 61] and list(inner["_position"]) == [1, 2]


async def test_excel_has_a_sheet_a_table(database: Database) -> None:
    content = await exported(database, Format.XLSX, [ROSA, LUIS], *FORM, HOME)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["responses", "home", "child", "dictionary"]
    assert [cell.value for cell in book["child"][2]] == [1, 2, 1, book["home"]["D2"].value, "x"]
    assert {cell.data_type for row in book["responses"] for cell in row} <= {"s", "n", "inlineStr"}


async def test_nothing_in_excel_runs_or_links(database: Database) -> None:
    evil = ["=1+1", "+1+1", "@SUM(A1)", "{=1}", "\uff1d1", "https://example.org", "\t=1"]
    content = await exported(
        database, Format.XLSX, [Sent({"story": text}) for text in evil], question("story")
    )
    sheets = b"".join(sheet for name, sheet in unpacked(content).items() if "worksheets/" in name)
    assert b"<f>" not in sheets and b"hyperlink" not in sheets
    [column] = openpyxl.load_workbook(io.BytesIO(content))["responses"].iter_cols(6, 6, 2)
    told = {str(cell.value): bool(cell.quotePrefix) for cell in column}
    assert set(told) == {text.strip() for text in evil}
    # With the mark it stays a text for who edits the cell.
    assert told["=1+1"] and told["@SUM(A1)"] and not told["https://example.org"]


async def test_the_limits_of_excel(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 4)
    monkeypatch.setattr(excel, "MOST_CHARACTERS", 10)
    people = [Sent({"story": "x" * 11}) for _ in range(7)]
    repeat = group("history", integer("history/age"), repeats=True)
    long = group("a" * 40, integer(f"{'a' * 40}/age"), repeats=True)
    content = await exported(database, Format.XLSX, people, question("story"), repeat, long)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[:3] == ["responses", "history (2)", "a" * 31]
    assert [book[name].max_row for name in ("responses", "responses (2)", "responses (3)")] == [4, 4, 2]
    assert book["responses"]["F2"].value == "xxxxxxxxx…"


async def read_sav(content: bytes, folder: Path, **options: Any) -> Any:
    path = folder / "read.sav"
    path.write_bytes(content)
    return pyreadstat.read_sav(str(path), **options)


async def test_spss_has_values_labels_and_gaps(database: Database, tmp_path: Path) -> None:
    content = await exported(database, Format.SPSS, [ROSA, LUIS], *FORM)
    frame, told = await read_sav(content, tmp_path)
    rosa, luis = by_canton(frame).loc["ibarra"], by_canton(frame).loc["otavalo"]
    assert (rosa["age"], rosa["story"], rosa["needs.work"], rosa["score"]) == (34, WORDS, 1, 68)
    assert (luis["story"], luis["needs.work"], luis["needs.food"], rosa["way"]) == ("=1+1", 0, 1, LONG)
    assert pandas.isna(luis["age"]) and luis["order.1"] == ""
    assert told.variable_value_labels["canton"] == {"ibarra": "Ibarra", "otavalo": "Otavalo"}
    assert told.variable_value_labels["way"][LONG].startswith("Transporte Transporte")
    assert told.column_names_to_labels["needs.work"] == "Work · needs"
    assert told.variable_measure["age"] == "scale"


async def test_labels_that_speak_of_earlier_answers_leave_them_open(
    database: Database, tmp_path: Path
) -> None:
    whom = (Choice("she", {"es": "${/data/name} misma"}),)
    who = select("who", choices=whom, label={"es": "¿Quién es ${../name}?"})
    consultation = await database.run(hold_consultation, questionnaire(who), [Sent({"who": "she"})])
    _, told = await read_sav(await export(database, Format.SPSS, consultation), tmp_path)
    assert told.column_names_to_labels["who"] == "¿Quién es …?"
    assert told.variable_value_labels["who"] == {"she": "… misma"}
    labels = [row["label_es"] for row in await dictionary(database, consultation) if row["question"]]
    assert labels == ["¿Quién es …?", "… misma"]
    assert b",\xe2\x80\xa6 misma" in await export(database, Format.CSV, consultation, language="es")


async def test_spss_in_words(database: Database, tmp_path: Path) -> None:
    content = await exported(database, Format.SPSS, [ROSA], *FORM, language="qu")
    frame, told = await read_sav(content, tmp_path)
    assert list(frame["canton"]) == ["ibarra-ka"] and "canton" not in told.variable_value_labels


async def test_spss_of_nobody_and_of_linked_tables(database: Database, tmp_path: Path) -> None:
    frame, _ = await read_sav(await exported(database, Format.SPSS, [], *FORM), tmp_path)
    assert len(frame) == 0 and "canton" in frame
    consultation = await database.run(hold_consultation, questionnaire(*FORM, HOME), [ROSA])
    files = unpacked(await export(database, Format.SPSS, consultation))
    assert list(files) == ["responses.sav", "home.sav", "child.sav", "dictionary.csv"]
    home, _ = await read_sav(files["home.sav"], tmp_path)
    assert list(home["home.age"]) == [9, 61]
    named = {row["name"] for row in await dictionary(database, consultation, Format.SPSS)}
    assert named >= {"response", "home.age", "needs.work", "canton"}


async def test_spss_takes_many_variables_and_long_texts(database: Database, tmp_path: Path) -> None:
    form = [integer(f"{'número_' * 8}{place}") for place in range(300)]
    people = [Sent({"story": "ñ" * 20_000, form[7].path: "7"})]
    frame, _ = await read_sav(
        await exported(database, Format.SPSS, people, question("story"), *form), tmp_path
    )
    assert frame.shape == (1, 306)
    assert frame["story"][0] == "ñ" * 16_383
    assert sum(frame.iloc[0] == 7) == 1


def test_names_that_spss_takes() -> None:
    assert names_for(["_response", "about/age", "ABOUT.AGE", "1st", "to", "a-b", "ñ" * 40]) == [
        "response",
        "about.age",
        "ABOUT.AGE.2",
        "q.1st",
        "q.to",
        "a.b",
        "ñ" * 32,
    ]


async def test_libhxl_knows_the_tags(database: Database) -> None:
    data = read_hxl(await exported(database, Format.HXL, [ROSA, LUIS], *FORM, split=True))
    tags = data.display_tags
    assert "#adm2+code" in tags and "#geo+lat" in tags and "#meta+id+response" in tags
    assert all(tag.startswith("#") for tag in tags)
    assert sorted(data.get_value_set("#adm2")) == ["ibarra", "otavalo"]
    assert len(data.with_rows("#adm2=ibarra").values) == 1


async def test_a_tag_of_ones_own_is_above_the_workbooks(database: Database) -> None:
    said = {"canton": "#adm2+name", "place": "#loc", "_mode": "#channel"}
    data = read_hxl(await exported(database, Format.HXL, [ROSA], *FORM, tags=said))
    assert {"#adm2+name", "#loc+lat", "#loc+lon", "#channel"} <= set(data.display_tags)


async def test_libhxl_reads_linked_tables(database: Database) -> None:
    files = unpacked(await exported(database, Format.HXL, [ROSA], *FORM, HOME))
    assert read_hxl(files["home.csv"]).display_tags[:2] == ["#meta+id+member", "#meta+id+parent"]
