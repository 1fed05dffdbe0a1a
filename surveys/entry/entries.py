"""Answers that a facilitator writes down on a tablet, or that come in on paper.

There is no participant: the response is found by what its form alone knows, a tablet's random key or the code on the
paper. Nothing ties it to the account that typed it in; the log says that forms were entered, not which. Until it is
sent in, `Response.progress` holds what was written and how far the dialogue has taken it; sent in, it holds nothing.
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now, today
from core.database import insert_into
from core.errors import NotFound, RimayError
from surveys.attachments import SealedFile, attached_in
from surveys.conversation.progress import from_json, to_json
from surveys.conversation.turns import Back, Finished, Outcome, Show
from surveys.dialogue import advance, begin
from surveys.entry.written_forms import ReadForm, Value, Written, read_on, without_person
from surveys.places import takes_answers
from surveys.questionnaire import ATTACHED, Kind, Localized, Questionnaire
from surveys.questionnaires import get_questionnaire
from surveys.submission import Hear, store_answers
from surveys.tables import Attachment, Consultation, Response

TABLET, PAPER = "tablet", "paper"

_PORTION = 50
_POSITION = re.compile(r"\[[1-9][0-9]?\]")


class EntryClosed(RimayError):
    """The consultation takes no answers: it was not opened yet, or it is over."""

    code = "entry_closed"


class ConsentMissing(RimayError):
    """Nothing is stored of somebody who has not agreed."""

    code = "entry_consent_missing"


class EnteredBefore(RimayError):
    """The form with this code was entered already."""

    code = "entered_before"


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What is asked without a person behind it.

    profile   how many questions are left out because their answers would be kept with the person
    has_words whether anything is asked that may be quoted
    """

    consultation_id: int
    questionnaire_id: int
    title: Localized
    questionnaire: Questionnaire
    profile: int
    has_words: bool


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

    state  open, sent, or behind: it was sent in, and only who hands over all that was ever written can change it
    """

    number: int
    language: str
    written: Written
    form: ReadForm | None
    outcome: Outcome | None
    state: str = "open"


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A form on paper that the dialogue has accepted."""

    code: str
    language: str
    finished: Finished
    may_quote: bool | None = None


def get_entry_form(db: Session, consultation_id: int, zone: ZoneInfo) -> EntryForm:
    """What to ask in a consultation that takes answers. Raises NotFound, EntryClosed."""
    row = _taking(db.get(Consultation, consultation_id), zone)
    return _form(db, row, row.questionnaire_id)


def count_entries(db: Session, consultation_id: int) -> Mapping[tuple[str, str], int]:
    """How many forms there are, by mode and state."""
    query = select(Response.mode, Response.state, func.count()).group_by(Response.mode, Response.state)
    rows = db.execute(query.where(Response.consultation_id == consultation_id))
    return {(mode, state): count for mode, state, count in rows}


def take_turn(
    db: Session, consultation_id: int, turn: EntryTurn, hear: Hear, zone: ZoneInfo, account_id: int | None
) -> EntryScreen:
    """Take what a tablet wrote, in order, and say where the form stands.

    What was taken before is passed over; after a gap nothing is taken, and the screen says from where to go on. What
    is written after the form was sent in (the tablet may not have heard that it was) opens it again, and sent in again
    it replaces the answers of before.
    """
    consultation = _hold_open(db, consultation_id, zone)
    form = _form(db, consultation, consultation.questionnaire_id)
    response_id = _id_of(TABLET, consultation_id, turn.key)
    row = _find(db, response_id) or _begin(db, form, response_id, turn, zone)
    form = _form(db, consultation, row.questionnaire_id or form.questionnaire_id)
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
        _send_in(
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
    _hold_open(db, consultation_id, zone)
    row = _find(db, _id_of(TABLET, consultation_id, key))
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


def discard_entry(db: Session, consultation_id: int, key: str) -> None:
    """Erase a form of a tablet that was not sent in: whoever answered may take the consent back."""
    mine = Response.id == _id_of(TABLET, consultation_id, key), Response.state == "open"
    db.execute(delete(Response).where(*mine))


def find_draft(db: Session, form: EntryForm, code: str) -> tuple[Written, str] | None:
    """What was kept of a paper form that is not complete, and its language. Raises EnteredBefore."""
    row = db.get(Response, _id_of(PAPER, form.consultation_id, code), populate_existing=True)
    if row is None:
        return None
    if row.state == "finished":
        raise EnteredBefore(form=code)
    return (row.progress or {}).get("written", {}), row.language


def keep_draft(
    db: Session, form: EntryForm, code: str, language: str, written: Written, zone: ZoneInfo
) -> None:
    """Keep a paper form as far as it is typed in; its code finds it again. Raises EntryClosed, EnteredBefore."""
    _hold_open(db, form.consultation_id, zone)
    response_id = _id_of(PAPER, form.consultation_id, code)
    _insert(db, form, response_id, PAPER, language)
    row = _find(db, response_id)
    if row is None or row.state == "finished":
        raise EnteredBefore(form=code)
    row.progress, row.language = {"written": dict(written)}, language
    row.questionnaire_id = form.questionnaire_id  # the version it was typed into, whichever it was begun in
    db.flush()


def enter_forms(
    db: Session,
    form: EntryForm,
    papers: Sequence[PaperForm],
    hear: Hear,
    zone: ZoneInfo,
    account_id: int | None,
) -> tuple[str, ...]:
    """Make paper forms count, all or none. Gives the codes of those that were entered before: they stay as they are."""
    _hold_open(db, form.consultation_id, zone)
    before = []
    for paper in papers:
        response_id = _id_of(PAPER, form.consultation_id, paper.code)
        _insert(db, form, response_id, PAPER, paper.language)
        row = _find(db, response_id)
        if row is not None and row.state == "finished":
            before.append(paper.code)
        else:
            _send_in(db, form, response_id, paper, hear, zone)
    if len(before) < len(papers):
        note_act(db, account_id, "enter", "consultation", form.consultation_id)
    return tuple(before)


def in_portions(papers: Sequence[PaperForm]) -> Iterator[Sequence[PaperForm]]:
    """So many forms as a transaction should hold: between two of them people in the chat get their turn.

    Who dies in between has stored some of them; brought in again, they are told to be there already.
    """
    return (papers[start : start + _PORTION] for start in range(0, len(papers), _PORTION))


def of_the_form(questionnaire: Questionnaire, written: Written) -> dict[str, Value]:
    """What is written at a path that the form has, of its questions and of the repeats around them."""
    questions = {question.path for question in questionnaire.questions()}
    known = questions.union(*(_around(path) for path in questions))
    return {path: value for path, value in written.items() if _POSITION.sub("", path) in known}


def _around(path: str) -> set[str]:
    steps = path.split("/")
    return {"/".join(steps[:depth]) for depth in range(1, len(steps))}


def _hold_open(db: Session, consultation_id: int, zone: ZoneInfo) -> Consultation:
    """The consultation, which takes answers until this transaction is over: a closing waits for it, or was before it.

    A form stored just after the closing would keep the id by which its code finds it, and its day.
    """
    query = select(Consultation).where(Consultation.id == consultation_id).with_for_update(read=True)
    return _taking(db.scalar(query.execution_options(populate_existing=True)), zone)


def _taking(row: Consultation | None, zone: ZoneInfo) -> Consultation:
    if row is None:
        raise NotFound
    if not takes_answers(row.state, row.closes_on, zone):
        raise EntryClosed
    return row


def _form(db: Session, row: Consultation, questionnaire_id: int) -> EntryForm:
    whole = get_questionnaire(db, questionnaire_id)
    asked = without_person(whole)
    profile = sum(question.keep is not None for question in whole.questions())
    words = any(question.kind is Kind.TEXT for question in asked.questions())
    return EntryForm(row.id, questionnaire_id, row.title, asked, profile, words)


def _id_of(mode: str, consultation_id: int, secret: str) -> str:
    """The id under which a form is stored: found again by who holds the form, and by nobody after the closing."""
    return sha256(f"{mode} {consultation_id} {secret}".encode()).hexdigest()[:32]


def _find(db: Session, response_id: str) -> Response | None:
    query = select(Response).where(Response.id == response_id).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def _insert(db: Session, form: EntryForm, response_id: str, mode: str, language: str) -> None:
    """Make room for a form, unless there is: two who do so at once meet in one row."""
    row: dict[str, Any] = {
        "id": response_id,
        "consultation_id": form.consultation_id,
        "questionnaire_id": form.questionnaire_id,
        "state": "open",
        "mode": mode,
        "language": language,
        "turn": 0,
    }
    db.execute(insert_into(db, Response).values(row).on_conflict_do_nothing())


def _begin(db: Session, form: EntryForm, response_id: str, turn: EntryTurn, zone: ZoneInfo) -> Response:
    if not turn.consented:
        raise ConsentMissing
    _insert(db, form, response_id, TABLET, turn.language)
    row = _find(db, response_id)
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


def _send_in(
    db: Session, form: EntryForm, response_id: str, paper: PaperForm, hear: Hear, zone: ZoneInfo
) -> None:
    """From now on it counts; what was typed is kept as it counts, and in no other form."""
    where = response_id, form.consultation_id
    wrote = store_answers(db, *where, form.questionnaire, paper.finished, hear, paper.language, zone)
    values = {
        "progress": None,
        "may_quote": paper.may_quote if wrote else None,
        "questionnaire_id": form.questionnaire_id,
    }
    db.execute(update(Response).where(Response.id == response_id).values(values))
