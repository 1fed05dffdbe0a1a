"""How a vote is written: with the analyses that see it, and added up in the same transaction.

Whoever writes one holds the deliberation (for share) before anything else: a closing, and an analysis that begins,
wait for the vote, or were before it.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.database import connection_of
from core.errors import Conflict, NotFound
from core.tables import Table
from deliberation.opinions.tables import Deliberation, Statement, Vote, Voter, VoteTally

AGREE, PASS, DISAGREE = 1, 0, -1
SLOTS = 8
"""Rows among which the votes on a statement are added up: who votes at once seldom waits for another."""

_deliberation, _statement, _voter, _vote, _tally = (
    Table.metadata.tables[table.__tablename__] for table in (Deliberation, Statement, Voter, Vote, VoteTally)
)


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that counts. `since`: the number of the first analysis that sees it."""

    since: int
    value: int


def record_vote(db: Session, voter_id: str, statement_id: int, value: int) -> None:
    """Store what a voter says to a statement: 1 agree, 0 pass, -1 disagree. It replaces what they said before.

    Raises NotFound where one of the two is not there, or they are not of the same deliberation, and Conflict where it
    is not open or the statement not put to the vote.
    """
    db.flush()
    connection = connection_of(db)
    held = connection.execute(_HELD, {"statement": statement_id}).first()
    # Asked once it is held: who merged the statement meanwhile was waited for.
    state = connection.scalar(_STATE, {"statement": statement_id})
    voter = held and connection.execute(_HELD_VOTER, {"voter": voter_id}).first()
    if held is None or voter is None or voter.deliberation_id != held.id:
        raise NotFound
    if (held.open, state) != ("open", "accepted"):
        raise Conflict
    row = connection.execute(_CURRENT, {"voter": voter_id, "statement": statement_id}).first()
    before = None if row is None else Cast(row.since, row.value)
    write_vote(db, voter_id, statement_id, value, round=held.round, before=before)


def write_vote(
    db: Session, voter_id: str, statement_id: int, value: int, *, round: int, before: Cast | None
) -> None:
    """The same, for a caller who holds an open deliberation and the voter, and has seen that the statement is accepted.

    What an analysis has seen ends and another vote begins; what none has seen is written over.

    before: the vote that counts until now
    """
    if value not in _COLUMN:
        raise ValueError(value)
    connection = connection_of(db)
    mine = {"voter": voter_id, "statement": statement_id}
    if before is not None and before.value == value:
        return
    if before is not None and before.since == round:
        connection.execute(_WRITE_OVER, {**mine, "said": value})
    else:
        if before is not None:
            connection.execute(_END, {**mine, "round": round})
        connection.execute(
            insert(_vote),
            {"voter_id": voter_id, "statement_id": statement_id, "since": round, "value": value},
        )
    change = {_COLUMN[value]: 1} | ({} if before is None else {_COLUMN[before.value]: -1})
    count(db, voter_id, statement_id, change)


def count(db: Session, voter_id: str, statement_id: int, change: dict[str, int]) -> None:
    """Add to the votes on a statement: agree, disagree, passed."""
    nothing = {"agree": 0, "disagree": 0, "passed": 0}
    place = {"statement_id": statement_id, "slot": slot_of(voter_id)}
    connection_of(db).execute(_COUNT[db.get_bind().dialect.name], {**nothing, **change, **place})


def take_out_of_count(db: Session, voter_id: str) -> None:
    """Take all votes of a voter out of the sums, before they are deleted.

    In one order, so that no two who do so wait for each other in a ring.
    """
    query = select(Vote.statement_id, Vote.value).where(Vote.voter_id == voter_id, Vote.until.is_(None))
    for statement_id, value in db.execute(query.order_by(Vote.statement_id)).all():
        count(db, voter_id, statement_id, {_COLUMN[value]: -1})


def slot_of(voter_id: str) -> int:
    """Where the votes of a voter are counted."""
    return int(voter_id[:2], 16) % SLOTS


_COLUMN = {AGREE: "agree", PASS: "passed", DISAGREE: "disagree"}

# Run at every vote: to build them anew would cost more than to run them.
_HELD = (
    select(_deliberation.c.id, _deliberation.c.round, _deliberation.c.state.label("open"))
    .join(_statement, _statement.c.deliberation_id == _deliberation.c.id)
    .where(_statement.c.id == bindparam("statement"))
    .with_for_update(read=True, of=_deliberation)
)
_STATE = select(_statement.c.state).where(_statement.c.id == bindparam("statement"))
_HELD_VOTER = select(_voter.c.deliberation_id).where(_voter.c.id == bindparam("voter")).with_for_update()
_mine = (
    _vote.c.voter_id == bindparam("voter"),
    _vote.c.statement_id == bindparam("statement"),
    _vote.c.until.is_(None),
)
_CURRENT = select(_vote.c.since, _vote.c.value).where(*_mine)
_WRITE_OVER = update(_vote).where(*_mine).values(value=bindparam("said"))
_END = update(_vote).where(*_mine).values(until=bindparam("round"))


def _counting(insert: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    sums = {name: _tally.c[name] + insert.excluded[name] for name in _COLUMN.values()}
    return insert.on_conflict_do_update(index_elements=["statement_id", "slot"], set_=sums)


_COUNT = {
    "sqlite": _counting(sqlite.insert(_tally)),
    "postgresql": _counting(postgresql.insert(_tally)),
}
