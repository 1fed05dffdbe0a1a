"""The recordings: a text as it is heard, kept by the digest of language and text."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.database import insert_into
from core.errors import NotFound
from surveys.speech.passages import Passage
from surveys.tables import QuestionnaireFile, Recording

PERSON, MACHINE = "person", "machine"


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that can be sent. `digest` is None where it is not kept: the text holds somebody's answers."""

    content: bytes
    digest: bytes | None = None
    file_id: str | None = None


def find_sound(db: Session, digest: bytes) -> Sound | None:
    """The recording of a text, whoever speaks it."""
    query = select(Recording.content, Recording.digest, Recording.file_id)
    row = db.execute(query.where(Recording.digest == digest)).first()
    return None if row is None else Sound(*row)


def keep_machine(db: Session, passage: Passage, content: bytes) -> Sound:
    """Keep what the machine said, unless somebody was quicker: a person, or another worker. What is kept then."""
    values = {
        "digest": passage.digest,
        "language": passage.language,
        "content": content,
        "spoken_by": MACHINE,
    }
    db.execute(insert_into(db, Recording).values(values).on_conflict_do_nothing())
    sound = find_sound(db, passage.digest)
    assert sound is not None  # it has just been written
    return sound


def keep_person(db: Session, passage: Passage, content: bytes, *, account_id: int | None) -> None:
    """Keep what a person recorded, in the place of what was there."""
    spoken = {"content": content, "spoken_by": PERSON, "file_id": None}
    values = {"digest": passage.digest, "language": passage.language, **spoken}
    query = insert_into(db, Recording).values(values)
    db.execute(query.on_conflict_do_update(index_elements=[Recording.digest], set_=spoken))
    note_act(db, account_id, "record", "recording", None)


def remove_person(db: Session, passage: Passage, *, account_id: int | None) -> None:
    """Remove what a person recorded; the machine speaks again. Raises NotFound where nobody had."""
    query = delete(Recording).where(Recording.digest == passage.digest, Recording.spoken_by == PERSON)
    if db.execute(query.returning(Recording.digest)).first() is None:
        raise NotFound
    note_act(db, account_id, "remove", "recording", None)


def note_file_id(db: Session, sound: Sound, file_id: str) -> None:
    """Remember under which id Telegram has a recording, unless another has taken its place meanwhile."""
    query = update(Recording).where(Recording.digest == sound.digest, Recording.content == sound.content)
    db.execute(query.values(file_id=file_id))


def spoken_digests(db: Session, passages: Iterable[Passage]) -> dict[bytes, str]:
    """Which of these texts have a recording, and whether a person or the machine speaks it."""
    wanted = list({passage.digest for passage in passages})
    found: dict[bytes, str] = {}
    for start in range(0, len(wanted), 500):
        query = select(Recording.digest, Recording.spoken_by)
        rows = db.execute(query.where(Recording.digest.in_(wanted[start : start + 500])))
        found |= {row.digest: row.spoken_by for row in rows}
    return found


# What came with the workbook


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A picture, a film or a sound that came with a questionnaire; whether Telegram has it already."""

    id: int
    media_type: str
    file_id: str | None


def find_kept_file(db: Session, questionnaire_id: int, name: str) -> KeptFile | None:
    """A file by the name that the workbook gives it; None where it did not come along."""
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    query = select(QuestionnaireFile.id, QuestionnaireFile.media_type, QuestionnaireFile.file_id)
    mine = QuestionnaireFile.questionnaire_id == questionnaire_id, QuestionnaireFile.name == plain
    row = db.execute(query.where(*mine)).first()
    return None if row is None else KeptFile(*row)


def read_kept_file(db: Session, kept: KeptFile) -> bytes:
    """Its bytes."""
    return db.get_one(QuestionnaireFile, kept.id).content


def note_kept_file_id(db: Session, kept: KeptFile, file_id: str) -> None:
    """Remember under which id Telegram has the file. It never changes: neither does a questionnaire."""
    db.execute(update(QuestionnaireFile).where(QuestionnaireFile.id == kept.id).values(file_id=file_id))


def digest_of_file(kept: KeptFile) -> bytes:
    """Under which the voice message made of it is kept."""
    return sha256(f"questionnaire_file\0{kept.id}".encode()).digest()


def keep_file_as_voice(db: Session, kept: KeptFile, language: str, content: bytes) -> Sound:
    """Keep the voice message that was made of a file of the workbook."""
    values = {
        "digest": digest_of_file(kept),
        "language": language,
        "content": content,
        "spoken_by": PERSON,
    }
    db.execute(insert_into(db, Recording).values(values).on_conflict_do_nothing())
    sound = find_sound(db, digest_of_file(kept))
    assert sound is not None  # it has just been written
    return sound
