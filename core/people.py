"""Participants: found by a blind index, never by name; enrolled only when they consent; erased when they ask."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.claims import hold_of
from core.clock import now
from core.errors import RimayError
from core.progress import State, shift
from core.tables import Delivery, Participant, WaitingUpdate


class NotEnrolled(RimayError):
    """Nobody with this chat takes part: they have not consented, or have erased their data."""

    code = "not_enrolled"


@dataclass(frozen=True, slots=True)
class Contact:
    """How a chat is known to the use cases: by index and sealed, never in clear."""

    index: bytes
    sealed: bytes


def find_participant(db: Session, chat_index: bytes) -> Participant | None:
    """The participant behind a chat, if they consented."""
    return db.scalar(select(Participant).where(Participant.chat_index == chat_index))


def get_participant(db: Session, chat_index: bytes) -> Participant:
    """The participant behind a chat. Raises NotEnrolled."""
    participant = find_participant(db, chat_index)
    if participant is None:
        raise NotEnrolled
    return participant


def enrol(
    db: Session, contact: Contact, language: str, consent_version: str, zone: tzinfo = UTC
) -> Participant:
    """Store a person for the first time, because they have just consented. A second time changes nothing.

    zone: where the person reads the date on which they consented
    """
    participant = find_participant(db, contact.index)
    if participant is None:
        participant = Participant(
            chat_index=contact.index,
            chat_sealed=contact.sealed,
            language=language,
            consent_version=consent_version,
            consented_on=now().astimezone(zone).date(),
            profile={},
        )
        db.add(participant)
        db.flush()
    participant.reachable = True
    return participant


def speak(db: Session, chat_index: bytes, language: str) -> None:
    """From now on, in this language."""
    db.execute(update(Participant).where(Participant.chat_index == chat_index).values(language=language))


def stop_reaching(db: Session, chat_index: bytes) -> None:
    """Send nothing any more: the person left, or blocked the bot. Raises NotEnrolled."""
    get_participant(db, chat_index).reachable = False


def reach_again(db: Session, chat_index: bytes) -> None:
    """The person came back. Raises NotEnrolled."""
    get_participant(db, chat_index).reachable = True


def move_chat(db: Session, chat_index: bytes, contact: Contact) -> None:
    """Telegram gave the chat another id."""
    values = {"chat_index": contact.index, "chat_sealed": contact.sealed}
    db.execute(update(Participant).where(Participant.chat_index == chat_index).values(values))


def keep_in_profile(participant: Participant, asked: set[str], given: dict[str, Any]) -> None:
    """Store what was given of what was asked for the profile, each item agreed to by answering it.

    An item that was asked and not given is taken back: silence is no consent.
    """
    rest = {name: item for name, item in participant.profile.items() if name not in asked}
    participant.profile = {**rest, **given}


def forget(db: Session, participant: Participant) -> None:
    """Erase the person. What they said in consultations that are closed has no link to them any more."""
    mine = Delivery.participant_id == participant.id
    places = select(Delivery.broadcast_id, Delivery.chunk).where(mine)
    for broadcast_id, chunk in db.execute(places.order_by(Delivery.broadcast_id, Delivery.chunk)).all():
        hold_of(db, broadcast_id, chunk)  # else one that is settled right now would be counted twice
    gone = delete(Delivery).where(mine).returning(Delivery.broadcast_id, Delivery.chunk, Delivery.state)
    for broadcast_id, chunk, state in db.execute(gone).all():
        shift(db, broadcast_id, chunk, {State(state): -1})
    if participant.chat_index is not None:  # what they said, and nobody has handled yet
        db.execute(delete(WaitingUpdate).where(WaitingUpdate.person == participant.chat_index))
    db.delete(participant)
    db.flush()
