"""What leaves as a file: who may be found in it, and what a spreadsheet makes of it."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import NotFound
from surveys.export import count_lines, csv_chunks, dictionary, harmless, jsonl_chunks
from surveys.questionnaire import Keep, Kind, Node
from tests.surveys.consulting import Sent, hold_consultation
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
    group("home", integer("home/age"), several("home/likes", "tea", "milk"), repeats=True),
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
        "home[1]/age": "9",
        "home[2]/age": "61",
        "home[1]/likes": ["tea", "milk"],
    },
    language="qu",
    profile={"invite": "yes"},
)
LUIS = Sent({"canton": "otavalo", "story": '=HYPERLINK("http://x")'})
ELENA = Sent({"canton": "ibarra"}, state="started")


async def exported(
    database: Database,
    people: Sequence[Sent],
    write: Callable[[Session, int], bytes],
    form: Sequence[Node] = FORM,
) -> bytes:
    consultation = await database.run(hold_consultation, questionnaire(*form), people)
    return await database.read(write, consultation)


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def as_csv(**options: Any) -> Callable[[Session, int], bytes]:
    return lambda db, consultation: b"".join(csv_chunks(db, consultation, **options))


def as_jsonl(**options: Any) -> Callable[[Session, int], bytes]:
    return lambda db, consultation: b"".join(jsonl_chunks(db, consultation, **options))


async def test_csv_holds_what_was_sent_in_and_nothing_that_finds_a_person(database: Database) -> None:
    rows = read_csv(await exported(database, [ROSA, ELENA], as_csv()))
    assert rows == [
        {
            "_response": "1",
            "_language": "qu",
            "_month": "2026-11",
            "canton": "ibarra",
            "needs": "work food",
            "about/age": "34",
            "about/debt": "-12.5",
            "born": "1992-03",
            "place.latitude": "0.4",
            "place.longitude": "-78.1",
            "story": "Falta [NOMBRE], «trabajo»\ny agua",
            "home/age": '{"1": 9, "2": 61}',
            "home/likes": '{"1": ["tea", "milk"]}',
        }
    ]


async def test_json_lines_hold_the_same_with_types(database: Database) -> None:
    content = await exported(database, [ROSA], as_jsonl())
    assert json.loads(content) == {
        "_response": 1,
        "_language": "qu",
        "_month": "2026-11",
        "canton": "ibarra",
        "needs": ["work", "food"],
        "about/age": 34,
        "about/debt": -12.5,
        "born": "1992-03",
        "place": {"latitude": 0.4, "longitude": -78.1},
        "story": "Falta [NOMBRE], «trabajo»\ny agua",
        "home/age": {"1": 9, "2": 61},
        "home/likes": {"1": ["tea", "milk"]},
    }


async def test_choices_in_words_and_apart(database: Database) -> None:
    [row] = read_csv(await exported(database, [ROSA], as_csv(language="qu", split=True)))
    assert (row["canton"], row["needs"]) == ("ibarra-ka", "work-ka; food-ka")
    assert (row["needs/work"], row["needs/food"]) == ("1", "1")
    [line] = (await exported(database, [ROSA], as_jsonl(language="es"))).splitlines()
    assert json.loads(line)["needs"] == ["Work", "Food"]


async def test_a_formula_stays_a_text(database: Database) -> None:
    [row] = read_csv(await exported(database, [LUIS], as_csv()))
    assert row["story"] == '\'=HYPERLINK("http://x")'


async def test_lines_are_numbered_anew_and_do_not_follow_arrival(database: Database) -> None:
    people = [Sent({"about/age": str(age)}) for age in range(600)]
    rows = read_csv(await exported(database, people, as_csv()))
    assert [row["_response"] for row in rows] == [str(number) for number in range(1, 601)]
    arrived = [int(row["about/age"]) for row in rows]
    assert sorted(arrived) == list(range(600))
    assert arrived != sorted(arrived)


async def test_the_dictionary_explains_every_column(database: Database) -> None:
    consultation = await database.run(hold_consultation, questionnaire(*FORM), [ROSA])
    rows = read_csv(await database.read(dictionary, consultation))
    header = read_csv(await database.read(as_csv(), consultation))[0].keys()
    assert {row["name"] for row in rows} == set(header)
    canton = [row for row in rows if row["name"] == "canton"]
    assert [(row["value"], row["label_es"], row["label_qu"]) for row in canton] == [
        ("", "canton", ""),
        ("ibarra", "Ibarra", "ibarra-ka"),
        ("otavalo", "Otavalo", "otavalo-ka"),
    ]
    assert {(row["type"], row["repeats"]) for row in rows if row["name"] == "home/age"} == {("integer", "1")}


async def test_a_label_that_looks_like_a_formula(database: Database) -> None:
    form = [question("plan", Kind.SELECT_ONE, label={"es": "=1+1"}, choices=choices("-1", "@x"))]
    rows = read_csv(await exported(database, [], dictionary, form))
    plan = [(row["value"], row["label_es"]) for row in rows if row["name"] == "plan"]
    assert plan == [("", "'=1+1"), ("-1", "-1"), ("'@x", "'@X")]


async def test_nothing_was_sent_in(database: Database) -> None:
    assert read_csv(await exported(database, [ELENA], as_csv())) == []
    assert await exported(database, [ELENA], as_jsonl()) == b""
    assert await database.read(count_lines, 1) == 0


@pytest.mark.parametrize("write", [as_csv(), as_jsonl(), dictionary])
async def test_a_consultation_that_does_not_exist(
    database: Database, write: Callable[[Session, int], bytes]
) -> None:
    with pytest.raises(NotFound):
        await database.read(write, 7)


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
