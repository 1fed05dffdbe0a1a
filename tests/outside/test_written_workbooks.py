"""Workbooks that others made come out of the editor as they went in: every cell, every question."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.drafting import Book
from api.question_forms import QuestionForm
from api.reader import Reader
from core.errors import InvalidInput
from i18n.translator import Translator
from surveys.authoring.outline import outline
from surveys.authoring.sheets import sheets_from_json, sheets_to_json
from surveys.questionnaire import to_json
from surveys.xlsform.grids import read_sheets
from surveys.xlsform.reading import read_questionnaire
from surveys.xlsform.workbook import read_workbook
from surveys.xlsform.writing import write_workbook


@pytest.fixture(scope="module")
def workbooks(outside_data: Path) -> list[Path]:
    found = sorted((outside_data / "xlsforms").glob("*.[xcm][lsd]*"))
    if not found:
        pytest.skip(f"no workbooks in {outside_data}")
    return found


def test_every_accepted_workbook_comes_back_whole(workbooks: list[Path]) -> None:
    accepted = 0
    for path in workbooks:
        content = path.read_bytes()
        try:
            before = read_questionnaire(content, path.name).questionnaire
        except InvalidInput:
            continue
        accepted += 1
        sheets = read_sheets(content, path.name)
        kept = sheets_from_json(json.loads(json.dumps(sheets_to_json(sheets))))
        written = write_workbook(kept)
        after = read_questionnaire(written, kept.file_name).questionnaire
        assert to_json(after) == to_json(before), path.name
        assert read_sheets(written, kept.file_name) == sheets, path.name
        first, second = read_workbook(content, path.name), read_workbook(written, kept.file_name)
        assert (second.rows, second.headers) == (first.rows, first.headers), path.name
    assert accepted


def test_saving_a_question_that_nobody_touched_changes_no_cell(workbooks: list[Path]) -> None:
    reader = Reader("es", Translator(), ZoneInfo("America/Guayaquil"))
    saved = 0
    for path in workbooks:
        try:
            sheets = read_sheets(path.read_bytes(), path.name)
        except InvalidInput:
            continue
        for entry in outline(sheets):
            form = QuestionForm(Book(reader, sheets), entry)
            assert form.faults_in(form.values) == {}, (path.name, entry.name)
            assert form.change(form.values)(sheets) == sheets, (path.name, entry.name)
            saved += 1
    assert saved
