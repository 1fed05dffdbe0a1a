"""CSV and JSON Lines: who may be found in them, and what a spreadsheet makes of them."""

import io
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import InvalidInput, NotFound
from surveys.exporting.formats import Format, write_export
from surveys.exporting.formulas import harmless
from surveys.exporting.lines import LINES_PER_CHUNK
from surveys.exporting.plan import Options, plan_of
from surveys.questionnaire import ATTACHED, Keep, Kind, Node
from surveys.variables import variables_of
from surveys.versioning.merging import Version
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.exporting.exports import dictionary, export, exported, read_csv, unpacked
from tests.surveys.people import (
    calculate,
    choices,
    group,
    integer,
    note,
    question,
    questionnaire,
    select,
    several,
)

FORM: Sequence[Node] = (
    note("hello", "Buenos días"),
    select("canton", "ibarra", "otavalo"),
    several("needs", "work", "food"),
    group("about", integer("about/age"), question("about/debt", Kind.DECIMAL)),
    question("born", Kind.DATE),
    question("place", Kind.GEOPOINT),
    question("story"),
    calculate("echo", "/data/story"),
    question("card", Kind.BARCODE),
    question("began", Kind.START),
    select("come", "yes", "no", keep=Keep.INVITE),
    question("photo", Kind.IMAGE),
    question("order", Kind.RANK, choices=choices("first", "second")),
)
ROSA = Sent(
    {
        "canton": "ibarra",
        "needs": ["work", "food"],
        "about/age": "34",
        "about/debt": "-12.5",
        "born": "1992-03-05",
        "place": "0.3512 -78.1223 2200 5",
        "story": "Falta [NOMBRE], «trabajo»\ny agua",
        "echo": "Falta Juan",
        "card": "1002003001",
        "began": "2026-11-23T09:14:03.000-05:00",
        "photo": f"{ATTACHED}0123456789abcdef",
        "order": ["second", "first"],
    },
    language="qu",
    profile={"invite": "yes"},
)
LUIS = Sent({"canton": "otavalo", "story": '=HYPERLINK("http://x")'})
ELENA = Sent({"canton": "ibarra"}, state="started")


async def test_csv_holds_what_was_sent_in_and_nothing_that_finds_a_person(database: Database) -> None:
    assert read_csv(await exported(database, Format.CSV, [ROSA, ELENA], *FORM)) == [
        {
            "_response": "1",
            "_mode": "chat",
            "_language": "qu",
            "_month": "2026-11",
            "_version": "1",
            "canton": "ibarra",
            "needs": "work food",
            "about/age": "34",
            "about/debt": "-12.5",
            "born": "1992-03",
            "place.latitude": "0.4",
            "place.longitude": "-78.1",
            "story": "Falta [NOMBRE], «trabajo»\ny agua",
            "photo": "1",
            "order/1": "second",
            "order/2": "first",
        }
    ]


async def test_json_lines_hold_the_same_with_types(database: Database) -> None:
    assert json.loads(await exported(database, Format.JSONL, [ROSA], *FORM)) == {
        "_response": 1,
        "_mode": "chat",
        "_language": "qu",
        "_month": "2026-11",
        "_version": 1,
        "canton": "ibarra",
        "needs": ["work", "food"],
        "about/age": 34,
        "about/debt": -12.5,
        "born": "1992-03",
        "place": {"latitude": 0.4, "longitude": -78.1},
        "story": "Falta [NOMBRE], «trabajo»\ny agua",
        "photo": 1,
        "order": ["second", "first"],
    }


async def test_choices_in_words_and_apart(database: Database) -> None:
    [row] = read_csv(await exported(database, Format.CSV, [ROSA], *FORM, language="qu", split=True))
    assert (row["canton"], row["needs"]) == ("ibarra-ka", "work-ka; food-ka")
    assert (row["needs/work"], row["needs/food"]) == ("1", "1")
    assert (row["order/1"], row["order/2"]) == ("second-ka", "first-ka")


async def test_json_lines_in_words(database: Database) -> None:
    content = await exported(database, Format.JSONL, [ROSA], *FORM, language="es")
    assert json.loads(content)["needs"] == ["Work", "Food"]


async def test_a_formula_stays_a_text(database: Database) -> None:
    [row] = read_csv(await exported(database, Format.CSV, [LUIS], *FORM))
    assert row["story"] == '\'=HYPERLINK("http://x")'


async def test_a_file_is_only_said_to_be_sent(database: Database) -> None:
    spoken = Sent({"story": f"{ATTACHED}0123456789abcdef"})
    rows = read_csv(await exported(database, Format.CSV, [spoken], *FORM))
    assert [(row["photo"], row["story"]) for row in rows] == [("0", "🔊")]


async def test_no_file_is_named_in_any_format(database: Database) -> None:
    people = [ROSA, Sent({"story": f"{ATTACHED}0123456789abcdef"})]
    consultation = await database.run(hold_consultation, questionnaire(*FORM), people)
    for form in (Format.CSV, Format.HXL, Format.JSONL, Format.SPSS):
        assert b"0123456789abcdef" not in await export(database, form, consultation)
    sheets = unpacked(await export(database, Format.XLSX, consultation))
    assert not any(b"0123456789abcdef" in sheet for sheet in sheets.values())


async def test_lines_are_numbered_anew_and_do_not_follow_arrival(database: Database) -> None:
    people = [Sent({"about/age": str(age)}) for age in range(600)]
    rows = read_csv(await exported(database, Format.CSV, people, *FORM))
    assert [row["_response"] for row in rows] == [str(number) for number in range(1, 601)]
    arrived = [int(row["about/age"]) for row in rows]
    assert sorted(arrived) == list(range(600))
    assert arrived != sorted(arrived)


async def test_responses_are_written_while_they_are_read(database: Database) -> None:
    consultation = await database.run(
        hold_consultation, questionnaire(*FORM), [Sent({"canton": "ibarra"})] * (LINES_PER_CHUNK + 3)
    )
    written: list[tuple[int, int]] = []

    def write(db: Session) -> None:
        file = io.BytesIO()
        plan = plan_of(
            db,
            consultation,
            Options(),
            say=lambda _: "",
            note=lambda count: written.append((count, len(file.getvalue()))),
        )
        write_export(db, plan, Format.JSONL, file)

    await database.read(write)
    assert [count for count, _ in written] == [LINES_PER_CHUNK, 3]
    assert written[0][1] > 0


@pytest.mark.parametrize("split", [False, True])
async def test_the_dictionary_explains_every_column(database: Database, split: bool) -> None:
    consultation = await database.run(hold_consultation, questionnaire(*FORM), [ROSA])
    rows = await dictionary(database, consultation, split=split)
    header = read_csv(await export(database, Format.CSV, consultation, split=split))[0].keys()
    assert list(dict.fromkeys(row["name"] for row in rows)) == list(header)
    canton = [row for row in rows if row["name"] == "canton"]
    assert [(row["value"], row["label_es"], row["label_qu"]) for row in canton] == [
        ("", "canton", ""),
        ("ibarra", "Ibarra", "ibarra-ka"),
        ("otavalo", "Otavalo", "otavalo-ka"),
    ]


async def test_the_dictionary_says_the_rules_of_a_question(database: Database) -> None:
    form = group(
        "about",
        integer(
            "about/age", constraint=". > 5", required="true()", relevant="/data/a = 2", hxl="#affected+age"
        ),
        relevant="/data/a = 1",
    )
    consultation = await database.run(hold_consultation, questionnaire(form), [])
    [age] = [row for row in await dictionary(database, consultation) if row["question"]]
    assert (age["name"], age["table"], age["type"]) == ("about/age", "responses", "integer")
    assert (age["relevant"], age["constraint"]) == ("(/data/a = 1) and (/data/a = 2)", ". > 5")
    assert (age["required"], age["hxl"], age["versions"]) == ("true()", "#affected+age", "1")


async def test_a_label_that_looks_like_a_formula(database: Database) -> None:
    form = question("plan", Kind.SELECT_ONE, label={"es": "=1+1"}, choices=choices("-1", "@x"))
    consultation = await database.run(hold_consultation, questionnaire(form), [])
    plan = [row for row in await dictionary(database, consultation) if row["question"]]
    assert [(row["value"], row["label_es"]) for row in plan] == [("", "'=1+1"), ("-1", "-1"), ("'@x", "'@X")]


async def test_nothing_was_sent_in(database: Database) -> None:
    assert read_csv(await exported(database, Format.CSV, [ELENA], *FORM)) == []
    assert await exported(database, Format.JSONL, [ELENA], *FORM) == b""


@pytest.mark.parametrize("form", list(Format))
async def test_a_consultation_that_does_not_exist(database: Database, form: Format) -> None:
    with pytest.raises(NotFound):
        await export(database, form, 7)


async def test_a_language_that_nobody_wrote_in(database: Database) -> None:
    with pytest.raises(InvalidInput) as refused:
        await exported(database, Format.CSV, [], *FORM, language="fr", tags={"no": "#adm1", "nor": "#adm2"})
    assert [fault.code for fault in refused.value.faults] == [
        "export_no_language",
        "export_no_column",
        "export_no_column",
    ]


async def test_a_question_named_like_a_column_of_ours(database: Database) -> None:
    people = [Sent({"_version": "v7"})]
    [row] = read_csv(await exported(database, Format.CSV, people, question("_version")))
    assert (row["_version"], row["_version@answer"]) == ("1", "v7")


async def test_characters_that_no_file_can_hold_are_left_out(database: Database) -> None:
    people = [Sent({"story": "ab\u0001c \u202eبسم 🌽"})]
    consultation = await database.run(hold_consultation, questionnaire(question("story")), people)
    [row] = read_csv(await export(database, Format.CSV, consultation))
    line = json.loads(await export(database, Format.JSONL, consultation))
    assert row["story"] == line["story"] == "abc \u202eبسم 🌽"


def test_half_a_character_does_not_break_a_file() -> None:
    [story] = variables_of((Version(1, 1, questionnaire(question("story"))),), None)
    assert story.text("a\ud800b") == "ab"


@pytest.mark.parametrize("text", ["-5", "+5", "-0.35", "-1e3", "-1,5", "34", "", "trabajo"])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text", ["=1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0d 1", "- agua"]
)
def test_what_a_sheet_could_run_is_marked_as_text(text: str) -> None:
    assert harmless(text) == "'" + text


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    assert harmless(text)[:1] not in set("=@\t\r\n") or not text
