"""Whom the messages of a deliberation concern: who was asked to vote, and the authors of what was judged.

What authors are told is the same for all: that what they proposed has been read. What became of it they see in the
chat, when they ask for it there. So no message, and no row of one, says which statement is whose.

Such a message waits for the weekly limit like any other. People asked for it, but who has had enough this week can
read the same in the chat at any moment, and nothing in it is lost by coming later.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.database import connection_of
from core.errors import NotFound
from core.everyone import hold_everyone
from core.tables import Broadcast
from deliberation.opinions.tables import Deliberation, Statement, Turnout
from i18n.localized import Localized
from surveys.places import takes_answers

_TOGETHER = timedelta(minutes=10)
"""Who judges goes on to the next one, or thinks again: what is judged at a sitting is told in one message."""

_STANDING = select(Deliberation.state, Deliberation.closes_on).where(
    Deliberation.id == bindparam("deliberation")
)
_TAKING_PART = select(Turnout.participant_id, Turnout.deliberation_id, Turnout.state, Turnout.voter_id).where(
    Turnout.participant_id.in_(bindparam("people", expanding=True))
)


@dataclass(frozen=True, slots=True)
class VotingCall:
    """A deliberation as its messages speak of it. `statements`: how many are put to the vote."""

    id: int
    title: Localized
    question: Localized
    closes_on: date | None
    statements: int


def get_voting_call(db: Session, deliberation_id: int) -> VotingCall:
    """Raises NotFound. It counts nobody: it is read for every chunk of a broadcast."""
    row = db.get(Deliberation, deliberation_id)
    if row is None:
        raise NotFound
    accepted = Statement.deliberation_id == row.id, Statement.state == "accepted"
    statements = db.scalar(select(func.count()).select_from(Statement).where(*accepted)) or 0
    return VotingCall(row.id, row.title, row.question, row.closes_on, statements)


def tell_authors(db: Session) -> list[int]:
    """Open a message to the authors of what was judged, one a deliberation. The broadcasts.

    Twice tells nobody twice.
    """
    due = _judged(db)
    if not due:
        return []
    # Before anything is written: who erases a person waits for this, or was before.
    hold_everyone(db)
    # In one order, and of a twin that is quicker the rows are not there any more.
    rows = select(Statement).where(Statement.id.in_(due)).order_by(Statement.id).with_for_update()
    authors: dict[int, set[str]] = {}
    for statement in db.scalars(rows.execution_options(populate_existing=True)):
        if statement.author_id is not None and not statement.told:
            authors.setdefault(statement.deliberation_id, set()).add(statement.author_id)
    db.execute(update(Statement).where(Statement.id.in_(due)).values(told=True))
    return [_tell(db, deliberation_id, voters) for deliberation_id, voters in authors.items()]


def pass_over_authors(db: Session) -> int:
    """Let the news that is due to authors pass, without a message. Of how many statements: they see it in the chat."""
    due = _judged(db)
    db.execute(update(Statement).where(Statement.id.in_(due)).values(told=True))
    return len(due)


def still_concerned(
    db: Session, kind: Kind, deliberation_id: int, people: Collection[int], zone: ZoneInfo
) -> set[int]:
    """Those of some people whom the opening, or the news of what they proposed, still concerns when it is sent."""
    connection = connection_of(db)
    found = connection.execute(_STANDING, {"deliberation": deliberation_id}).one_or_none()
    if found is None or not takes_answers(found.state, found.closes_on, zone):
        return set()
    rows = connection.execute(_TAKING_PART, {"people": people}).all()
    mine = [row for row in rows if row.deliberation_id == deliberation_id]
    if kind is Kind.STATEMENTS:
        return {row.participant_id for row in mine if row.voter_id is not None}
    # Who found it by themselves need not be told of it.
    return {row.participant_id for row in mine if row.state == "asked"}


def _judged(db: Session) -> list[int]:
    query = (
        select(Statement.id)
        .join(Deliberation, Deliberation.id == Statement.deliberation_id)
        .where(Deliberation.state == "open", Statement.state != "waiting", Statement.told.is_(False))
        .where(Statement.author_id.is_not(None), Statement.judged_at <= now() - _TOGETHER)
    )
    return list(db.scalars(query.order_by(Statement.id)))


def _tell(db: Session, deliberation_id: int, voters: Collection[str]) -> int:
    about = Broadcast.kind == Kind.STATEMENTS, Broadcast.subject_id == deliberation_id
    last = db.scalar(select(func.coalesce(func.max(Broadcast.round), 0)).where(*about)) or 0
    authors = select(Turnout.participant_id).where(Turnout.voter_id.in_(voters))
    return open_broadcast(db, Kind.STATEMENTS, deliberation_id, authors, last + 1)
