"""The watch for danger: answers are looked at as they come in, and those that a person must see become cases.

Every minute what nobody has looked at yet is read, in portions: listed by one look at the database, read outside of
it, and kept by another. A look that dies half-way is made again; two at once keep each thing once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.database import insert_into
from deliberation.voices.protection import Danger, dangers_in
from deliberation.voices.reading import read_redacted
from deliberation.voices.readings import VERSION, Read, forget_reading, store_readings
from deliberation.voices.tables import ProtectionCase, VoiceReading
from i18n.language import Language, detect
from surveys.tables import Consultation, Voice

PORTION = 500
_AFTER_CLOSING = timedelta(days=7)
"""Of what came in shortly before a closing somebody still has to hear; older answers were looked at in their time."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that was not looked at yet."""

    id: str
    consultation_id: int
    text: str
    translation: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The same, and what was read in it."""

    answer: Unread
    language: str
    kind: str
    dangers: tuple[Danger, ...]


def list_unread(db: Session) -> list[Unread]:
    """A portion of the answers that were not looked at yet; spoken ones once they are written down."""
    columns = Voice.id, Voice.consultation_id, Voice.text, func.coalesce(Voice.translation, "")
    read = and_(VoiceReading.voice_id == Voice.id, VoiceReading.version == VERSION)
    query = (
        select(*columns)
        .join(Consultation, Consultation.id == Voice.consultation_id)
        .outerjoin(VoiceReading, read)
        .where(VoiceReading.voice_id.is_(None), Voice.text != "", _lately())
        .limit(PORTION)
    )
    return [Unread(*row) for row in db.execute(query)]


def look_at(answers: Iterable[Unread]) -> list[Looked]:
    """Read them. Pure, and slow for many: not inside a transaction."""
    return [_look(answer) for answer in answers]


def _look(answer: Unread) -> Looked:
    reading = read_redacted(answer.text)
    dangers = dangers_of(answer.text, answer.translation)
    return Looked(answer, reading.language, reading.kind, dangers)


def dangers_of(text: str, translation: str = "") -> tuple[Danger, ...]:
    """What a covered answer may point to, as it was said or as an interpreter put it."""
    found = {danger for said in (text, translation) if said for danger in _dangers(said)}
    return tuple(danger for danger in Danger if danger in found)


def _dangers(said: str) -> tuple[Danger, ...]:
    return dangers_in(said, Language(detect(said)))


def keep_looks(db: Session, looked: Iterable[Looked]) -> None:
    """Note that they were looked at, and raise a case for each that speaks of danger.

    Of an answer that was changed or taken back meanwhile nothing is noted: it is looked at again as it is now.
    """
    by_id = {look.answer.id: look for look in looked}
    said = Voice.id, Voice.consultation_id, Voice.text, func.coalesce(Voice.translation, "")
    now_said = [Unread(*row) for row in db.execute(select(*said).where(Voice.id.in_(by_id)))]
    still = [by_id[each.id] for each in now_said if by_id[each.id].answer == each]
    if not still:
        return
    store_readings(db, [_read(look) for look in still])
    for look in still:
        if look.dangers:
            raise_case(db, look.answer.id, look.answer.consultation_id, look.dangers[0])


def _read(look: Looked) -> Read:
    dangers = tuple(map(str, look.dangers))
    return Read(look.answer.id, look.answer.consultation_id, look.language, look.kind, dangers)


def raise_case(db: Session, voice_id: str, consultation_id: int, danger: str) -> None:
    """Put an answer before a person, and take it from what is quoted. One that is a case already stays as it is."""
    db.get(Voice, voice_id, with_for_update=True)  # as who approves a quote: one of the two comes second
    case = insert_into(db, ProtectionCase).values(
        consultation_id=consultation_id,
        voice_id=voice_id,
        danger=danger,
        state="new",
        raised_at=now(),
        told=False,
    )
    db.execute(case.on_conflict_do_nothing(index_elements=["voice_id"]))
    stop_quoting(db, voice_id)


def stop_quoting(db: Session, voice_id: str) -> None:
    """An answer that is a case speaks for nothing, whatever was approved; once set aside it is judged anew."""
    case = exists().where(ProtectionCase.voice_id == Voice.id, ProtectionCase.state != "set_aside")
    approved = Voice.id == voice_id, Voice.quote == "approved", case
    db.execute(update(Voice).where(*approved).values(quote="none"))


def is_any_overlooked(db: Session) -> bool:
    """Whether danger was read in an answer elsewhere, and no case came of it."""
    return db.execute(_overlooked().limit(1)).first() is not None


def raise_overlooked(db: Session) -> None:
    """Raise the cases of what was read elsewhere."""
    for voice_id, consultation_id, flags in db.execute(_overlooked()).all():
        raise_case(db, voice_id, consultation_id, flags[0])


def look_again(db: Session, voice_id: str) -> None:
    """An answer says something else now, or more, and is looked at within the transaction that wrote it."""
    db.flush()
    voice = db.get(Voice, voice_id, populate_existing=True)
    if voice is None:
        return
    forget_reading(db, voice_id)
    if voice.text:
        answer = Unread(voice.id, voice.consultation_id, voice.text, voice.translation or "")
        keep_looks(db, look_at([answer]))


def _overlooked() -> Select[str, int, list[str]]:
    columns = VoiceReading.voice_id, VoiceReading.consultation_id, VoiceReading.flags
    return (
        select(*columns)
        .join(Consultation, Consultation.id == VoiceReading.consultation_id)
        .outerjoin(ProtectionCase, ProtectionCase.voice_id == VoiceReading.voice_id)
        .where(cast(VoiceReading.flags, String) != "[]", ProtectionCase.id.is_(None), _lately())
    )


def _lately() -> ColumnElement[bool]:
    """Consultations that are open, or were closed only just now."""
    just_closed = Consultation.closed_at >= now() - _AFTER_CLOSING
    return or_(Consultation.state == "open", just_closed)
