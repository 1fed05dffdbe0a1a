"""Statements that people propose are read by a person before anybody votes on them: accepted, rejected with a reason,
put into other words, translated, written down from a recording, judged anew.

What was sent stays sealed until the statement is judged, and goes then. Whoever is late, because another has judged
the statement meanwhile, is told so. Every act is in the audit log, by numbers alone.
"""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from deliberation.opinions.deliberations import held
from deliberation.opinions.statements import StatementCard, get_statement, personal_kinds
from deliberation.opinions.tables import Statement, Vote
from deliberation.voices.redaction import MARK, redact
from i18n.localized import Localized

REASONS = ("repeated", "personal", "off_topic", "offensive", "unclear", "several")
"""Why a statement is not put to the vote, as whoever moderates may choose. "closed" is said by the closing alone."""
PURPOSES = ("covered", "meaning", "language")
"""Why a sealed original may be opened: something was covered that should not be; to understand it; to translate it."""


class AlreadyJudged(Conflict):
    """Somebody else was quicker."""

    code = "already_judged"


class PersonalDataFound(RimayError):
    """It is put to the vote only by who has said that they have seen the personal data in it."""

    code = "personal_data_found"


class NotWrittenDown(RimayError):
    """It was spoken, and nobody has written it down yet."""

    code = "not_written_down"


class NoWayBack(Conflict):
    """People have voted on it, or its author was told."""

    code = "no_way_back"


def seen(card: StatementCard) -> str:
    """Names what stands there, without saying it: who writes over it has seen it."""
    told = "\0".join((str(card.id), card.state, *(f"{code}={card.text[code]}" for code in sorted(card.text))))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def accept_statement(
    db: Session, statement_id: int, *, confirmed: bool = False, account_id: int | None
) -> None:
    """Put it to the vote. Raises NotFound, AlreadyJudged, NotWrittenDown.

    Raises PersonalDataFound where personal data was found, until whoever accepts has `confirmed` that it may stay.
    """
    row = _waiting(db, statement_id)
    if not row.text:
        raise NotWrittenDown
    if row.flags and not confirmed:
        raise PersonalDataFound
    judge(row, "accepted", None)
    note_act(db, account_id, "accept_flagged" if row.flags else "accept", "statement", row.id)


def reject_statement(db: Session, statement_id: int, reason: str, *, account_id: int | None) -> None:
    """Do not put it to the vote, or no longer. Raises NotFound, AlreadyJudged.

    One that was accepted before is taken out: from the next analysis on its votes do not count, and what earlier
    ones saw stays.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    row = hold_statement(db, statement_id, "waiting", "accepted")
    taken_out = row.state == "accepted"
    judge(row, "rejected", reason)
    note_act(db, account_id, "take_out" if taken_out else "reject", "statement", row.id)


def reword_statement(
    db: Session, statement_id: int, words: str, *, seen_as: str, account_id: int | None
) -> None:
    """Say it in other words, in its author's language. Raises NotFound, AlreadyJudged, NotWrittenDown, Conflict.

    The words are those of who moderates: personal data in them is flagged and not covered. A translation is of other
    words: it goes.
    """
    row = _waiting(db, statement_id)
    _check_seen(db, row, seen_as)
    if row.language not in row.text:
        raise NotWrittenDown
    row.text, row.translated = {row.language: words}, []
    row.flags = _flags(row.text)
    note_act(db, account_id, "reword", "statement", row.id)


def translate_statement(
    db: Session, statement_id: int, language: str, words: str, *, seen_as: str, account_id: int | None
) -> None:
    """Write it in the other language. Raises NotFound, AlreadyJudged, NotWrittenDown, Conflict.

    Personal data is covered, as in what it translates.
    """
    row = hold_statement(db, statement_id, "waiting", "accepted")
    _check_seen(db, row, seen_as)
    if not row.text:
        raise NotWrittenDown
    if language == row.language:
        raise Conflict
    row.text = {**row.text, language: redact(words).text}
    row.translated = sorted({*row.translated, language})
    row.flags = sorted({*row.flags, *personal_kinds({language: words})})
    note_act(db, account_id, "translate", "statement", row.id)


def write_statement_down(
    db: Session, statement_id: int, language: str, words: str, *, seen_as: str, account_id: int | None
) -> None:
    """Let a spoken one say what was heard; personal data is covered. It still waits to be judged.

    Raises NotFound, AlreadyJudged, Conflict.
    """
    row = _waiting(db, statement_id)
    _check_seen(db, row, seen_as)
    if row.recording is None:
        raise Conflict
    row.language, row.text, row.translated = language, {language: redact(words).text}, []
    row.flags = personal_kinds({language: words})
    note_act(db, account_id, "write_down", "statement", row.id)


def mark_statement(
    db: Session, statement_id: int, *, seed: bool, about_person: bool, account_id: int | None
) -> None:
    """Whether it is one to begin with, and whether it asks about the person. Raises NotFound, AlreadyJudged."""
    row = hold_statement(db, statement_id, "waiting", "accepted")
    row.seed, row.about_person = seed, about_person
    note_act(db, account_id, "mark", "statement", row.id)


def judge_anew(db: Session, statement_id: int, *, account_id: int | None) -> None:
    """Let it wait again. Raises NotFound, Conflict where it waits already, NoWayBack."""
    row = hold_statement(db, statement_id, "accepted", "rejected", "merged")
    voted = db.scalar(select(func.count()).select_from(Vote).where(Vote.statement_id == row.id))
    if voted or not row.text or (row.told and row.author_id is not None):
        raise NoWayBack
    row.state, row.reason, row.merged_into, row.judged_at = "waiting", None, None, None
    note_act(db, account_id, "judge_anew", "statement", row.id)


def open_original(
    db: Session, deliberation_id: int, statement_id: int, purpose: str, *, account_id: int | None
) -> bytes:
    """What was sent, sealed. That it was opened, by whom and what for, is in the log. Raises NotFound."""
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    get_statement(db, deliberation_id, statement_id)
    original = db.scalar(select(Statement.original).where(Statement.id == statement_id))
    if original is None:
        raise NotFound
    note_act(db, account_id, f"open_original_{purpose}", "statement", statement_id)
    return original


def get_recording(db: Session, deliberation_id: int, statement_id: int) -> tuple[str, bytes]:
    """Media type and sealed bytes of a spoken statement that waits. Raises NotFound."""
    mine = Statement.id == statement_id, Statement.deliberation_id == deliberation_id
    row = db.execute(select(Statement.recording_type, Statement.recording).where(*mine)).first()
    if row is None or row.recording is None:
        raise NotFound
    return row.recording_type or "application/octet-stream", row.recording


def find_original(db: Session, statement_id: int) -> bytes | None:
    """What was sent, sealed, for comparing with what it says now: never to be shown as it is."""
    return db.scalar(select(Statement.original).where(Statement.id == statement_id))


def _waiting(db: Session, statement_id: int) -> Statement:
    return hold_statement(db, statement_id, "waiting")


def hold_statement(db: Session, statement_id: int, *states: str) -> Statement:
    """The statement in one of these states, with its deliberation: nobody votes, judges or closes meanwhile."""
    deliberation_id = db.scalar(select(Statement.deliberation_id).where(Statement.id == statement_id))
    if deliberation_id is None:
        raise NotFound
    if held(db, deliberation_id).state == "closed":
        raise AlreadyJudged
    row = db.get(Statement, statement_id, with_for_update=True, populate_existing=True)
    if row is None:  # its author was erased meanwhile
        raise NotFound
    if row.state not in states:
        raise AlreadyJudged
    return row


def _check_seen(db: Session, row: Statement, seen_as: str) -> None:
    if seen(get_statement(db, row.deliberation_id, row.id)) != seen_as:
        raise Conflict


def judge(row: Statement, state: str, reason: str | None) -> None:
    """What was sent goes: from here on only what is put to the vote is kept."""
    row.state, row.reason, row.judged_at = state, reason, now()
    row.original, row.recording, row.recording_type = None, None, None
    row.told = row.author_id is None


def _flags(text: Localized) -> list[str]:
    """The kinds of personal data in it, and those that are covered by a mark."""
    covered = {mark for words in text.values() for mark in MARK.findall(words)}
    return sorted({*personal_kinds(text), *covered})
