"""Months after the day of a commitment: contributors are asked once whether they noticed it, and counted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import now, today
from core.errors import NotFound
from core.tables import Broadcast
from deliberation.commitments.lights import months_after
from deliberation.commitments.tables import Commitment, CommitmentReply, Unit
from deliberation.council.announcement import origin_of
from deliberation.council.contributors import contributors_of
from deliberation.council.tables import AgendaItem, Decision
from deliberation.replies import Tally, count_reply, released_of
from deliberation.subject import Subject
from i18n.localized import Localized

NOTICED = Tally(Kind.FOLLOW_UP, Commitment.id, CommitmentReply, CommitmentReply.commitment_id)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a contributor is asked about: what they took part in, and who promised what by when."""

    commitment_id: int
    about: Localized
    unit: Localized
    text: Localized
    due_on: date


def list_due_follow_ups(db: Session, zone: ZoneInfo) -> list[int]:
    """Commitments of which it is time to ask, and of which nobody was asked yet."""
    day = today(zone)
    asked = exists().where(Broadcast.kind == Kind.FOLLOW_UP, Broadcast.subject_id == Commitment.id)
    query = select(Commitment.id, Commitment.due_on, Commitment.follow_up).where(
        Commitment.due_on < day,
        Commitment.follow_up > 0,
        Commitment.dropped_on.is_(None),
        Commitment.decision_id.is_not(None),
        ~asked,
    )
    return [id for id, due_on, months in db.execute(query) if months_after(due_on, months) <= day]


def ask_whether_noticed(db: Session, commitment_id: int, zone: ZoneInfo) -> int | None:
    """Ask everybody who contributed to what it comes from. Once: a second call does nothing."""
    row = db.get(Commitment, commitment_id, with_for_update=True, populate_existing=True)
    if row is None or commitment_id not in list_due_follow_ups(db, zone):
        return None
    return open_broadcast(db, Kind.FOLLOW_UP, commitment_id, contributors_of(_item(db, row)))


def pass_over_follow_ups(db: Session, zone: ZoneInfo) -> int:
    """Let the questions that are due pass, without a message. About how many commitments."""
    due = list_due_follow_ups(db, zone)
    db.add_all(Broadcast(kind=Kind.FOLLOW_UP, subject_id=id, round=1, created_at=now()) for id in due)
    return len(due)


def get_follow_up(db: Session, commitment_id: int) -> FollowUp:
    """What the message says. Raises NotFound."""
    row = db.get(Commitment, commitment_id)
    if row is None or row.decision_id is None:
        raise NotFound
    item = _item(db, row)
    about = origin_of(db, item) or item.title
    return FollowUp(row.id, about, db.get_one(Unit, row.unit_id).name, row.text, row.due_on)


def still_followed(db: Session, commitment_id: int, people: Collection[int]) -> set[int]:
    """Those whom the question concerns: nobody once the commitment was dropped."""
    row = db.get(Commitment, commitment_id)
    return set() if row is None or row.dropped_on is not None else set(people)


def find_followed(db: Session, commitments: Collection[int]) -> dict[int, Subject]:
    """Commitment → its words and its page, for lists of broadcasts."""
    query = select(Commitment).where(Commitment.id.in_(commitments))
    return {row.id: Subject(row.text, address=f"/commitments/{row.id}") for row in db.scalars(query)}


def reply_to_follow_up(
    db: Session, chat_index: bytes, commitment_id: int, reply: str, *, threshold: int
) -> bool:
    """Count whether the person noticed it. Once a person; False when already counted, or never asked."""
    return count_reply(db, NOTICED, commitment_id, chat_index, reply, threshold=threshold)


def noticed_of(db: Session, commitment_id: int) -> dict[str, int]:
    """How many said yes, partly, no, as it was published last: exact, for a page to protect."""
    return released_of(db, NOTICED, commitment_id)


def _item(db: Session, row: Commitment) -> AgendaItem:
    decision = db.get_one(Decision, row.decision_id)
    return db.get_one(AgendaItem, decision.item_id)
