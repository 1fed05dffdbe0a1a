"""Answers that a facilitator writes down on a tablet, or that come in on paper.

There is no participant: the response is found by what its form alone knows, a tablet's random key or the code on the
paper. Nothing ties it to the account that typed it in; the log says that forms were entered, not which. Until it is
sent in, `Response.progress` holds what was written and how far the dialogue has taken it; sent in, it holds nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.database import insert_into
from core.errors import NotFound, RimayError
from surveys.conversation.turns import Finished
from surveys.entry.written_forms import Value, Written, without_person
from surveys.places import takes_answers
from surveys.questionnaire import Kind, Localized, Questionnaire
from surveys.questionnaires import get_questionnaire
from surveys.submission import Hear, store_answers
from surveys.tables import Consultation, Response

TABLET, PAPER = "tablet", "paper"

_PORTION = 50
_POSITION = re.compile(r"\[[1-9][0-9]?\]")


class EntryClosed(RimayError):
    """The consultation takes no answers: it was not opened yet, or it is over."""

    code = "entry_closed"


class EnteredBefore(RimayError):
    """The form with this code was entered already."""

    code = "entered_before"


class DraftThere(RimayError):
    """There is a draft of the form with this code, and what would replace it was not typed on it."""

    code = "entry_draft_there"


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
class PaperForm:
    """A form on paper that the dialogue has accepted."""

    code: str
    language: str
    finished: Finished
    may_quote: bool | None = None


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """A form on paper as far as it is typed in. `turn` counts how often it was kept."""

    written: Written
    language: str
    turn: int = 0


def get_entry_form(db: Session, consultation_id: int, zone: ZoneInfo, key: str = "") -> EntryForm:
    """What to ask in a consultation that takes answers. Raises NotFound, EntryClosed.

    key  of a tablet's form: it goes on with the version it was begun with, whichever is asked now
    """
    row = _taking(db.get(Consultation, consultation_id), zone)
    begun = select(Response.questionnaire_id).where(Response.id == id_of(TABLET, consultation_id, key))
    return form_of(db, row, db.scalar(begun) or row.questionnaire_id)


def count_entries(db: Session, consultation_id: int) -> Mapping[tuple[str, str], int]:
    """How many forms there are, by mode and state."""
    query = select(Response.mode, Response.state, func.count()).group_by(Response.mode, Response.state)
    rows = db.execute(query.where(Response.consultation_id == consultation_id))
    return {(mode, state): count for mode, state, count in rows}


def find_draft(db: Session, form: EntryForm, code: str) -> PaperDraft | None:
    """What was kept of a paper form that is not complete. Raises EnteredBefore."""
    row = db.get(Response, id_of(PAPER, form.consultation_id, code), populate_existing=True)
    if row is None:
        return None
    if row.state == "finished":
        raise EnteredBefore(form=code)
    return PaperDraft((row.progress or {}).get("written", {}), row.language, row.turn)


def keep_draft(db: Session, form: EntryForm, code: str, draft: PaperDraft, zone: ZoneInfo) -> None:
    """Keep a paper form as far as it is typed in; its code finds it again. `draft.turn` says on which it was typed.

    Raises EntryClosed, EnteredBefore, and DraftThere where another was kept meanwhile: then that one stays.
    """
    hold_open(db, form.consultation_id, zone)
    response_id = id_of(PAPER, form.consultation_id, code)
    make_room(db, form, response_id, PAPER, draft.language)
    row = find_row(db, response_id)
    if row is None or row.state == "finished":
        raise EnteredBefore(form=code)
    progress = {"written": dict(draft.written)}
    if row.turn != draft.turn and (row.progress, row.language) != (progress, draft.language):
        raise DraftThere(form=code)
    row.progress, row.language, row.turn = progress, draft.language, row.turn + 1
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
    hold_open(db, form.consultation_id, zone)
    before = []
    for paper in papers:
        response_id = id_of(PAPER, form.consultation_id, paper.code)
        make_room(db, form, response_id, PAPER, paper.language)
        row = find_row(db, response_id)
        if row is not None and row.state == "finished":
            before.append(paper.code)
        else:
            send_in_form(db, form, response_id, paper, hear, zone)
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


def hold_open(db: Session, consultation_id: int, zone: ZoneInfo) -> Consultation:
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


def form_of(db: Session, row: Consultation, questionnaire_id: int) -> EntryForm:
    """What a version asks in a consultation."""
    whole = get_questionnaire(db, questionnaire_id)
    asked = without_person(whole)
    profile = sum(question.keep is not None for question in whole.questions())
    words = any(question.kind is Kind.TEXT for question in asked.questions())
    return EntryForm(row.id, questionnaire_id, row.title, asked, profile, words)


def id_of(mode: str, consultation_id: int, secret: str) -> str:
    """The id under which a form is stored: found again by who holds the form, and by nobody after the closing."""
    return sha256(f"{mode} {consultation_id} {secret}".encode()).hexdigest()[:32]


def find_row(db: Session, response_id: str) -> Response | None:
    """A form, locked: of two who write in it one comes after the other."""
    query = select(Response).where(Response.id == response_id).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def make_room(db: Session, form: EntryForm, response_id: str, mode: str, language: str) -> None:
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


def send_in_form(
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
