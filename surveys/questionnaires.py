"""Questionnaires as they are kept: uploaded once, never changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound
from surveys.files import has_files, store_files
from surveys.questionnaire import Localized, Questionnaire, from_json, to_json
from surveys.tables import StoredQuestionnaire
from surveys.xlsform.accompanying import AccompanyingFile

_KEPT = 64


@dataclass(frozen=True, slots=True)
class QuestionnaireCard:
    """A version of a questionnaire as a list shows it."""

    id: int
    name: str
    title: Localized
    languages: tuple[str, ...]
    questions: int
    created_at: datetime
    number: int
    is_newest: bool
    """Whether no other version follows it."""


class _Shelf:
    """Questionnaires of this process, by database and id. They never change, so they never go stale."""

    def __init__(self) -> None:
        self._rows: WeakKeyDictionary[Engine, dict[int, Questionnaire]] = WeakKeyDictionary()
        self._lock = Lock()

    def find(self, database: Engine, questionnaire_id: int) -> Questionnaire | None:
        return self._rows.get(database, {}).get(questionnaire_id)

    def keep(self, database: Engine, questionnaire_id: int, questionnaire: Questionnaire) -> Questionnaire:
        with self._lock:
            row = self._rows.setdefault(database, {})
            while len(row) >= _KEPT:
                row.pop(next(iter(row)))
            return row.setdefault(questionnaire_id, questionnaire)


_shelf = _Shelf()


def store_questionnaire(
    db: Session,
    questionnaire: Questionnaire,
    *,
    content: bytes,
    file_name: str,
    account_id: int | None,
    follows: int | None = None,
    files: Collection[AccompanyingFile] = (),
) -> int:
    """Keep a questionnaire with its workbook and files, as the next version of its family. Raises NotFound.

    The family is that of the questionnaire that it `follows`, else of those that bear its name. What is the
    newest version already is not stored a second time: its id is returned.
    """
    first = _first_version(db, questionnaire.name, follows)
    # Two who add a version at once do not count alike: the second waits here.
    db.execute(select(StoredQuestionnaire.id).where(StoredQuestionnaire.id == first).with_for_update())
    newest = _newest_version(db, first)
    if newest is not None and _is_same(newest, questionnaire, content) and has_files(db, newest.id, files):
        return newest.id
    row = StoredQuestionnaire(
        first_id=first,
        number=newest.number + 1 if newest else 1,
        name=questionnaire.name,
        title=dict(questionnaire.title),
        definition=to_json(questionnaire),
        workbook=content,
        file_name=file_name[-255:],
        created_at=now(),
    )
    db.add(row)
    db.flush()
    store_files(db, row.id, files)
    note_act(db, account_id, "upload", "questionnaire", row.id)
    return row.id


def find_same(
    db: Session, questionnaire: Questionnaire, content: bytes, files: Collection[AccompanyingFile] = ()
) -> int | None:
    """The questionnaire that storing this would return, since it is there already."""
    newest = _newest_version(db, _first_version(db, questionnaire.name, None))
    if newest is not None and _is_same(newest, questionnaire, content) and has_files(db, newest.id, files):
        return newest.id
    return None


def _first_version(db: Session, name: str, follows: int | None) -> int | None:
    """The first of the family that a questionnaire belongs to; None where it begins one."""
    query = select(func.coalesce(StoredQuestionnaire.first_id, StoredQuestionnaire.id))
    if follows is None:
        named = query.where(StoredQuestionnaire.name == name)
        return db.scalar(named.order_by(StoredQuestionnaire.id.desc()).limit(1))
    found = db.scalar(query.where(StoredQuestionnaire.id == follows))
    if found is None:
        raise NotFound
    return found


def _newest_version(db: Session, first: int | None) -> StoredQuestionnaire | None:
    family = or_(StoredQuestionnaire.id == first, StoredQuestionnaire.first_id == first)
    query = select(StoredQuestionnaire).where(family).order_by(StoredQuestionnaire.number.desc())
    return None if first is None else db.scalar(query.limit(1))


def _is_same(stored: StoredQuestionnaire, questionnaire: Questionnaire, content: bytes) -> bool:
    return stored.workbook == content and stored.definition == to_json(questionnaire)


def get_questionnaire(db: Session, questionnaire_id: int) -> Questionnaire:
    """The pure questionnaire. Raises NotFound."""
    database = db.get_bind().engine
    found = _shelf.find(database, questionnaire_id)
    if found is not None:
        return found
    query = select(StoredQuestionnaire.definition).where(StoredQuestionnaire.id == questionnaire_id)
    definition = db.scalar(query)
    if definition is None:
        raise NotFound
    return _shelf.keep(database, questionnaire_id, from_json(definition))


def get_workbook(db: Session, questionnaire_id: int) -> tuple[bytes, str]:
    """The workbook as it was uploaded, and the name of its file. Raises NotFound."""
    query = select(StoredQuestionnaire.workbook, StoredQuestionnaire.file_name)
    row = db.execute(query.where(StoredQuestionnaire.id == questionnaire_id)).first()
    if row is None:
        raise NotFound
    return row.workbook, row.file_name


def list_questionnaires(db: Session) -> list[QuestionnaireCard]:
    """All versions of all of them, the newest first."""
    first = func.coalesce(StoredQuestionnaire.first_id, StoredQuestionnaire.id)
    query = select(StoredQuestionnaire.id, StoredQuestionnaire.number, StoredQuestionnaire.created_at, first)
    cards, seen = list[QuestionnaireCard](), set[int]()
    for questionnaire_id, number, created_at, family in db.execute(
        query.order_by(StoredQuestionnaire.id.desc())
    ):
        questionnaire = get_questionnaire(db, questionnaire_id)
        card = QuestionnaireCard(
            id=questionnaire_id,
            name=questionnaire.name,
            title=questionnaire.title,
            languages=questionnaire.languages,
            questions=sum(1 for _ in questionnaire.asked()),
            created_at=created_at,
            number=number,
            is_newest=family not in seen,
        )
        seen.add(family)
        cards.append(card)
    return cards
