"""What the machine read in each answer, kept: language, kind, and whether it speaks of danger."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from core.database import insert_into
from deliberation.voices.reading import read_redacted
from deliberation.voices.tables import VoiceReading
from surveys.tables import Voice

VERSION = 1
"""Of the rules of `reading`: who changes what they find counts it up, and every answer is read anew."""
AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer was read as."""

    voice_id: str
    consultation_id: int
    language: str
    kind: str
    flags: tuple[str, ...]


def list_unread(db: Session, consultation_id: int, limit: int = AT_ONCE) -> list[tuple[str, str]]:
    """Answers that are not read yet, or by older rules: id and covered text."""
    read = and_(VoiceReading.voice_id == Voice.id, VoiceReading.version == VERSION)
    query = (
        select(Voice.id, Voice.text)
        .outerjoin(VoiceReading, read)
        .where(
            Voice.consultation_id == consultation_id,
            Voice.text != "",
            VoiceReading.voice_id.is_(None),
        )
        .order_by(Voice.id)
        .limit(limit)
    )
    return [(row.id, row.text) for row in db.execute(query)]


def count_unread(db: Session, consultation_id: int) -> int:
    """How many answers wait to be read."""
    read = and_(VoiceReading.voice_id == Voice.id, VoiceReading.version == VERSION)
    mine = Voice.consultation_id == consultation_id, Voice.text != "", VoiceReading.voice_id.is_(None)
    query = select(func.count()).select_from(Voice).outerjoin(VoiceReading, read).where(*mine)
    return db.scalar(query) or 0


def read_texts(consultation_id: int, texts: Iterable[tuple[str, str]]) -> list[Read]:
    """Read them. It takes its time, and needs no database."""
    found = []
    for voice_id, text in texts:
        reading = read_redacted(text)
        found.append(
            Read(voice_id, consultation_id, reading.language, reading.kind, tuple(map(str, reading.dangers)))
        )
    return found


def store_readings(db: Session, read: Iterable[Read]) -> None:
    """Keep what was read; what a twin kept already is the same. An answer that is gone is passed over."""
    found = list(read)
    mine = Voice.consultation_id.in_({each.consultation_id for each in found})
    there = set(db.scalars(select(Voice.id).where(mine)))
    for each in found:
        if each.voice_id in there:
            values = {
                "language": str(each.language),
                "kind": str(each.kind),
                "flags": list(each.flags),
                "version": VERSION,
            }
            line = insert_into(db, VoiceReading).values(
                voice_id=each.voice_id, consultation_id=each.consultation_id, **values
            )
            db.execute(line.on_conflict_do_update(index_elements=["voice_id"], set_=values))


def forget_reading(db: Session, voice_id: str) -> None:
    """The answer says something else by now: it is read again."""
    db.execute(delete(VoiceReading).where(VoiceReading.voice_id == voice_id))
