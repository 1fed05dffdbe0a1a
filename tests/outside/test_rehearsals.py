"""Every workbook of others that is accepted is rehearsed to its end, and nobody meets a dead end in it."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.errors import InvalidInput
from rimay.commands.form import files_beside
from surveys.rehearsal.rehearsal import Rehearsal
from surveys.rehearsal.report import Code
from surveys.xlsform.reading import read_questionnaire

MOMENT = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
QUITO = ZoneInfo("America/Guayaquil")
RESPONDENTS = 5
STOPS = {
    Code.DEAD_END,
    Code.LOOP,
    Code.CONSTRAINT_UNSATISFIED,
    Code.CORNERED,
    Code.CUT_SHORT,
    Code.REPEAT_ENDLESS,
}


def test_every_workbook_is_rehearsed_to_its_end(outside_data: Path) -> None:
    folder = outside_data / "xlsforms"
    if not folder.is_dir():
        pytest.skip(f"no workbooks at {folder}")
    files = files_beside(folder / "none")
    rehearsed, wrong = 0, []
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".xls", ".xlsx", ".xlsm"}:
            continue
        try:
            questionnaire = read_questionnaire(path.read_bytes(), path.name, files).questionnaire
        except InvalidInput:
            continue
        rehearsal = Rehearsal(questionnaire, respondents=RESPONDENTS, seed="1", moment=MOMENT, zone=QUITO)
        for _ in rehearsal.steps():
            pass
        report = rehearsal.report()
        stops = [(found.code.value, found.path) for found in report.findings if found.code in STOPS]
        if report.finished != RESPONDENTS or stops:
            wrong.append((path.name, report.finished, stops))
        rehearsed += 1
    assert rehearsed > 0
    assert wrong == []
