"""People with profiles, and consultations that they were asked before, straight into the database."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core import broadcasts
from core.clock import now
from core.progress import State
from core.tables import Broadcast, Delivery, Participant
from surveys.consultations import draft_consultation
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Participation

MONTHS_AGO = datetime(2026, 5, 2, 15, 0, tzinfo=UTC)
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


def was_asked(
    db: Session, participant_id: int, consultation_id: int, state: str = "asked", told: State = State.SENT
) -> None:
    """They were asked, this is how far they came, and how far the announcement came to them."""
    db.add(Participation(participant_id=participant_id, consultation_id=consultation_id, state=state))
    opening = broadcasts.Kind.OPENING
    broadcast_id = broadcasts.find_broadcast(db, opening, consultation_id)
    if broadcast_id is None:
        broadcast = Broadcast(kind=opening, subject_id=consultation_id, created_at=now())
        db.add(broadcast)
        db.flush()
        broadcast_id = broadcast.id
    moment = {"settled_at": MONTHS_AGO} if told is not State.NEW else {}
    db.add(Delivery(broadcast_id=broadcast_id, participant_id=participant_id, chunk=0, state=told, **moment))
    db.flush()
