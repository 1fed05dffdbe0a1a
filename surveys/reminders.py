"""Reminders of a consultation, to who has not come to its end: on the days that the organiser chose, and no others."""

from collections.abc import Collection
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind, address
from core.clock import now, today
from core.database import connection_of, insert_into
from core.everyone import hold_everyone
from core.people import get_participant
from core.progress import State
from core.tables import Broadcast, Delivery
from surveys.places import own, takes_answers
from surveys.tables import Consultation, Participation

_AFTER_THE_NEWS = timedelta(days=1)
"""Who heard of the consultation only just, because its sending was held up, is not reminded of it yet."""


def list_due_reminders(db: Session, zone: ZoneInfo) -> list[int]:
    """Consultations of which a reminder is due."""
    opened = select(Consultation).where(Consultation.state == "open", Consultation.opened_at.is_not(None))
    rows = db.scalars(opened.order_by(Consultation.id))
    return [row.id for row in rows if _round_due(row, zone) > _last_round(db, row.id)]


def remind(db: Session, consultation_id: int, zone: ZoneInfo) -> int | None:
    """Open the reminder whose day has come. Its broadcast; None where there is none, or nobody to remind.

    The n-th reminder is the n-th round of its kind. Of several that are due at once, because nothing ran for days,
    only the last goes out. A round passes although nobody was there to remind: who comes later is not reminded on a
    day that nobody chose.
    """
    row = db.get_one(Consultation, consultation_id)
    round = _round_due(row, zone)
    if round <= _last_round(db, consultation_id):
        return None
    # The round is taken before anything is written: a twin waits, and finds it taken. Who answers does not wait.
    hold_everyone(db)
    broadcast_id = _take_round(db, consultation_id, round)
    if broadcast_id is None:
        return None
    return broadcast_id if address(db, broadcast_id, unfinished(consultation_id)) else None


def pass_over_reminders(db: Session, zone: ZoneInfo) -> int:
    """Let all rounds that are due pass, without a message. Of how many consultations."""
    due = list_due_reminders(db, zone)
    for consultation_id in due:
        _take_round(db, consultation_id, _round_due(db.get_one(Consultation, consultation_id), zone))
    return len(due)


def _take_round(db: Session, consultation_id: int, round: int) -> int | None:
    values = {"kind": Kind.UNFINISHED, "subject_id": consultation_id, "round": round, "created_at": now()}
    take = insert_into(db, Broadcast).values(values).on_conflict_do_nothing().returning(Broadcast.id)
    return db.scalar(take)


def _round_due(row: Consultation, zone: ZoneInfo) -> int:
    """How many of its reminders should have gone out by now."""
    if row.opened_at is None or not takes_answers(row.state, row.closes_on, zone):
        return 0
    return sum(row.opened_at + timedelta(days=days) <= now() for days in row.remind_after)


def _last_round(db: Session, consultation_id: int) -> int:
    about = Broadcast.kind == Kind.UNFINISHED, Broadcast.subject_id == consultation_id
    return db.scalar(select(func.coalesce(func.max(Broadcast.round), 0)).where(*about)) or 0


def unfinished(consultation_id: int, people: Collection[int] | None = None) -> Select[int]:
    """Who was told of a consultation, or has begun it, has not come to its end, and did not ask to be left in peace.

    people: only of these
    """
    about = Participation.consultation_id == consultation_id
    if people is not None:
        about = and_(_by_person == consultation_id, Participation.participant_id.in_(people))
    begun = Participation.state == "started"
    not_told = Delivery.state.not_in((State.SENT, State.LEFT)) & ~begun
    just_told = Delivery.settled_at > now() - _AFTER_THE_NEWS
    told_in_vain = exists().where(
        Delivery.participant_id == Participation.participant_id,
        Delivery.broadcast_id == Broadcast.id,
        Broadcast.kind == Kind.OPENING,
        Broadcast.subject_id == consultation_id,
        or_(not_told, just_told),
    )
    return select(Participation.participant_id).where(
        about,
        Participation.state != "finished",
        Participation.may_remind,
        ~told_in_vain,
    )


def still_asked(
    db: Session, kind: Kind, consultation_id: int, people: Collection[int], zone: ZoneInfo
) -> set[int]:
    """Those of some people whom an opening or a reminder still concerns, at the moment of sending it."""
    connection = connection_of(db)
    found = connection.execute(_STANDING, {"consultation": consultation_id}).one_or_none()
    if found is None or not takes_answers(found.state, found.closes_on, zone):
        return set()
    if kind is Kind.UNFINISHED:
        return set(db.scalars(unfinished(consultation_id, people)))
    # Who found the consultation by themselves need not be told of it.
    taking_part = connection.execute(_TAKING_PART, {"people": people})
    return {
        row.participant_id
        for row in taking_part
        if (row.consultation_id, row.state) == (consultation_id, "asked")
    }


_by_person = Participation.consultation_id + 0
"""The consultation, but not by its index, which leads to everyone in it: a batch is looked up person by person."""

# Asked for every batch of a broadcast: to build them anew would cost more than to run them.
_STANDING = select(Consultation.state, Consultation.closes_on).where(
    Consultation.id == bindparam("consultation")
)
# Of each person by their index, and sorted out afterwards: a database that has not counted its rows yet would rather
# look through everybody who was asked, for every batch.
_TAKING_PART = select(Participation.participant_id, Participation.consultation_id, Participation.state).where(
    Participation.participant_id.in_(bindparam("people", expanding=True))
)


def stop_reminding(db: Session, chat_index: bytes, consultation_id: int) -> str:
    """The person wants no more reminders of this consultation. Returns their language. Raises NotEnrolled."""
    participant = get_participant(db, chat_index)
    mine = own(participant.id), Participation.consultation_id == consultation_id
    db.execute(update(Participation).where(*mine).values(may_remind=False))
    return participant.language


def list_overdue(db: Session, zone: ZoneInfo, *, lock: bool = False) -> list[int]:
    """Consultations that are open although their last day is over. With `lock`, nobody else can close them now."""
    query = select(Consultation.id).where(Consultation.state == "open", Consultation.closes_on < today(zone))
    query = query.order_by(Consultation.id)
    return list(db.scalars(query.with_for_update() if lock else query))
