"""Files of paper forms: read however Excel wrote them, judged by the rules of the chat, refused with every place."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from core.errors import InvalidInput
from surveys.conversation.turns import Finished, Refusal
from surveys.entry.entries import EntryForm
from surveys.entry.paper_import import CheckedFile, check_file, rows_to_mend
from surveys.entry.paper_rows import template
from surveys.entry.paper_tables import MOST_FORMS, Table, read_tables, write_tables
from surveys.entry.written_forms import read_whole, without_person
from surveys.questionnaire import ATTACHED, Group, Node, Questionnaire
from tests.surveys.entering import MOMENT, RICH, WRITTEN, ZONE
from tests.surveys.people import integer, question, questionnaire, select, several
from tests.surveys.test_xlsform_bombs import with_part

CODES = ("2222-2222", "2222-2235", "2222-2248")
SMALL = questionnaire(
    select("canton", "10", "11", required="true()"),
    several("needs", "work", "health"),
    integer("age", constraint=". < 120"),
    question("more", relevant="/data/age > 17"),
)


def check(content: bytes, asked: Questionnaire = SMALL) -> CheckedFile:
    form = EntryForm(1, 1, asked.title, without_person(asked), 0, has_words=True)
    return check_file(form, content, MOMENT, ZONE, lambda done, total: None)


def places(checked: CheckedFile) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.wrong.code) for fault in checked.faults]


def workbook(sheets: Mapping[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _optional(node: Node) -> Node:
    """The same, and nothing in it has to be answered."""
    if isinstance(node, Group):
        return replace(node, nodes=tuple(map(_optional, node.nodes)))
    return replace(node, required="")


def answers(checked: CheckedFile) -> list[dict[str, object]]:
    return [dict(paper.finished.answers) for paper in checked.papers]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_as_any_program_writes_it(encoding: str, separator: str) -> None:
    rows = [["_code", "canton", "needs", "age", "more"], [CODES[0], "10", "work health", "34", "Educación"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    checked = check(text.encode(encoding))
    assert places(checked) == []
    assert answers(checked) == [
        {"canton": "10", "needs": ["work", "health"], "age": "34", "more": "Educación"}
    ]


def test_a_choice_is_its_value_or_its_label_never_its_place_in_the_list() -> None:
    rows = "_code,canton\n{},1\n{},10\n{},11-KA".format(*CODES)
    checked = check(rows.encode())
    assert places(checked) == [(2, "canton", "not_a_choice")]
    assert answers(checked) == [{"canton": "10"}, {"canton": "11"}]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("needs", "health;Work"),
        ("needs", "health, work"),
        ("needs/work,needs/health", "x,1"),
        ("needs/health,needs/work", "sí,TRUE"),
    ],
)
def test_several_choices_together_or_in_a_column_each(header: str, cells: str) -> None:
    cells = f'"{cells}"' if header == "needs" else cells
    checked = check(f"_code,canton,{header}\n{CODES[0]},10,{cells}".encode())
    assert answers(checked) == [{"canton": "10", "needs": ["work", "health"]}]


def test_every_fault_of_every_row_at_once() -> None:
    text = f"_code,canton,age,needs/work\n{CODES[0]},,340,quizás\nK7M2-4QXX,10,9,\n{CODES[0]},10,9,\n,10,9,"
    assert places(check(text.encode())) == [
        (2, "needs/work", "not_a_choice"),
        (2, "canton", "required"),
        (2, "age", "constraint"),
        (3, "_code", "forms_code_wrong"),
        (4, "_code", "forms_code_twice"),
        (5, "_code", "forms_code_missing"),
    ]


def test_columns_that_nobody_knows_and_that_stand_twice() -> None:
    checked = check(f"_code,canton,cantón,age,age,_note\n{CODES[0]},10,x,9,9,y".encode())
    assert places(checked) == [(1, "age", "forms_column_twice"), (1, "cantón", "forms_column_unknown")]
    assert checked.lays_out_wrong


def test_what_does_not_apply_is_left_out_and_counted() -> None:
    checked = check(f"_code,canton,age,more\n{CODES[0]},10,9,Escuela".encode())
    assert answers(checked) == [{"canton": "10", "age": "9"}]
    assert checked.left_out == 1


def test_cells_of_excel_are_what_they_look_like() -> None:
    asked = without_person(RICH)
    row = {
        "_code": CODES[0],
        "lives_here": "no",
        "age": 34.0,
        "height": 1.62,
        "since": datetime(2020, 11, 23),  # noqa: DTZ001
        "hour": time(10, 30),
        "seen": datetime(2026, 11, 20, 8, 15),  # noqa: DTZ001
        "home/name": "Rosa",
    }
    checked = check(workbook({"Hoja 1": [list(row), list(row.values())]}), asked)
    assert places(checked) == []
    [given] = answers(checked)
    assert (given["age"], given["about/height"], given["about/since"]) == ("34", "1.62", "2020-11-23")
    assert str(given["about/hour"]).startswith("10:30") and str(given["about/seen"]).startswith(
        "2026-11-20T08:15"
    )


@pytest.mark.parametrize(
    ("cell", "day"), [("44158", "2020-11-23"), (44158, "2020-11-23"), (date(2020, 11, 23), "2020-11-23")]
)
def test_days_that_a_spreadsheet_counted(cell: object, day: str) -> None:
    rows = [["_code", "lives_here", "since", "home/name"], [CODES[0], "no", cell, "Rosa"]]
    [given] = answers(check(workbook({"f": rows}), RICH))
    assert given["about/since"] == day


def test_a_number_with_decimals_is_no_whole_one() -> None:
    rows = [["_code", "canton", "age"], [CODES[0], "10", 1.234]]
    assert places(check(workbook({"f": rows}))) == [(2, "age", "not_an_integer")]


def test_members_of_repeats_in_sheets_of_their_own_are_those_of_the_chat() -> None:
    own = {path: value for path, value in WRITTEN.items() if "[" not in path}
    main = [["_code", *own], [CODES[0], *(" ".join(v) if isinstance(v, list) else v for v in own.values())]]
    home = [["_code", "home/name", "years"], [CODES[0], "Rosa", 34], [CODES[0], "Luis", 9]]
    pets = [["_code", "_parent", "kind"], [CODES[0], 1, "dog"], [CODES[0], 1, "cat"]]
    checked = check(workbook({"forms": main, "home": home, "home.pet": pets}), RICH)
    assert places(checked) == []
    chat = read_whole(without_person(RICH), WRITTEN, moment=MOMENT, zone=ZONE)
    assert checked.papers[0].finished == chat.outcome


def test_members_of_repeats_in_numbered_columns() -> None:
    columns = {path: value for path, value in WRITTEN.items() if value}
    cells = (" ".join(v) if isinstance(v, list) else f'"{v}"' for v in columns.values())
    checked = check(f"_code,{','.join(columns)}\n{CODES[0]},{','.join(cells)}".encode(), RICH)
    chat = read_whole(without_person(RICH), WRITTEN, moment=MOMENT, zone=ZONE)
    assert places(checked) == [] and checked.papers[0].finished == chat.outcome


def test_a_member_without_its_form() -> None:
    main = [["_code", "lives_here", "home/name"], [CODES[0], "no", "Rosa"]]
    checked = check(workbook({"f": main, "home": [["_code", "name"], [CODES[1], "Ana"]]}), RICH)
    assert [(f.sheet, f.row, f.wrong.code) for f in checked.faults] == [("home", 2, "forms_parent_missing")]


@pytest.mark.parametrize("parent", ["0", "3", "9" * 5_000, "100", "-", "1 1"])
def test_a_member_of_a_member_that_is_not_there(parent: str) -> None:
    """Stored without it, what is written of it would be lost."""
    main = [["_code", "lives_here", "home/name"], [CODES[0], "no", "Rosa"]]
    pets = [["_code", "_parent", "kind"], [CODES[0], "1", "dog"], [CODES[0], parent, "cat"]]
    checked = check(workbook({"f": main, "home.pet": pets}), RICH)
    assert [(f.sheet, f.row, f.wrong.code) for f in checked.faults] == [
        ("home.pet", 3, "forms_parent_missing")
    ]
    assert checked.papers == ()


@pytest.mark.parametrize("column", ["home[3]/name", "home[0]/name", "home[02]/name", "home[1]/pet[3]/kind"])
def test_a_column_of_a_member_without_the_one_before_it(column: str) -> None:
    value = "dog" if "pet" in column else "Luis"
    rows = [["_code", "lives_here", "home[1]/name", column], [CODES[0], "no", "Rosa", value]]
    rows.append([CODES[1], "no", "Ana", ""])
    checked = check(workbook({"f": rows}), RICH)
    assert places(checked) == [(2, column, "forms_parent_missing")]
    assert [paper.code for paper in checked.papers] == [CODES[1]]


@pytest.mark.parametrize(
    "column", ["home[105]/name", f"home[{'9' * 5_000}]/name", "home[x]/name", "home[1/name"]
)
def test_a_column_of_a_member_that_nobody_can_count_is_no_column(column: str) -> None:
    text = f"_code,lives_here,{column}\n{CODES[0]},no,Rosa\n"
    assert places(check(text.encode(), RICH))[0] == (1, column, "forms_column_unknown")


def test_a_member_of_whom_nothing_is_told_keeps_its_place() -> None:
    main = [["_code", "lives_here", "home/name"], [CODES[0], "no", "Rosa"]]
    asked = replace(RICH, nodes=tuple(_optional(node) for node in RICH.nodes))
    members = [["_code", "name"], [CODES[0], "Rosa"], [CODES[0], ""], [CODES[0], "Luis"]]
    [found] = answers(check(workbook({"f": main, "home": members}), asked))
    assert (found["home[1]/name"], found["home[3]/name"], found["people"]) == ("Rosa", "Luis", "3")


def test_more_members_than_the_chat_takes_are_not_lost_in_silence() -> None:
    main = [["_code", "lives_here", "home/name"], [CODES[0], "no", "Rosa"]]
    members = [["_code", "name"], *([CODES[0], f"Rosa {n}"] for n in range(51))]
    checked = check(workbook({"f": main, "home": members}), RICH)
    assert [(f.sheet, f.row, f.wrong.code) for f in checked.faults] == [("home", 52, "forms_parent_missing")]


def test_no_file_comes_in_on_paper() -> None:
    written = {**WRITTEN, "photo": f"{ATTACHED}a0a0", "more": f"{ATTACHED}b1b1"}
    read = read_whole(without_person(RICH), written, moment=MOMENT, zone=ZONE)
    assert isinstance(read.outcome, Finished) and not read.objections
    assert "photo" not in read.outcome.answers and read.outcome.answers["more"] == "b1b1"


@pytest.mark.parametrize("code", ["2222-2223", ""])
def test_a_member_whose_code_nobody_can_read_holds_every_form_back(code: str) -> None:
    """Stored without it, its form would be there already when the mended row comes again."""
    main = [["_code", "lives_here", "home/name"], *([each, "no", "Rosa"] for each in CODES[:2])]
    members = [["_code", "name"], [CODES[0], "Ana"], [code, "Luis"]]
    checked = check(workbook({"f": main, "home": members}), RICH)
    assert [(f.sheet, f.row, f.wrong.code) for f in checked.faults] == [("home", 3, "forms_parent_missing")]
    assert checked.papers == ()
    assert [len(table.rows) for table in rows_to_mend(checked, lambda fault: "why")] == [2, 2]


def test_a_member_with_the_same_wrong_code_as_its_form_waits_with_it() -> None:
    main = [["_code", "lives_here", "home/name"], [CODES[0], "no", "Rosa"], ["2222-2223", "no", "Ana"]]
    checked = check(workbook({"f": main, "home": [["_code", "name"], ["2222-2223", "Luis"]]}), RICH)
    assert [paper.code for paper in checked.papers] == [CODES[0]]
    rest = rows_to_mend(checked, lambda fault: "why")
    assert [row[1] for table in rest for row in table.rows] == ["2222-2223", "2222-2223"]


def test_the_template_takes_what_is_filled_in() -> None:
    tables = read_tables(
        write_tables(
            [table if table.rows else _with_a_row(table) for table in template(without_person(RICH))]
        )
    )
    assert [table.name for table in tables] == ["forms", "home", "home.pet"], "what explains is not read"
    assert "invite" not in tables[0].headers and "photo" not in tables[0].headers


def _with_a_row(table: Table) -> Table:
    return replace(table, rows=(("x",) * len(table.headers),))


def test_rows_to_mend_come_back_with_their_reason_and_can_be_sent_in_again() -> None:
    text = f"_code,canton,age\n{CODES[0]},10,9\n{CODES[1]},10,340\n"
    checked = check(text.encode())
    back = write_tables(rows_to_mend(checked, lambda fault: "why"))
    [table] = read_tables(back)
    assert table.rows == (("age: why", CODES[1], "10", "340"),)
    assert places(check(back)) == [(2, "age", "constraint")]


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    back = write_tables(read_tables(b'_code,canton,age,more\n2222-2222,10,19,"\'=1+1"'))
    assert openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]["D2"].data_type == "s"
    assert answers(check(back))[0]["more"] == "=1+1"


def with_rows(xml: str, *, sheets: int = 1) -> bytes:
    """A small workbook with more rows than openpyxl would write."""
    book = workbook({f"f{n}": [["_code", "canton", "age"], [CODES[0], "10", "9"]] for n in range(sheets)})
    for number in range(1, sheets + 1):
        name = f"xl/worksheets/sheet{number}.xml"
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            part = archive.read(name).decode()
        book = with_part(name, part.replace("</sheetData>", f"{xml}</sheetData>").encode(), book)
    return book


LAST = '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'


@pytest.mark.parametrize(
    "xml", [LAST, '<row r="1048576"/>', '<row r="7"/>' + LAST, '<row r="99999999999"><c r="A9"/></row>']
)
def test_a_last_row_that_holds_nothing_costs_nothing(xml: str) -> None:
    [table] = read_tables(with_rows(xml))
    assert (table.headers, list(table.numbered())) == (
        ("_code", "canton", "age"),
        [(2, (CODES[0], "10", "9"))],
    )


def test_a_form_far_below_is_found_with_its_row() -> None:
    far = f'<row r="900000"><c r="A900000" t="inlineStr"><is><t>{CODES[1]}</t></is></c></row>'
    checked = check(with_rows(far + LAST))
    assert places(checked) == [(900_000, "canton", "required")]
    assert [paper.code for paper in checked.papers] == [CODES[0]]


def test_a_sheet_that_claims_to_be_small_is_read_whole() -> None:
    book = workbook({"f": [["_code", "age"], [CODES[0], 9], [CODES[1], 10]]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:B3"', b'ref="A1:A2"')
    [table] = read_tables(with_part("xl/worksheets/sheet1.xml", part, book))
    assert table.rows == ((CODES[0], "9"), (CODES[1], "10"))


HOSTILE = {
    "blank rows": (with_rows('<row r="3"/>' + "<row/>" * 200_000), "too_many_rows"),
    "too many sheets": (workbook({f"f{n}": [["_code"]] for n in range(101)}), "forms_not_a_table"),
    "formula": (workbook({"f": [["_code", "age"], [CODES[0], "=1+1"]]}), "forms_formula"),
    "bomb": (with_part("xl/zeros.bin", bytes(20_000_000)), "zip_bomb"),
    "picture": (b"\x89PNG\r\n\0\0", "forms_not_a_table"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "forms_not_a_table"),
    "broken": (b"PK\x03\x04broken", "not_a_workbook"),
    "nothing": (b"", "forms_empty"),
    "no rows": (b"_code,age\n", "forms_empty"),
    "too many rows": (b"_code,age\n" + b"x,1\n" * (MOST_FORMS + 1), "too_many_rows"),
    "100,000 rows": (b"_code,age\n" + b"x,1\n" * 100_000, "too_many_rows"),
    "wide": (b"_code," + b"," * 100_000 + b"\nx", "forms_not_a_table"),
    "one endless cell": (b'_code,age\nx,"' + b"a" * 200_000 + b'"', "forms_not_a_table"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    content, code = HOSTILE[name]
    with pytest.raises(InvalidInput) as refused:
        check(content)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_refusal_is_the_one_of_the_chat() -> None:
    wrong = check(f"_code,canton,age\n{CODES[0]},10,340".encode()).faults[0].wrong
    assert isinstance(wrong, Refusal)
