"""Files that people answered with: stored sealed, tied to their response alone, gone when nothing refers to them."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from surveys.conversation.turns import Sent, Show
from surveys.places import find_place
from surveys.questionnaire import ATTACHED, Kind, Question, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.responses import say
from surveys.steps import Asked, Step
from surveys.tables import Attachment, Consultation, Response, Voice


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file on its way into the house. `size` is that of its content in clear."""

    kind: Kind
    media_type: str
    size: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file as a page shows it."""

    id: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FiledQuestion:
    """A question that was answered with files, and the files, in an order that tells nothing of their authors."""

    question: Question
    files: tuple[FileCard, ...]


def answer_with_file(db: Session, chat_index: bytes, asked: Asked, file: SealedFile, zone: ZoneInfo) -> Step:
    """Store a file as the answer to the question that was on screen when it was sent.

    It was fetched meanwhile: where the person stands elsewhere by now, nothing is stored. What it replaces goes.
    """
    place = find_place(db, chat_index)
    if place is None or (place.consultation_id, place.turn) != (asked.consultation_id, asked.turn):
        return say(db, chat_index, Show(), zone)
    assert place.response_id is not None  # who was asked has a response
    attachment_id = secrets.token_hex(16)
    row = Attachment(
        id=attachment_id,
        response_id=place.response_id,
        consultation_id=place.consultation_id,
        path=asked.ask.path,
        media_type=file.media_type,
        size=file.size,
        sealed=file.sealed,
    )
    db.add(row)
    db.flush()
    step = say(db, chat_index, Sent(file.kind, attachment_id), zone)
    drop_orphans(db, place.response_id)
    return step


def drop_orphans(db: Session, response_id: str) -> None:
    """Delete the files of a response that no answer of it refers to: they were replaced, or not taken."""
    query = select(Response.progress, Response.answers).where(Response.id == response_id)
    progress, answers = db.execute(query).one()
    spoken = select(Voice.attachment_id).where(Voice.response_id == response_id)
    given = (progress or {}).get("answers", {}), answers or {}
    kept = {file for each in given for _, file in attached_in(each)}.union(db.scalars(spoken))
    own = Attachment.response_id == response_id
    orphans = set(db.scalars(select(Attachment.id).where(own))) - kept
    if orphans:
        db.execute(delete(Attachment).where(own, Attachment.id.in_(orphans)))


def attached_in(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Paths of the answers that stand for a file, with its id."""
    for path, value in answers.items():
        if isinstance(value, str) and value.startswith(ATTACHED):
            yield path, value.removeprefix(ATTACHED)


def write_files_anew(
    db: Session, consultation_id: int, files: Mapping[str, str], responses: Mapping[str, str]
) -> None:
    """Write files under fresh ids, in the order of those, tied to the fresh ids of their responses (old id → new).

    One after the other, inside the database: all of them together may be larger than the memory. The old ones go
    with their responses.
    """
    mine = Attachment.consultation_id == consultation_id
    owners: dict[str, str] = {
        row.id: row.response_id
        for row in db.execute(select(Attachment.id, Attachment.response_id).where(mine))
    }
    rest = ["consultation_id", "path", "media_type", "size", "sealed"]
    for old, new in sorted(files.items(), key=lambda pair: pair[1]):
        if old in owners:
            ids = literal(new), literal(responses[owners[old]])
            copy = select(*ids, *(getattr(Attachment, name) for name in rest)).where(Attachment.id == old)
            db.execute(insert(Attachment).from_select(["id", "response_id", *rest], copy))


def list_files(db: Session, consultation_id: int) -> list[FiledQuestion]:
    """The files that were sent in, by question; voice notes are no part of it. Raises NotFound."""
    consultation = db.get(Consultation, consultation_id)
    if consultation is None:
        raise NotFound
    questionnaire = get_questionnaire(db, consultation.questionnaire_id)
    query = (
        select(Attachment.id, Attachment.path, Attachment.media_type, Attachment.size, Response.answers)
        .join(Response, Response.id == Attachment.response_id)
        .where(Attachment.consultation_id == consultation_id, Response.state == "finished")
        .where(Attachment.id.not_in(_spoken(consultation_id)))
        .order_by(Attachment.id)
    )
    found: dict[str, list[FileCard]] = {}
    for row in db.execute(query):
        if (row.path, row.id) in attached_in(row.answers or {}):
            found.setdefault(plain_path(row.path), []).append(FileCard(row.id, row.media_type, row.size))
    asked = {question.path: question for question in questionnaire.questions()}
    return [
        FiledQuestion(asked.get(path, Question(path, Kind.FILE, {"es": path})), tuple(files))
        for path, files in found.items()
    ]


def count_files(db: Session, consultation_id: int) -> int:
    """How many files were sent in, voice notes apart."""
    query = (
        select(func.count())
        .select_from(Attachment)
        .join(Response, Response.id == Attachment.response_id)
        .where(Attachment.consultation_id == consultation_id, Response.state == "finished")
        .where(Attachment.id.not_in(_spoken(consultation_id)))
    )
    return db.scalar(query) or 0


def get_file(db: Session, consultation_id: int, attachment_id: str) -> tuple[str, bytes]:
    """Media type and sealed bytes of a file that was sent in; no voice note. Raises NotFound."""
    query = (
        select(Attachment.media_type, Attachment.sealed)
        .join(Response, Response.id == Attachment.response_id)
        .where(Attachment.id == attachment_id, Attachment.consultation_id == consultation_id)
        .where(Response.state == "finished", Attachment.id.not_in(_spoken(consultation_id)))
    )
    row = db.execute(query).first()
    if row is None:
        raise NotFound
    return row.media_type, row.sealed


def _spoken(consultation_id: int) -> Select[str | None]:
    """Voice notes: interpreters hear those, in `surveys.spoken`."""
    return select(Voice.attachment_id).where(
        Voice.consultation_id == consultation_id, Voice.attachment_id.is_not(None)
    )
