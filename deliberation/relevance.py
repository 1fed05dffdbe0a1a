"""Whether a message still concerns who is about to get it: days may lie between deciding to send and sending."""

from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.database import connection_of
from core.tables import Broadcast
from deliberation.assemblies.relevance import still_invited
from deliberation.assembly_day.relevance import still_voting, took_part
from deliberation.commitments.follow_up import still_followed
from deliberation.council.deadlines import still_waiting
from deliberation.empty_seat.news import still_theirs
from deliberation.opinions.telling import still_concerned
from deliberation.voices.referral import still_referred
from surveys.reminders import still_asked

_ABOUT = select(Broadcast.kind, Broadcast.subject_id, Broadcast.round).where(
    Broadcast.id == bindparam("broadcast")
)

_WANTED: dict[Kind, Callable[[Session, int, Collection[int]], set[int]]] = {
    Kind.SEAT: still_theirs,
    Kind.OVERDUE: still_waiting,
    Kind.FOLLOW_UP: still_followed,
    Kind.REFERRAL: still_referred,
    Kind.BALLOT: still_voting,
    Kind.MINUTES: took_part,
}
"""Kinds that ask a room of their own: (db, subject, people) → those whom it still concerns."""


def still_wanted(db: Session, broadcast_id: int, people: Collection[int], zone: ZoneInfo) -> set[int]:
    """Those of some recipients whom the broadcast still concerns; the others are passed over."""
    name, subject_id, round = connection_of(db).execute(_ABOUT, {"broadcast": broadcast_id}).one()
    match kind := Kind(name):
        case Kind.OPENING | Kind.UNFINISHED:
            return still_asked(db, kind, subject_id, people, zone)
        case Kind.INVITATION | Kind.REMINDER | Kind.CHANGED:
            return still_invited(db, kind, subject_id, round, people)
        case Kind.VOTING | Kind.STATEMENTS:
            return still_concerned(db, kind, subject_id, people, zone)
    return _WANTED[kind](db, subject_id, people) if kind in _WANTED else set(people)
