"""Versions of a questionnaire: which there are, which of them a consultation asks, and moving it to a newer one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import Conflict, NotFound
from surveys.questionnaire import Localized, Questionnaire
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation, Response, StoredQuestionnaire
from surveys.versioning.merging import Version


@dataclass(frozen=True, slots=True)
class Asking:
    """A consultation that asks a version."""

    id: int
    title: Localized
    state: str
    questionnaire_id: int
    number: int


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version as a list shows it, with the consultations that ask it now."""

    id: int
    number: int
    questionnaire: Questionnaire
    created_at: datetime
    consultations: tuple[Asking, ...]


def list_versions(db: Session, questionnaire_id: int) -> list[VersionCard]:
    """All versions of the family of a questionnaire, the newest first. Raises NotFound."""
    rows = _family(db, questionnaire_id)
    asking = list_asking(db, questionnaire_id)
    return [
        VersionCard(
            row.id,
            row.number,
            get_questionnaire(db, row.id),
            row.created_at,
            tuple(each for each in asking if each.questionnaire_id == row.id),
        )
        for row in rows
    ]


def list_asking(db: Session, questionnaire_id: int) -> list[Asking]:
    """The consultations that ask some version of the family of a questionnaire."""
    numbers = {row.id: row.number for row in _family(db, questionnaire_id)}
    query = select(Consultation).where(Consultation.questionnaire_id.in_(numbers)).order_by(Consultation.id)
    return [
        Asking(row.id, row.title, row.state, row.questionnaire_id, numbers[row.questionnaire_id])
        for row in db.scalars(query)
    ]


def get_version(db: Session, questionnaire_id: int) -> Version:
    """Raises NotFound."""
    number = db.scalar(select(StoredQuestionnaire.number).where(StoredQuestionnaire.id == questionnaire_id))
    if number is None:
        raise NotFound
    return Version(questionnaire_id, number, get_questionnaire(db, questionnaire_id))


def find_newer(db: Session, questionnaire_id: int) -> Version | None:
    """The newest version of the family, where it is newer than this one. Raises NotFound."""
    newest = _family(db, questionnaire_id)[0]
    return None if newest.id == questionnaire_id else get_version(db, newest.id)


def versions_asked(db: Session, consultation_id: int) -> tuple[Version, ...]:
    """The versions that were answered in a consultation, and the one that it asks now; the oldest first.

    Raises NotFound.
    """
    own = db.scalar(select(Consultation.questionnaire_id).where(Consultation.id == consultation_id))
    if own is None:
        raise NotFound
    query = select(Response.questionnaire_id).distinct()
    sent_in = Response.consultation_id == consultation_id, Response.state == "finished"
    answered = {found for found in db.scalars(query.where(*sent_in)) if found is not None}
    versions = (get_version(db, found) for found in answered | {own})
    return tuple(sorted(versions, key=lambda version: (version.number, version.id)))


def move_to_version(
    db: Session, consultation_id: int, questionnaire_id: int, *, account_id: int | None
) -> None:
    """Ask a newer version from now on; whoever has begun goes on with theirs.

    Raises NotFound, or Conflict where the consultation is closed or the version is not a newer one of its own.
    """
    row = db.get(Consultation, consultation_id, with_for_update=True)
    if row is None:
        raise NotFound
    numbers = {version.id: version.number for version in _family(db, row.questionnaire_id)}
    wanted = numbers.get(questionnaire_id, 0)
    if row.state not in ("draft", "open") or wanted <= numbers[row.questionnaire_id]:
        raise Conflict
    begun = Response.consultation_id == consultation_id, Response.questionnaire_id.is_(None)
    db.execute(update(Response).where(*begun).values(questionnaire_id=row.questionnaire_id))
    row.questionnaire_id = questionnaire_id
    note_act(db, account_id, "move", "consultation", consultation_id)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    number: int
    created_at: datetime


def _family(db: Session, questionnaire_id: int) -> Sequence[_Row]:
    """The newest first."""
    first = func.coalesce(StoredQuestionnaire.first_id, StoredQuestionnaire.id)
    head = db.scalar(select(first).where(StoredQuestionnaire.id == questionnaire_id))
    if head is None:
        raise NotFound
    query = select(StoredQuestionnaire.id, StoredQuestionnaire.number, StoredQuestionnaire.created_at)
    query = query.where(or_(StoredQuestionnaire.id == head, StoredQuestionnaire.first_id == head))
    return [_Row(*row) for row in db.execute(query.order_by(StoredQuestionnaire.number.desc()))]
