"""A form that a facilitator writes down on a tablet: taken write by write, sent in, corrected, taken back.

There is no participant: the form is found by the tablet's random key. Until it is sent in, `Response.progress` holds
what was written and how far the dialogue has taken it; sent in, it holds nothing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now, today
from core.errors import NotFound, RimayError
from core.owed import owe_scrub
from surveys.attachments import SealedFile, attached_in
from surveys.conversation.progress import from_json, to_json
from surveys.conversation.turns import Back, Finished, Outcome, Show
from surveys.dialogue import advance, begin
from surveys.entry.entries import (
    TABLET,
    EntryForm,
    PaperForm,
    find_row,
    form_of,
    hold_open,
    id_of,
    make_room,
    of_the_form,
    send_in_form,
)
from surveys.entry.written_forms import ReadForm, Value, Written, read_on
from surveys.questionnaire import ATTACHED
from surveys.submission import Hear
from surveys.tables import Attachment, Response

_DISCARDED = "gone"


class ConsentMissing(RimayError):
    """Nothing is stored of somebody who has not agreed."""

    code = "entry_consent_missing"


@dataclass(frozen=True, slots=True)
class Write:
    """One thing written on a tablet. The numbers of one form count up from 1: twice the same changes nothing."""

    number: int
    path: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTurn:
    """What a tablet hands over.

    key     random, of this form alone
    at      path of the question that the facilitator wants to see; "" for the first that is open
    back    the one before it instead
    filed   a file comes with it
    send    send the answers in, if nothing is wrong
    """

    key: str
    language: str
    consented: bool = False
    writes: tuple[Write, ...] = ()
    at: str = ""
    back: bool = False
    filed: bool = False
    send: bool = False
    may_quote: bool | None = None


@dataclass(frozen=True, slots=True)
class EntryScreen:
    """Where a form stands. `number` is the last write that was taken; `form` is there only while it is open.

    state  open, sent, discarded, or behind: it was sent in, and only who hands over all that was ever written can
           change it
    """

    number: int
    language: str
    written: Written
    form: ReadForm | None
    outcome: Outcome | None
    state: str = "open"


def take_turn(
    db: Session, consultation_id: int, turn: EntryTurn, hear: Hear, zone: ZoneInfo, account_id: int | None
) -> EntryScreen:
    """Take what a tablet wrote, in order, and say where the form stands.

    What was taken before is passed over; after a gap nothing is taken, and the screen says from where to go on. What
    is written after the form was sent in (the tablet may not have heard that it was) opens it again, and sent in again
    it replaces the answers of before.
    """
    consultation = hold_open(db, consultation_id, zone)
    form = form_of(db, consultation, consultation.questionnaire_id)
    response_id = id_of(TABLET, consultation_id, turn.key)
    row = find_row(db, response_id) or _begin(db, form, response_id, turn, zone)
    if row.state == _DISCARDED:
        return EntryScreen(0, row.language, {}, None, None, "discarded")
    form = form_of(db, consultation, row.questionnaire_id or form.questionnaire_id)
    stored = row.progress
    if stored is None:
        if not (turn.filed or _behind(turn.writes, row.turn)):
            return EntryScreen(row.turn, row.language, {}, None, None, "sent")
        if len(_in_order(turn.writes, after=0)) < row.turn:
            return EntryScreen(0, row.language, {}, None, None, "behind")
        stored = _opened_again(form, row, turn, zone)
    fresh = _in_order(turn.writes, after=row.turn)
    news = of_the_form(form.questionnaire, {write.path: _typed(write.value) for write in fresh})
    written = {**stored["written"], **news}
    read = read_on(form.questionnaire, from_json(stored["progress"]), written, news, moment=now(), zone=zone)
    number = row.turn + len(fresh)
    if turn.send and isinstance(read.outcome, Finished) and not _behind(turn.writes, number):
        send_in_form(
            db, form, response_id, PaperForm("", turn.language, read.outcome, turn.may_quote), hear, zone
        )
        db.execute(update(Response).where(Response.id == response_id).values(turn=number))
        note_act(db, account_id, "enter", "consultation", consultation_id)
        return EntryScreen(number, turn.language, {}, None, None, "sent")
    progress = {**stored, "written": written, "progress": to_json(read.progress)}
    values = {"progress": progress, "turn": number, "language": turn.language}
    db.execute(update(Response).where(Response.id == response_id).values(values))
    return EntryScreen(number, turn.language, written, read, _looked_at(form, read, turn, zone))


def attach_file(
    db: Session, consultation_id: int, key: str, path: str, file: SealedFile, zone: ZoneInfo
) -> None:
    """Store a file as the answer at a path of a tablet's form; the one before goes. Raises NotFound, or EntryClosed."""
    hold_open(db, consultation_id, zone)
    row = find_row(db, id_of(TABLET, consultation_id, key))
    if row is None or row.progress is None:
        raise NotFound
    attachment = Attachment(
        id=secrets.token_hex(16),
        response_id=row.id,
        consultation_id=consultation_id,
        path=path,
        media_type=file.media_type,
        size=file.size,
        sealed=file.sealed,
    )
    db.execute(delete(Attachment).where(Attachment.response_id == row.id, Attachment.path == path))
    db.add(attachment)
    progress = from_json(row.progress["progress"])
    left = {other: value for other, value in progress.answers.items() if other != path}
    written = {**row.progress["written"], path: ATTACHED + attachment.id}
    row.progress = {**row.progress, "written": written, "progress": to_json(replace(progress, answers=left))}
    db.flush()


def discard_entry(db: Session, consultation_id: int, turn: EntryTurn, zone: ZoneInfo) -> None:
    """Erase a form of a tablet: whoever answered may take the consent back. Raises EntryClosed.

    An empty form stays in its place until the closing: what still comes with the same key is not stored.
    """
    consultation = hold_open(db, consultation_id, zone)
    form = form_of(db, consultation, consultation.questionnaire_id)
    response_id = id_of(TABLET, consultation_id, turn.key)
    make_room(db, form, response_id, TABLET, turn.language)  # from here on who writes in it waits
    db.execute(delete(Response).where(Response.id == response_id))
    make_room(db, form, response_id, TABLET, turn.language)
    db.execute(update(Response).where(Response.id == response_id).values(state=_DISCARDED))
    owe_scrub(db)


def _begin(db: Session, form: EntryForm, response_id: str, turn: EntryTurn, zone: ZoneInfo) -> Response:
    if not turn.consented:
        raise ConsentMissing
    make_room(db, form, response_id, TABLET, turn.language)
    row = find_row(db, response_id)
    assert row is not None  # it was just put there
    if row.progress is None and row.state == "open":
        begun = begin(form.questionnaire, moment=now(), zone=zone).progress
        consented_on = today(zone).isoformat()
        row.progress = {"written": {}, "progress": to_json(begun), "consented_on": consented_on}
        db.flush()
    return row


def _opened_again(form: EntryForm, row: Response, turn: EntryTurn, zone: ZoneInfo) -> dict[str, Any]:
    """The progress of a form that was sent in, as it was before: from what the tablet wrote, and the files here."""
    answers = row.answers or {}
    begun = begin(form.questionnaire, moment=now(), zone=zone).progress
    begun = replace(begun, answers={path: answers.get(path, value) for path, value in begun.answers.items()})
    typed = {write.path: _typed(write.value) for write in turn.writes if write.number <= row.turn}
    files = {path: ATTACHED + file for path, file in attached_in(answers)}
    consented_on = (row.finished_on or today(zone)).isoformat()
    written = of_the_form(form.questionnaire, typed) | files
    return {"written": written, "progress": to_json(begun), "consented_on": consented_on}


def _typed(value: Value) -> Value:
    """What somebody typed: the sign that stands for a file is not among it."""
    return value.replace(ATTACHED, "") if isinstance(value, str) else value


def _in_order(writes: Sequence[Write], after: int) -> list[Write]:
    """The writes that come next, without a gap."""
    fresh: list[Write] = []
    for write in sorted(writes, key=lambda write: write.number):
        if write.number == after + len(fresh) + 1:
            fresh.append(write)
    return fresh


def _behind(writes: Sequence[Write], number: int) -> bool:
    """Whether something written is not here yet."""
    return any(write.number > number for write in writes)


def _looked_at(form: EntryForm, read: ReadForm, turn: EntryTurn, zone: ZoneInfo) -> Outcome:
    if not turn.at and not turn.back:
        return read.outcome
    place = replace(read.progress, place=turn.at or None)
    move = Back() if turn.back else Show()
    return advance(form.questionnaire, place, move, moment=now(), zone=zone).outcome
