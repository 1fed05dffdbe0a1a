"""Questionnaires being written: changed by several people, one change at a time, until they are published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, Fault, InvalidInput, NotFound
from surveys.authoring.sheets import Sheets, sheets_from_json, sheets_to_json
from surveys.conversation.shelf import Shelf
from surveys.questionnaire import Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Draft, QuestionnaireFile
from surveys.xlsform.accompanying import AccompanyingFile
from surveys.xlsform.reading import read_questionnaire
from surveys.xlsform.writing import write_workbook

_STEPS_BACK = 10
_SUBJECT = "questionnaire_draft"


class DraftChanged(Conflict):
    """Somebody changed the draft after the page that this change was made on was opened."""


@dataclass(frozen=True, slots=True)
class DraftState:
    """A draft as it stands. `turn` counts its changes; a change says which turn it was made on."""

    id: int
    turn: int
    sheets: Sheets
    questionnaire_id: int | None
    can_undo: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Examined:
    """What the sheets ask, or everything that is wrong with them; and what is doubtful.

    workbook  empty where the fault is that no workbook can hold them
    """

    workbook: bytes
    questionnaire: Questionnaire | None
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()


def create_draft(
    db: Session, sheets: Sheets, *, questionnaire_id: int | None = None, account_id: int | None
) -> int:
    """Begin to write. `questionnaire_id` is the version that the sheets were taken from."""
    row = Draft(questionnaire_id=questionnaire_id, sheets=_kept(sheets, []), changed_at=now())
    db.add(row)
    db.flush()
    note_act(db, account_id, "create", _SUBJECT, row.id)
    return row.id


def get_draft(db: Session, draft_id: int) -> DraftState:
    """A draft as it stands. Raises NotFound."""
    return _state(_row(db, draft_id))


def list_drafts(db: Session) -> list[DraftState]:
    """The one changed last comes first."""
    return [
        _state(row) for row in db.scalars(select(Draft).order_by(Draft.changed_at.desc(), Draft.id.desc()))
    ]


def change_draft(
    db: Session, draft_id: int, change: Callable[[Sheets], Sheets], *, turn: int, account_id: int | None
) -> DraftState:
    """Carry out a change that was made on a turn. Raises DraftChanged where that turn is past, and changes nothing."""
    row = _row_at(db, draft_id, turn)
    before = sheets_from_json(row.sheets["now"])
    after = change(before)
    if after != before:
        row.sheets = _kept(after, [*row.sheets["before"], row.sheets["now"]])
        _note(db, row, "change", account_id)
    return _state(row)


def undo_change(db: Session, draft_id: int, *, turn: int, account_id: int | None) -> DraftState:
    """Take back the last change; the ten before can be taken back too. Raises DraftChanged."""
    row = _row_at(db, draft_id, turn)
    if row.sheets["before"]:
        *earlier, last = row.sheets["before"]
        row.sheets = {"now": last, "before": earlier}
        _note(db, row, "undo", account_id)
    return _state(row)


def discard_draft(db: Session, draft_id: int, *, account_id: int | None) -> None:
    """Throw a draft away."""
    db.delete(_row(db, draft_id))
    note_act(db, account_id, "discard", _SUBJECT, draft_id)


def files_of_draft(db: Session, draft_id: int) -> tuple[AccompanyingFile, ...]:
    """The files of the version that a draft was taken from: they go with it."""
    query = (
        select(QuestionnaireFile)
        .join(Draft, Draft.questionnaire_id == QuestionnaireFile.questionnaire_id)
        .where(Draft.id == draft_id)
        .order_by(QuestionnaireFile.name)
    )
    return tuple(AccompanyingFile(row.name, row.media_type, row.content) for row in db.scalars(query))


def publish_draft(db: Session, draft_id: int, *, turn: int, account_id: int | None) -> int:
    """The draft becomes a questionnaire, the next version of the one it was taken from, and is a draft no more.

    Raises InvalidInput with every fault, and DraftChanged; then nothing is stored.
    """
    row = _row_at(db, draft_id, turn)
    sheets, files = sheets_from_json(row.sheets["now"]), files_of_draft(db, draft_id)
    examined = examine_sheets(sheets, files)
    if examined.questionnaire is not None and not any(examined.questionnaire.questions()):
        raise InvalidInput((Fault("nothing_asked", sheets.get("survey").title),))
    if examined.questionnaire is None:
        raise InvalidInput(examined.faults)
    stored = store_questionnaire(
        db,
        examined.questionnaire,
        content=examined.workbook,
        file_name=sheets.file_name,
        account_id=account_id,
        follows=row.questionnaire_id,
        files=files,
    )
    db.delete(row)
    note_act(db, account_id, "publish", _SUBJECT, draft_id)
    return stored


def examine_sheets(sheets: Sheets, files: Sequence[AccompanyingFile] = ()) -> Examined:
    """Read the sheets as if they had been uploaded."""
    workbook = b""
    try:
        workbook = write_workbook(sheets)
        contents = {file.name: file.content for file in files}
        imported = read_questionnaire(workbook, sheets.file_name, contents)
    except InvalidInput as error:
        return Examined(workbook, None, error.faults)
    return Examined(workbook, imported.questionnaire, notices=imported.notices)


_examined = Shelf[tuple[Sheets, int | None], Examined](room=16)


def examined_lately(draft: DraftState) -> Examined | None:
    """What a draft was found to be; pages ask again and again about the same one."""
    return _examined.find((draft.sheets, draft.questionnaire_id))


def examine_draft(draft: DraftState, files: Sequence[AccompanyingFile]) -> Examined:
    """Read a draft as if it had been uploaded. The files of a version never change, and are not kept."""
    return _examined.keep((draft.sheets, draft.questionnaire_id), examine_sheets(draft.sheets, files))


def _row(db: Session, draft_id: int) -> Draft:
    row = db.get(Draft, draft_id)
    if row is None:
        raise NotFound
    return row


def _row_at(db: Session, draft_id: int, turn: int) -> Draft:
    """The draft, locked, if nobody has changed it since."""
    row = db.scalar(select(Draft).where(Draft.id == draft_id).with_for_update())
    if row is None:
        raise NotFound
    if row.turn != turn:
        raise DraftChanged
    return row


def _note(db: Session, row: Draft, act: str, account_id: int | None) -> None:
    row.turn += 1
    row.changed_at = now()
    note_act(db, account_id, act, _SUBJECT, row.id)


def _kept(sheets: Sheets, before: list[dict[str, Any]]) -> dict[str, Any]:
    return {"now": sheets_to_json(sheets), "before": before[-_STEPS_BACK:]}


def _state(row: Draft) -> DraftState:
    return DraftState(
        id=row.id,
        turn=row.turn,
        sheets=sheets_from_json(row.sheets["now"]),
        questionnaire_id=row.questionnaire_id,
        can_undo=bool(row.sheets["before"]),
        changed_at=row.changed_at,
    )
