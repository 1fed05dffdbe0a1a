"""Spreadsheets as people really write them: every script, every length, every trick of a spreadsheet program."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest

from core.errors import InvalidInput
from surveys.questionnaire import Questionnaire
from surveys.xlsform.archive import MOST_ROWS
from surveys.xlsform.reading import read_questionnaire


def read(book: openpyxl.Workbook) -> Questionnaire:
    written = io.BytesIO()
    book.save(written)
    return read_questionnaire(written.getvalue(), "form.xlsx").questionnaire


def book(*rows: tuple[object, ...]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "survey"
    for row in rows:
        sheet.append(list(row))
    return made


HEADER = ("type", "name", "label", "default")


@pytest.mark.parametrize(
    "label",
    [
        "مرحبا، كيف حالك؟",
        "Hola \u202eשלום\u202c",  # noqa: RUF001
        "¿Cómo está? 👩🏽‍🌾🌽 👨‍👩‍👧‍👦",
        "Ñukanchik — «kawsay» … ½ ₂ ℃",
        "long " * 1_000,
        "=cmd|' /C calc'!A0",
        "+593 99 999",
        "@SUM(1)",
        "<b>fat</b> & <script>alert(1)</script>",
        "line one\nline two",
        "'quoted' \"twice\"",
        "{{ braces }} {x} %s \\n",
    ],
)
def test_a_label_arrives_as_it_was_written(label: str) -> None:
    made = book(HEADER, ("text", "a", "", ""))
    sheet = made["survey"]
    sheet["C2"].value = label
    sheet["C2"].data_type = "s"
    assert read(made).question("a").label == {"es": label.strip()}


def test_a_formula_counts_as_what_it_last_showed() -> None:
    """openpyxl saves formulas without their results: such a cell is empty, never a formula that runs."""
    made = book(HEADER, ("text", "a", "A", "=1+1"), ("text", "b", '=CONCAT("x")', None))
    with pytest.raises(InvalidInput) as refused:
        read(made)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("label_missing", 3)]


def test_merged_cells_stand_in_the_first_of_them() -> None:
    made = book(HEADER, ("text", "a", "A", None), ("text", "b", "B", None), ("note", "c", "C", None))
    made["survey"].merge_cells("C2:C3")
    with pytest.raises(InvalidInput) as refused:
        read(made)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("label_missing", 3)]


@pytest.mark.parametrize(
    ("cell", "default"),
    [
        (5, "'5'"),
        (5.0, "'5'"),
        (2.5, "'2.5'"),
        (True, "'TRUE'"),
        (date(2026, 5, 31), "'2026-05-31 00:00:00'"),
        (datetime(2026, 5, 31, 8, 30), "'2026-05-31 08:30:00'"),  # noqa: DTZ001  (spreadsheets know no zones)
        (time(8, 30), "'08:30:00'"),
        (1e20, "'100000000000000000000'"),
    ],
)
def test_numbers_and_dates_are_their_text(cell: object, default: str) -> None:
    assert read(book(HEADER, ("text", "a", "A", cell))).question("a").default == default


def test_numbers_may_name_choices_and_rows_may_be_far_apart() -> None:
    made = book(HEADER, ("select_one l", "a", "A", None), *[()] * 30, ("text", "b", "B", None))
    choices = made.create_sheet("choices")
    for row in (("list_name", "name", "label"), ("l", 1, "One"), ("l", 2.0, "Two"), ("l", 3, 2026)):
        choices.append(row)
    read_one = read(made)
    assert [(choice.value, choice.label["es"]) for choice in read_one.question("a").choices] == [
        ("1", "One"),
        ("2", "Two"),
        ("3", "2026"),
    ]
    assert [asked.path for asked in read_one.questions()] == ["a", "b"]


def test_other_sheets_and_hidden_ones_are_no_trouble() -> None:
    made = book(HEADER, ("text", "a", "A", None))
    for name in ("Notas", "survey (2)", "pivot", "📊"):
        made.create_sheet(name).append(("type", "whatever", "=1/0"))
    made["Notas"].sheet_state = "hidden"
    assert [asked.path for asked in read(made).questions()] == ["a"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.xlsx", "a\0b.xlsx", "ñandú 👀.xlsx", "x" * 400 + ".xlsx", ".xlsx"]
)
def test_the_name_of_the_file_opens_nothing(name: str) -> None:
    """A workbook without a form_id is called as its file is: by the last part of the name, whatever it is."""
    written = io.BytesIO()
    book(HEADER, ("text", "a", "A", None)).save(written)
    found = read_questionnaire(written.getvalue(), name).questionnaire.name
    assert "/" not in found and 0 < len(found) <= 128


def test_there_may_be_thousands_of_rows() -> None:
    rows = 1_000
    assert rows < MOST_ROWS
    made = book(HEADER, *(("note", f"n{number}", f"N {number}", None) for number in range(rows)))
    assert sum(1 for _ in read(made).questions()) == rows
