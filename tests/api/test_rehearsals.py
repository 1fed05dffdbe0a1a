"""The rehearsal of a questionnaire in the console: live, without script, stopped, and who may."""

import json
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from api.routes.questionnaires import rehearsals
from surveys.questionnaire import Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.rehearsal.rehearsal import Rehearsal
from surveys.xlsform.reading import read_questionnaire
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console

ROWS = [
    ("type", "name", "label::Español (es)", "label::Kichwa (qu)", "constraint", "required"),
    ("text", "hope", "¿Qué espera?", "Imatatak shuyanki?", "", ""),
    ("integer", "age", "¿Cuántos años tiene?", "Mashna watata charinki?", ". > 10 and . < 5", "yes"),
]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in ROWS:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
async def stuck(console: Console) -> int:
    """A questionnaire in which nobody gets past the second question."""
    content = workbook()
    asked: Questionnaire = read_questionnaire(content, "hope.xlsx").questionnaire
    return await console.database.run(
        store_questionnaire, asked, content=content, file_name="hope.xlsx", account_id=None
    )


async def events(browser: Browser, address: str) -> list[tuple[str, Any]]:
    """What a stream carried, to its end."""
    answer = await browser.look(address)
    assert answer.status_code == 200
    found = []
    for block in answer.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def test_the_form_asks_for_people_and_a_seed(browse: Browse, questionnaire: int) -> None:
    page = await (await browse(CARLOS)).look(f"/questionnaires/{questionnaire}/rehearsal")
    assert page.status_code == 200
    assert 'name="respondents"' in page.text and 'name="seed"' in page.text
    linked = await (await browse(ANA)).look(f"/questionnaires/{questionnaire}")
    assert f'href="/questionnaires/{questionnaire}/rehearsal"' in linked.text


async def test_without_script_the_page_comes_with_what_was_found(browse: Browse, stuck: int) -> None:
    ana = await browse(ANA)
    page = await ana.look(f"/questionnaires/{stuck}/rehearsal/result?respondents=3&seed=killa")
    assert page.status_code == 200
    assert "Aquí nadie puede seguir" in page.text and "survey, fila 3" in page.text
    assert "Nadie llegó al final" in page.text


async def test_live_it_counts_people_and_ends_with_what_was_found(browse: Browse, stuck: int) -> None:
    told = await events(await browse(ANA), f"/questionnaires/{stuck}/rehearsal/live?respondents=3&seed=1")
    assert [data["value"] for name, data in told if name == "progress"] == [1, 2, 3]
    assert told[0][1]["text"] == "1 de 3 personas"
    name, data = told[-1]
    assert name == "over" and "Aquí nadie puede seguir" in data["html"]


async def test_what_is_wrong_with_the_form_is_said_at_its_field(browse: Browse, questionnaire: int) -> None:
    ana = await browse(ANA)
    here = f"/questionnaires/{questionnaire}/rehearsal"
    page = await ana.look(f"{here}/result?respondents=9999&seed=")
    assert page.status_code == 400
    assert 'href="#field-respondents"' in page.text and 'href="#field-seed"' in page.text
    assert (await ana.look(f"{here}/live?respondents=0&seed=1")).status_code == 404


async def test_who_comes_when_enough_are_rehearsed_waits(
    browse: Browse, questionnaire: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Taken:
        def acquire(self, *, blocking: bool) -> bool:
            return False

    monkeypatch.setattr(rehearsals, "_at_once", Taken())
    ana = await browse(ANA)
    here = f"/questionnaires/{questionnaire}/rehearsal"
    told = await events(ana, f"{here}/live?respondents=1&seed=1")
    assert told == [("busy", "Ya hay un ensayo en marcha. Espere a que termine.")]
    assert (await ana.look(f"{here}/result?respondents=1&seed=1")).status_code == 409


async def test_a_rehearsal_that_breaks_makes_room_for_the_next(
    browse: Browse, questionnaire: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Rehearsal) -> None:
        raise ZeroDivisionError

    ana = await browse(ANA)
    here = f"/questionnaires/{questionnaire}/rehearsal/result?respondents=1&seed=1"
    monkeypatch.setattr(Rehearsal, "steps", breaks)
    for _ in range(3):
        assert (await ana.look(here)).status_code == 500
    monkeypatch.undo()
    assert (await ana.look(here)).status_code == 200


@pytest.mark.parametrize("page", ["rehearsal", "rehearsal/result", "rehearsal/live"])
async def test_it_is_for_those_who_write_questionnaires(
    browse: Browse, questionnaire: int, page: str
) -> None:
    address = f"/questionnaires/{questionnaire}/{page}?respondents=1&seed=1"
    seen = {
        role: (await (await browse(role)).look(address)).status_code for role in (ANA, BELEN, CARLOS, NOBODY)
    }
    assert seen == {ANA: 200, BELEN: 403, CARLOS: 200, NOBODY: 303}


async def test_a_questionnaire_that_is_not_there(browse: Browse) -> None:
    ana = await browse(ANA)
    for page in ("rehearsal", "rehearsal/result", "rehearsal/live"):
        assert (await ana.look(f"/questionnaires/999/{page}?respondents=1&seed=1")).status_code == 404
