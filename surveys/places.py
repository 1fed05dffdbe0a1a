"""Where a person stands in a consultation. It is in the database, never in a process."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from core.clock import today
from core.database import connection_of
from core.people import get_participant
from core.tables import Participant
from surveys.questionnaire import Localized
from surveys.tables import Consultation, Participation, Response


@dataclass(frozen=True, slots=True)
class Place:
    """A person in a consultation, and their response as far as it goes."""

    participant_id: int
    language: str
    consultation_id: int
    title: Localized
    state: str
    closes_on: date | None
    questionnaire_id: int
    """The version that the person began with; of who has not begun, the one that is asked now."""
    current: bool
    response_id: str | None
    response_state: str | None
    turn: int | None
    progress: dict[str, Any] | None

    def takes_answers(self, zone: ZoneInfo) -> bool:
        """Whether the consultation is open, and its last day is not over."""
        return takes_answers(self.state, self.closes_on, zone)

    @property
    def sent_in(self) -> bool:
        """The answers were sent in, and the person has not taken them up again."""
        return self.response_state == "finished" and not self.current


_COLUMNS = (
    Participant.id,
    Participant.language,
    Consultation.id,
    Consultation.title,
    Consultation.state,
    Consultation.closes_on,
    func.coalesce(Response.questionnaire_id, Consultation.questionnaire_id),
    Participation.current,
    Response.id,
    Response.state,
    Response.turn,
    Response.progress,
)
_PLACES = (
    select(*_COLUMNS)
    .select_from(Participant)
    .join(Participation, Participation.participant_id == Participant.id)
    .join(Consultation, Consultation.id == Participation.consultation_id)
    .outerjoin(Response, Response.id == Participation.response_id)
    .where(Participant.chat_index == bindparam("chat"))
)
_CURRENT = _PLACES.where(Participation.current)
_CHOSEN = _PLACES.where(Consultation.id == bindparam("consultation"))


def find_place(db: Session, chat_index: bytes, consultation_id: int | None = None) -> Place | None:
    """The person's place in a consultation, or in the current one. Raises NotEnrolled for who takes no part."""
    query = _CURRENT if consultation_id is None else _CHOSEN
    row = connection_of(db).execute(query, {"chat": chat_index, "consultation": consultation_id}).first()
    if row is None:
        get_participant(db, chat_index)
        return None
    return Place(*row)


def make_current(db: Session, participant_id: int, consultation_id: int) -> None:
    """What the person writes from now on belongs to this consultation."""
    leave_current(db, participant_id)
    mine = own(participant_id), Participation.consultation_id == consultation_id
    if db.scalar(update(Participation).where(*mine).values(current=True).returning(Participation.id)) is None:
        row = Participation(
            participant_id=participant_id, consultation_id=consultation_id, state="asked", current=True
        )
        db.add(row)
        db.flush()


def leave_current(db: Session, participant_id: int) -> None:
    """What the person writes from now on belongs to no consultation."""
    db.execute(update(Participation).where(own(participant_id), Participation.current).values(current=False))


def own(participant_id: int) -> ColumnElement[bool]:
    """The participations of one person."""
    return Participation.participant_id == participant_id


def stays_open(db: Session, consultation_id: int, zone: ZoneInfo) -> bool:
    """Whether a consultation takes answers until this transaction is over: a closing waits for it, or was before it.

    What were stored just after the closing would keep its tie to a person.
    """
    query = select(Consultation.state, Consultation.closes_on).where(Consultation.id == consultation_id)
    row = db.execute(query.with_for_update(read=True)).first()
    return row is not None and takes_answers(*row, zone)


def takes_answers(state: str, closes_on: date | None, zone: ZoneInfo) -> bool:
    """Whether a consultation in this state takes answers today."""
    return state == "open" and (closes_on is None or today(zone) <= closes_on)
