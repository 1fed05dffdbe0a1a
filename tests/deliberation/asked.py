"""People with profiles, and consultations that they were asked before, straight into the database."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.tables import Participant
from surveys.consultations import draft_consultation
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Participation

QUESTIONNAIRE = Questionnaire(
    "needs", {"es": "Necesidades"}, "1", ("es",), "es", (Question("more", Kind.TEXT, {"es": "¿Qué más?"}),)
)


def person(db: Session, language: str = "es", *, reachable: bool = True, **profile: Any) -> int:
    """Somebody who takes part."""
    row = Participant(
        language=language,
        profile=profile,
        consent_version="1",
        consented_on=date(2026, 11, 1),
        reachable=reachable,
        chat_sealed=b"sealed",
    )
    db.add(row)
    db.flush()
    return row.id


def draft(db: Session, closes_on: date | None = None) -> int:
    """A consultation that nobody was asked yet."""
    stored = store_questionnaire(db, QUESTIONNAIRE, content=b"", file_name="f.xlsx", account_id=None)
    return draft_consultation(db, questionnaire_id=stored, closes_on=closes_on, account_id=None)


def was_asked(db: Session, participant_id: int, consultation_id: int, state: str = "asked") -> None:
    """They were asked, and this is how far they came."""
    db.add(Participation(participant_id=participant_id, consultation_id=consultation_id, state=state))
    db.flush()
