"""A consultation whose people have answered, straight into the database."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.tables import Participant
from surveys.questionnaire import Answers, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Participation, Response, Voice


@dataclass
class Sent:
    """What one person sent in, or began and left."""

    answers: Answers
    state: str = "finished"
    language: str = "es"
    profile: dict[str, Any] = field(default_factory=dict)
    voices: dict[str, str] = field(default_factory=dict)
    may_quote: bool | None = None


def hold_consultation(db: Session, questionnaire: Questionnaire, people: Iterable[Sent]) -> int:
    """Store a questionnaire, its consultation, and everything that the people sent."""
    stored = store_questionnaire(db, questionnaire, content=b"", file_name="form.xlsx", account_id=None)
    consultation = Consultation(
        questionnaire_id=stored,
        title=dict(questionnaire.title),
        state="open",
        opened_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    db.add(consultation)
    db.flush()
    for sent in people:
        take_part(db, consultation.id, sent)
    return consultation.id


def take_part(db: Session, consultation_id: int, sent: Sent) -> None:
    participant = Participant(
        language=sent.language, profile=sent.profile, consent_version="1", consented_on=date(2026, 11, 1)
    )
    response = Response(
        id=secrets.token_hex(16),
        consultation_id=consultation_id,
        state="finished" if sent.state == "finished" else "open",
        language=sent.language,
        answers=sent.answers,
        may_quote=sent.may_quote,
        finished_on=date(2026, 11, 23) if sent.state == "finished" else None,
    )
    db.add_all((participant, response))
    db.flush()
    db.add(
        Participation(
            participant_id=participant.id,
            consultation_id=consultation_id,
            response_id=response.id,
            state=sent.state,
        )
    )
    for path, text in sent.voices.items():
        db.add(
            Voice(
                id=secrets.token_hex(16),
                response_id=response.id,
                consultation_id=consultation_id,
                path=path,
                language=sent.language,
                text=text,
                original=b"sealed",
            )
        )
    db.flush()


def each(path: str, counts: dict[str, int]) -> Sequence[Sent]:
    """So many people with each answer to one question."""
    return [Sent({path: value}) for value, count in counts.items() for _ in range(count)]
