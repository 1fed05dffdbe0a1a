"""Versions on pages: what changed is read before a consultation moves, and beside its results."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.consultations import get_consultation
from surveys.questionnaire import Kind, Question
from surveys.questionnaires import store_questionnaire
from surveys.tables import Participation, Response
from tests.api.conftest import ANA, CARLOS, QUESTIONNAIRE, Browse, Console

NEEDS, MORE, INVITE = QUESTIONNAIRE.nodes
assert isinstance(NEEDS, Question)
EDITED = replace(
    QUESTIONNAIRE,
    nodes=(
        replace(NEEDS, label={"es": "¿Qué le falta?"}, choices=NEEDS.choices[:1]),
        Question("age", Kind.INTEGER, {"es": "¿Cuántos años tiene?"}),
        INVITE,
    ),
)


@pytest.fixture
async def newer(console: Console, questionnaire: int) -> int:
    """The next version of the questionnaire."""
    return await console.database.run(
        store_questionnaire, EDITED, content=b"", file_name="needs.xlsx", account_id=None
    )


async def test_every_version_says_what_it_changed(browse: Browse, newer: int) -> None:
    page = (await (await browse(CARLOS)).look(f"/questionnaires/{newer}/versions")).text
    assert page.index("Versión 2") < page.index("Versión 1")
    for sentence in (
        "Cambió el texto. Antes: «¿Qué necesita?». Ahora: «¿Qué le falta?».",
        "Opción quitada: «Salud».",
        "Pregunta nueva.",
        "Ya no se pregunta.",
        "Es la primera versión.",
    ):
        assert sentence in page


async def test_the_list_holds_the_newest_of_each(browse: Browse, questionnaire: int, newer: int) -> None:
    page = (await (await browse(CARLOS)).look("/questionnaires")).text
    assert f'href="/questionnaires/{newer}/versions">Versión 2' in page
    assert f'href="/questionnaires/{questionnaire}"' not in page


async def test_ana_moves_a_consultation_after_reading_what_changes(
    console: Console, browse: Browse, opened: int, questionnaire: int, newer: int
) -> None:
    ana = await browse(ANA)
    changes = f"/questionnaires/{newer}/changes?since={questionnaire}"
    assert changes in (await ana.look(f"/consultations/{opened}")).text
    assert "Quien ya empezó sigue con su versión." in (await ana.look(changes)).text
    moved = await ana.fill(changes, f"/consultations/{opened}/version", questionnaire=str(newer))
    assert moved.headers["location"] == f"/consultations/{opened}?done=moved"
    assert (await console.database.read(get_consultation, opened)).questionnaire_id == newer
    assert changes not in (await ana.look(f"/consultations/{opened}")).text
    again = await ana.fill("/account", f"/consultations/{opened}/version", questionnaire=str(newer))
    assert again.status_code == 409


async def test_carlos_reads_what_changed_and_moves_nothing(
    browse: Browse, opened: int, questionnaire: int, newer: int
) -> None:
    carlos = await browse(CARLOS)
    page = await carlos.look(f"/questionnaires/{newer}/changes?since={questionnaire}")
    assert page.status_code == 200 and "/version" not in page.text.replace("/versions", "")


@pytest.mark.parametrize("since", ["{newer}", "99", "x"])
async def test_only_an_older_version_of_the_same_can_be_compared(
    browse: Browse, newer: int, since: str
) -> None:
    page = f"/questionnaires/{newer}/changes?since={since.format(newer=newer)}"
    assert (await (await browse(ANA)).look(page)).status_code in (400, 404)


async def test_the_change_stands_beside_the_result(
    console: Console, browse: Browse, opened: int, questionnaire: int, newer: int
) -> None:
    def answer(db: Session, version: int, answers: dict[str, Any]) -> None:
        row = Response(
            id=f"r{version}",
            consultation_id=opened,
            questionnaire_id=version,
            state="finished",
            language="es",
            answers=answers,
            finished_on=date(2026, 11, 1),
        )
        db.add(row)
        first = db.scalars(select(Participation).where(Participation.state == "asked")).first()
        assert first is not None
        first.state = "finished"

    await console.database.run(answer, questionnaire, {"needs": ["work"]})
    ana = await browse(ANA)
    await ana.fill("/account", f"/consultations/{opened}/version", questionnaire=str(newer))
    await console.database.run(answer, newer, {"needs": ["work"], "age": "30"})
    page = (await ana.look(f"/consultations/{opened}/results")).text
    assert "Se juntan las respuestas a 2 versiones del cuestionario." in page
    assert "Versión 2: Pregunta nueva." in page and "Versión 2: Opción quitada: «Salud»." in page
    exported = (await ana.look(f"/consultations/{opened}/export.csv")).text.splitlines()
    assert exported[0].startswith("_response,_mode,_language,_month,_version,needs,more,age")
    assert sorted(line.split(",")[4] for line in exported[1:]) == ["1", "2"]
    dictionary = (await ana.look(f"/consultations/{opened}/dictionary.csv")).text
    assert "2: Pregunta nueva." in dictionary and "2: Ya no se pregunta." in dictionary


async def test_the_same_workbook_is_told_and_not_stored_twice(browse: Browse) -> None:
    book = b"| survey |\n| | type | name | label |\n| | integer | age | Edad |"
    ana = await browse(ANA)
    answers = [
        await ana.fill("/questionnaires/new", "/questionnaires", files={"workbook": ("edad.md", book)})
        for _ in range(2)
    ]
    first, second = (answer.headers["location"] for answer in answers)
    assert first.endswith("?done=uploaded") and second == first.replace("uploaded", "known")
    assert "No se guardó otra vez." in (await ana.look(second)).text
