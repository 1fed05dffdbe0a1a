"""What the results put before the council."""

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.council.agenda import list_items, propose_items
from surveys.consultations import draft_consultation
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Response

NEEDS = (
    Choice("work", {"es": "Trabajo"}),
    Choice("health", {"es": "Salud"}),
    Choice("rare", {"es": "Poco nombrada"}),
    Choice("none", {"es": "Nada urgente"}, {"agenda": "no"}),
)
QUESTIONS = (
    Question("spoken", Kind.SELECT_MULTIPLE, {"es": "¿Qué habla?"}, choices=NEEDS[:2]),
    Question("needs", Kind.SELECT_MULTIPLE, {"es": "¿Qué necesita?"}, choices=NEEDS),
)


def _close_with(db: Session, answers: Sequence[list[str]]) -> int:
    questionnaire = Questionnaire("n", {"es": "N"}, "1", ("es",), "es", QUESTIONS)
    stored = store_questionnaire(db, questionnaire, content=b"", file_name="n.xlsx", account_id=None)
    consultation_id = draft_consultation(db, questionnaire_id=stored, account_id=None)
    db.get_one(Consultation, consultation_id).state = "closed"
    for number, needs in enumerate(answers):
        row = Response(
            id=f"{number:032x}",
            consultation_id=consultation_id,
            state="finished",
            language="es",
            answers={"spoken": ["work"], "needs": needs},
        )
        db.add(row)
    db.flush()
    propose_items(db, consultation_id, threshold=5, account_id=None)
    return consultation_id


@pytest.fixture
async def proposed(database: Database) -> list[str]:
    answers = [["none"]] * 20 + [["work", "health"]] * 9 + [["work"]] * 8 + [["health", "rare"]] * 2
    consultation_id = await database.run(_close_with, answers)
    return [item.title["es"] for item in await database.read(list_items, consultation_id)]


async def test_the_most_named_needs_come_first(proposed: list[str]) -> None:
    assert proposed == ["Trabajo", "Salud"]


async def test_a_choice_that_asks_for_nothing_is_no_request(proposed: list[str]) -> None:
    assert "Nada urgente" not in proposed


async def test_what_too_few_named_is_not_proposed_since_that_would_publish_it(proposed: list[str]) -> None:
    assert "Poco nombrada" not in proposed
