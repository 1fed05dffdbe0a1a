"""Voice notes: heard by an interpreter, written down, translated. From then on they are voices like any other."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import Conflict, NotFound
from surveys.conversation.wording import left_open
from surveys.questionnaire import ATTACHED, Localized, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.submission import Hear
from surveys.tables import Attachment, Consultation, Response, Voice

NOT_UNDERSTOOD = "none"
"""Language of a voice note in which nobody could make out anything."""


@dataclass(frozen=True, slots=True)
class SpokenCard:
    """A voice note that was sent in, and what has been made of it.

    label  of the question that it answers
    text   what an interpreter wrote down, redacted; empty while nobody has
    """

    id: str
    label: Localized
    size: int
    language: str
    text: str
    translation: str

    @property
    def state(self) -> str:
        """waiting, written or set_aside."""
        if self.text:
            return "written"
        return "set_aside" if self.language == NOT_UNDERSTOOD else "waiting"

    @property
    def seen(self) -> str:
        """Names what stands there, without saying it."""
        told = "\0".join((self.id, self.state, self.language, self.text, self.translation))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an interpreter heard: the words, their language, and what they mean in another."""

    words: str
    language: str
    translation: str


def list_spoken(db: Session, consultation_id: int) -> list[SpokenCard]:
    """The voice notes of a consultation, in an order that tells nothing of their authors. Raises NotFound."""
    consultation = db.get(Consultation, consultation_id)
    if consultation is None:
        raise NotFound
    questionnaire = get_questionnaire(db, consultation.questionnaire_id)
    labels = {question.path: left_open(question.label) for question in questionnaire.questions()}
    query = (
        select(Voice.id, Voice.path, Attachment.size, Voice.language, Voice.text, Voice.translation)
        .join(Attachment, Attachment.id == Voice.attachment_id)
        .where(Voice.consultation_id == consultation_id)
        .order_by(Voice.id)
    )
    return [
        SpokenCard(
            row.id,
            labels.get(plain_path(row.path), {}),
            row.size,
            row.language,
            row.text,
            row.translation or "",
        )
        for row in db.execute(query)
    ]


def count_spoken(db: Session, consultation_id: int) -> tuple[int, int]:
    """How many voice notes nobody has written down yet, and how many there are."""
    waits = (Voice.text == "") & (Voice.language != NOT_UNDERSTOOD)
    query = select(func.coalesce(func.sum(case((waits, 1), else_=0)), 0), func.count()).where(
        Voice.consultation_id == consultation_id, Voice.attachment_id.is_not(None)
    )
    waiting, whole = db.execute(query).one()
    return int(waiting), whole


def get_sound(db: Session, consultation_id: int, voice_id: str) -> tuple[str, bytes]:
    """Media type and sealed bytes of a voice note. Raises NotFound."""
    query = (
        select(Attachment.media_type, Attachment.sealed)
        .join(Voice, Voice.attachment_id == Attachment.id)
        .where(Voice.id == voice_id, Voice.consultation_id == consultation_id)
    )
    row = db.execute(query).first()
    if row is None:
        raise NotFound
    return row.media_type, row.sealed


def write_down(
    db: Session,
    consultation_id: int,
    voice_id: str,
    transcript: Transcript,
    *,
    seen: str,
    hear: Hear,
    account_id: int | None,
) -> None:
    """Let a voice note say what an interpreter heard; without words: that it cannot be understood.

    The words are redacted like any open answer, and so is the translation. A quote of other words is to be judged
    anew. Raises NotFound, and Conflict where somebody has written since the page was `seen`.
    """
    voice = db.scalar(_one(consultation_id, voice_id).with_for_update())
    if voice is None:
        raise NotFound
    card = next(card for card in list_spoken(db, consultation_id) if card.id == voice_id)
    if card.seen != seen:
        raise Conflict
    heard = hear(transcript.words) if transcript.words else None
    if heard is None or heard.redacted != voice.text:
        voice.quote = "none"
    voice.language = transcript.language if heard else NOT_UNDERSTOOD
    voice.text = heard.redacted if heard else ""
    voice.original = heard.original if heard else b""
    voice.translation = hear(transcript.translation).redacted if heard and transcript.translation else None
    _answer(db, voice)
    note_act(db, account_id, "write_down" if heard else "set_aside", "consultation", consultation_id)


def _one(consultation_id: int, voice_id: str) -> Select[Voice]:
    spoken = Voice.attachment_id.is_not(None)
    return select(Voice).where(Voice.id == voice_id, Voice.consultation_id == consultation_id, spoken)


def _answer(db: Session, voice: Voice) -> None:
    """What was written down is the answer; without it, the note itself stays that."""
    own = Response.id == voice.response_id
    answers = db.scalar(select(Response.answers).where(own).with_for_update()) or {}
    said = voice.text or ATTACHED + str(voice.attachment_id)
    db.execute(update(Response).where(own).values(answers={**answers, voice.path: said}))
