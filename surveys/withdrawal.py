"""Withdrawing a whole response: while the consultation is open, its author can take back all that they said in it."""

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.owed import owe_scrub
from surveys.places import find_place, own
from surveys.questionnaire import Localized
from surveys.steps import Closed, NothingOpen
from surveys.tables import Participation, Response


@dataclass(frozen=True, slots=True)
class Withdrawable:
    """There are answers that can be withdrawn. `turn` says which: who answers on is asked again."""

    language: str
    consultation_id: int
    title: Localized
    turn: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nothing of the person is left in the consultation. `found`: there was something until now."""

    language: str
    title: Localized
    found: bool


def look_at_answers(
    db: Session, chat_index: bytes, consultation_id: int
) -> Withdrawable | Withdrawn | Closed | NothingOpen:
    """What could be withdrawn. Of a closed consultation nobody can say any more which answers are whose."""
    place = find_place(db, chat_index, consultation_id)
    if place is None:
        return NothingOpen()
    if place.state != "open":
        return Closed(place.language, place.title)
    if place.response_id is None or place.turn is None:
        return Withdrawn(place.language, place.title, found=False)
    return Withdrawable(place.language, consultation_id, place.title, place.turn)


def withdraw(
    db: Session, chat_index: bytes, consultation_id: int, turn: int
) -> Withdrawable | Withdrawn | Closed | NothingOpen:
    """Erase the answers, with voices and files, as if the person had not begun. A second time changes nothing.

    turn  where the person stood when they were asked whether they are certain
    """
    found = look_at_answers(db, chat_index, consultation_id)
    if not isinstance(found, Withdrawable) or found.turn != turn:
        return found
    place = find_place(db, chat_index, consultation_id)
    assert place is not None  # it was looked at just now
    mine = own(place.participant_id), Participation.consultation_id == consultation_id
    db.execute(update(Participation).where(*mine).values(state="asked", current=False, response_id=None))
    db.execute(delete(Response).where(Response.id == place.response_id))
    owe_scrub(db)
    return Withdrawn(place.language, place.title, found=True)
