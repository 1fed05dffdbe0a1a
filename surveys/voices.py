"""Open answers for reading, and an organiser's judgement on which of them the council may read as quotes."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound, RimayError
from surveys.tables import Response, Voice


class QuoteNotAllowed(RimayError):
    """The author did not allow their words to be shown."""

    code = "quote_not_allowed"


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """An open answer, redacted. `quote` is none, approved or refused.

    translation  what an interpreter made of a spoken one in another language; empty where nobody did
    """

    id: str
    path: str
    language: str
    text: str
    may_quote: bool
    quote: str
    translation: str = ""
    response_id: str = ""


def list_voices(db: Session, consultation_id: int, path: str | None = None) -> list[VoiceCard]:
    """The voices sent in, of one question or of all, in an order that tells nothing of their authors.

    A spoken one is among them once it is written down.
    """
    columns = Voice.id, Voice.path, Voice.language, Voice.text, Response.may_quote, Voice.quote
    query = (
        select(*columns, Voice.translation, Voice.response_id)
        .join(Response, Response.id == Voice.response_id)
        .where(Voice.consultation_id == consultation_id, Voice.text != "")
        .order_by(Voice.id)
    )
    if path is not None:
        query = query.where(Voice.path == path)
    return [
        VoiceCard(
            row.id,
            row.path,
            row.language,
            row.text,
            bool(row.may_quote),
            row.quote,
            row.translation or "",
            row.response_id,
        )
        for row in db.execute(query)
    ]


def judge_quote(db: Session, voice_id: str, approved: bool, account_id: int | None) -> None:
    """Let the council read a voice, or not. Raises NotFound, or QuoteNotAllowed.

    The log says on which consultation, not on which voice: those are numbered by chance and anew at closing.
    """
    voice = db.get(Voice, voice_id)
    if voice is None:
        raise NotFound
    may_quote = db.scalar(select(Response.may_quote).where(Response.id == voice.response_id))
    if approved and not may_quote:
        raise QuoteNotAllowed
    voice.quote = "approved" if approved else "refused"
    note_act(
        db, account_id, "approve_quote" if approved else "refuse_quote", "consultation", voice.consultation_id
    )
