"""The original of an answer, as it was said: sealed, and opened only for a reason, which is logged."""

from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound
from deliberation.voices.protection_watch import look_again
from surveys.spoken import Transcript, write_down
from surveys.submission import Hear
from surveys.tables import Voice

REASONS = ("danger", "covered", "author", "order")
"""Somebody may be in danger; to see what was covered; the author asks for it; a judge does."""
HEARING_REASONS = ("correct", *REASONS)
"""Of a voice note that is written down already, also: to correct what was written."""


def get_covered(db: Session, consultation_id: int, voice_id: str) -> Voice:
    """An answer of which there is an original. Raises NotFound."""
    voice = db.get(Voice, voice_id)
    if voice is None or voice.consultation_id != consultation_id or not voice.original:
        raise NotFound
    return voice


def open_original(
    db: Session, consultation_id: int, voice_id: str, reason: str, *, account_id: int | None
) -> bytes:
    """The sealed original. That it is opened is logged in the same transaction: who, when and why; never what it says.

    Raises NotFound, also for a reason that is none.
    """
    if reason not in REASONS:
        raise NotFound
    sealed = get_covered(db, consultation_id, voice_id).original
    note_act(db, account_id, "open_original_" + reason, "consultation", consultation_id)
    return sealed


def write_down_and_look(
    db: Session,
    consultation_id: int,
    voice_id: str,
    transcript: Transcript,
    *,
    seen: str,
    hear: Hear,
    account_id: int | None,
) -> None:
    """Let a voice note say what an interpreter heard, and look at once whether it speaks of danger.

    Raises what `write_down` raises.
    """
    write_down(db, consultation_id, voice_id, transcript, seen=seen, hear=hear, account_id=account_id)
    look_again(db, voice_id)
