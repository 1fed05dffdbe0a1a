"""Consultations: drafted, opened to everyone reachable or to an audience, watched, closed for good."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from core.everyone import hold_everyone
from core.owed import owe_scrub
from core.progress import State
from core.tables import Broadcast, Delivery, DeliveryChunk, Participant, Table
from surveys.attachments import attached_in, write_files_anew
from surveys.derived import day_values, is_small, noted_days
from surveys.questionnaire import ATTACHED, Localized, Questionnaire, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation, Participation, Response, Voice

_RESPONSES = Table.metadata.tables[Response.__tablename__]


class OpensInThePast(RimayError):
    """The moment of the opening is over."""

    code = "opens_in_the_past"


class ClosesBeforeOpening(RimayError):
    """The last day to answer would be over when it opens."""

    code = "closes_before_opening"


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people the consultation came to, how many of them began, and how many came to the end.

    received: by a message that left, by themselves, or on a tablet or on paper
    """

    received: int
    started: int
    finished: int


@dataclass(frozen=True, slots=True)
class ConsultationCard:
    """A consultation as a page shows it.

    audience      who is asked, as it is stored; None: everyone reachable
    opens_at      when it opens by itself; None: when somebody opens it
    remind_after  days after the opening on which those who have not finished are reminded
    """

    id: int
    questionnaire_id: int
    title: Localized
    state: str
    opened_at: datetime | None
    closes_on: date | None
    closed_at: datetime | None
    reach: Reach
    audience: Mapping[str, Any] | None = None
    opens_at: datetime | None = None
    remind_after: tuple[int, ...] = ()


def draft_consultation(
    db: Session,
    *,
    questionnaire_id: int,
    title: Localized | None = None,
    closes_on: date | None = None,
    remind_after: Collection[int] = (),
    account_id: int | None,
) -> int:
    """Prepare a consultation; nobody is asked yet.

    remind_after: days after the opening on which those who have not finished are reminded
    """
    questionnaire = get_questionnaire(db, questionnaire_id)
    row = Consultation(
        questionnaire_id=questionnaire_id,
        title=dict(title or questionnaire.title),
        closes_on=closes_on,
        remind_after=sorted(set(remind_after)),
    )
    db.add(row)
    db.flush()
    note_act(db, account_id, "draft", "consultation", row.id)
    return row.id


def plan_opening(
    db: Session,
    consultation_id: int,
    *,
    audience: Mapping[str, Any] | None,
    closes_on: date | None,
    remind_after: Collection[int],
    account_id: int | None,
) -> None:
    """Choose who will be asked, until when, and on which days they are reminded. Raises Conflict when it is open.

    A schedule is taken back: what goes out by itself is what somebody has confirmed.
    """
    row = _drafted(db, consultation_id)
    row.audience = dict(audience) if audience else None
    row.closes_on = closes_on
    row.remind_after = sorted(set(remind_after))
    row.opens_at = None
    note_act(db, account_id, "plan", "consultation", row.id)


def schedule_consultation(
    db: Session, consultation_id: int, *, opens_at: datetime, zone: ZoneInfo, account_id: int | None
) -> None:
    """It opens by itself at that moment. Raises Conflict, OpensInThePast, ClosesBeforeOpening.

    zone: where the last day to answer is read
    """
    row = _drafted(db, consultation_id)
    if opens_at <= now():
        raise OpensInThePast
    if row.closes_on is not None and row.closes_on < opens_at.astimezone(zone).date():
        raise ClosesBeforeOpening
    row.opens_at = opens_at
    note_act(db, account_id, "schedule", "consultation", row.id)


def unschedule_consultation(db: Session, consultation_id: int, *, account_id: int | None) -> None:
    """It waits again for somebody to open it. Raises Conflict when it is open already."""
    row = _drafted(db, consultation_id)
    if row.opens_at is not None:
        row.opens_at = None
        note_act(db, account_id, "unschedule", "consultation", row.id)


def list_due_openings(db: Session) -> list[int]:
    """Drafts whose moment to open has come, for this transaction alone: a twin passes them over."""
    due = Consultation.state == "draft", Consultation.opens_at <= now()
    query = select(Consultation.id).where(*due).order_by(Consultation.id)
    return list(db.scalars(query.with_for_update(skip_locked=True)))


def open_consultation(
    db: Session,
    consultation_id: int,
    *,
    account_id: int | None,
    recipients: Select[int] | None = None,
    send_from: datetime | None = None,
) -> int:
    """Ask these people, or everyone reachable. Returns the broadcast that carries the announcement.

    recipients: a query of participant ids; who cannot be reached is left out
    send_from:  no message leaves before that moment
    """
    hold_everyone(db)
    row = _drafted(db, consultation_id)
    row.state, row.opened_at = "open", now()
    asked = select(
        Participant.id, literal(row.id), literal("asked"), false(), true(),
    ).where(Participant.reachable)  # fmt: skip
    if recipients is not None:
        asked = asked.where(Participant.id.in_(recipients))
    columns = ["participant_id", "consultation_id", "state", "current", "may_remind"]
    db.execute(insert(Participation).from_select(columns, asked))
    note_act(db, account_id, "open", "consultation", row.id)
    # The same people, and not the query anew: it may look at who was asked before.
    chosen = select(Participation.participant_id).where(Participation.consultation_id == row.id)
    return open_broadcast(db, Kind.OPENING, row.id, chosen, send_from=send_from)


def _drafted(db: Session, consultation_id: int) -> Consultation:
    """A consultation that nobody was asked yet, held: of two who open it at once, the second finds it open."""
    row = _get(db, consultation_id, lock=True)
    if row.state != "draft":
        raise Conflict
    return row


def close_consultation(db: Session, consultation_id: int, *, account_id: int | None) -> None:
    """End it for good, and cut every tie between people and answers.

    Answers that were never sent in are erased. The others are written anew, under fresh random ids and in the
    order of those ids, so that neither a key nor a place on the disk tells when or by whom they were given.
    The caller then awaits `Database.scrub`.
    """
    # Whoever is storing a form just now holds the consultation: their form is there before the rest begins.
    row = _get(db, consultation_id, lock=True)
    if row.state != "open":
        raise Conflict
    row.state, row.closed_at = "closed", now()
    owe_scrub(db)
    mine = Participation.consultation_id == consultation_id
    # Who was in the middle of it stays there, so that their next message hears that it is closed.
    db.execute(update(Participation).where(mine).values(response_id=None))
    db.execute(
        delete(Response).where(Response.consultation_id == consultation_id, Response.state != "finished")
    )
    _write_anew(db, consultation_id, row.questionnaire_id)
    note_act(db, account_id, "close", "consultation", row.id)


def _write_anew(db: Session, consultation_id: int, questionnaire_id: int) -> None:
    responses = _rows(db, Response, consultation_id)
    voices = _rows(db, Voice, consultation_id)
    fresh = {row["id"]: secrets.token_hex(16) for row in responses}
    files = _fresh_files(responses, voices)
    days: dict[int, _Days] = {}
    for row in responses:
        day = row["finished_on"]
        row |= {"id": fresh[row["id"]], "progress": None, "turn": 0}
        row["finished_on"] = day.replace(day=1) if day else None
        version = row["questionnaire_id"] or questionnaire_id
        if version not in days:
            days[version] = _Days(get_questionnaire(db, version))
        row["answers"] = _renamed(days[version].without(row["answers"]), files)
    for row in voices:
        note = row["attachment_id"]
        row |= {"id": secrets.token_hex(16), "response_id": fresh[row["response_id"]]}
        row["attachment_id"] = files[note] if note else None
    db.execute(delete(Voice).where(Voice.consultation_id == consultation_id))
    _insert(db, Response, responses)
    write_files_anew(db, consultation_id, files, fresh)
    old = [{"old": response_id} for response_id in fresh]
    if old:
        db.connection().execute(_RESPONSES.delete().where(_RESPONSES.c.id == bindparam("old")), old)
    _insert(db, Voice, voices)


def _fresh_files(responses: list[dict[str, Any]], voices: list[dict[str, Any]]) -> dict[str, str]:
    """New ids of the files that what was sent in refers to; the others go."""
    notes = {row["attachment_id"] for row in voices if row["attachment_id"]}
    sent = {file for row in responses for _, file in attached_in(row["answers"])}
    return {old: secrets.token_hex(16) for old in notes | sent}


def _renamed(answers: dict[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    new = {path: ATTACHED + files[old] for path, old in attached_in(answers)}
    return {**answers, **new}


def _insert(db: Session, table: type[Response] | type[Voice], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(table), sorted(rows, key=lambda row: row["id"]))


class _Days:
    """What of the answers to a version of a questionnaire tells the day on which they were given."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._noted = noted_days(questionnaire)
        self._read = day_values(questionnaire)

    def without(self, answers: dict[str, Any]) -> dict[str, Any]:
        """What the questionnaire noted by itself is coarsened to the month, or goes."""
        return dict(self._kept(answers))

    def _kept(self, answers: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for path, value in answers.items():
            plain = plain_path(path)
            if plain in self._noted:
                yield path, f"{value[:7]}-01"
            elif plain not in self._read or is_small(value):
                yield path, value


def _rows(db: Session, table: type[Response] | type[Voice], consultation_id: int) -> list[dict[str, Any]]:
    query = select(table.__table__).where(table.consultation_id == consultation_id)
    return [dict(row) for row in db.execute(query).mappings()]


def list_consultations(db: Session) -> list[ConsultationCard]:
    """The newest first."""
    reached = _reach(db)
    rows = db.scalars(select(Consultation).order_by(Consultation.id.desc()))
    return [_card(row, reached.get(row.id)) for row in rows]


def get_consultation(db: Session, consultation_id: int) -> ConsultationCard:
    """Raises NotFound."""
    return _card(_get(db, consultation_id), _reach(db, consultation_id).get(consultation_id))


def _get(db: Session, consultation_id: int, *, lock: bool = False) -> Consultation:
    row = db.get(Consultation, consultation_id, with_for_update=lock)
    if row is None:
        raise NotFound
    return row


def _reach(db: Session, consultation_id: int | None = None) -> dict[int, Reach]:
    begun = Participation.state != "asked"
    told = _told(db, consultation_id)
    by_themselves = _count(db, consultation_id, begun, ~was_told())
    started = _count(db, consultation_id, begun)
    finished = _count(db, consultation_id, Participation.state == "finished")
    entered = _entered(db, consultation_id)
    return {
        key: Reach(
            received=told[key] + by_themselves[key] + entered[key],
            started=started[key] + entered[key],
            finished=finished[key] + entered[key],
        )
        for key in told | started | entered
    }


def _count(db: Session, consultation_id: int | None, *which: ColumnElement[bool]) -> Counter[int]:
    """How many take part so, by consultation."""
    query = select(Participation.consultation_id, func.count()).where(*which)
    query = query.group_by(Participation.consultation_id)
    if consultation_id is not None:
        query = query.where(Participation.consultation_id == consultation_id)
    return Counter({row[0]: row[1] for row in db.execute(query)})


def _told(db: Session, consultation_id: int | None) -> Counter[int]:
    """To how many the announcement went, as the chunks count them."""
    query = (
        select(Broadcast.subject_id, func.sum(DeliveryChunk.sent + DeliveryChunk.left))
        .join(DeliveryChunk, DeliveryChunk.broadcast_id == Broadcast.id)
        .where(Broadcast.kind == Kind.OPENING)
        .group_by(Broadcast.subject_id)
    )
    if consultation_id is not None:
        query = query.where(Broadcast.subject_id == consultation_id)
    return Counter({row[0]: int(row[1]) for row in db.execute(query)})


def was_told() -> ColumnElement[bool]:
    """Whether the announcement of the consultation went to the person, of a participation."""
    return exists().where(
        Delivery.participant_id == Participation.participant_id,
        Delivery.state.in_((State.SENT, State.LEFT)),
        Delivery.broadcast_id == Broadcast.id,
        Broadcast.kind == Kind.OPENING,
        Broadcast.subject_id == Participation.consultation_id,
    )


def _entered(db: Session, consultation_id: int | None) -> Counter[int]:
    """Forms from tablets and paper that were sent in: somebody was asked there, and came to the end."""
    query = select(Response.consultation_id, func.count()).group_by(Response.consultation_id)
    query = query.where(Response.mode != "chat", Response.state == "finished")
    if consultation_id is not None:
        query = query.where(Response.consultation_id == consultation_id)
    return Counter({row[0]: row[1] for row in db.execute(query)})


def _card(row: Consultation, reach: Reach | None) -> ConsultationCard:
    return ConsultationCard(
        id=row.id,
        questionnaire_id=row.questionnaire_id,
        title=row.title,
        state=row.state,
        opened_at=row.opened_at,
        closes_on=row.closes_on,
        closed_at=row.closed_at,
        reach=reach or Reach(0, 0, 0),
        audience=row.audience,
        opens_at=row.opens_at,
        remind_after=tuple(row.remind_after),
    )
