"""The end of a deliberation: every tie between people and votes is cut, and every vote stays.

Voters and their votes are written anew, under fresh random ids and in the order of those ids, so that neither a key
nor a place on the disk tells who voted, or when. Votes say what they said, and to which analyses they counted.
"""

import secrets
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, String, column, delete, func, insert, literal, select, update, values
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind
from core.clock import now
from core.database import connection_of
from core.errors import Conflict
from core.owed import owe_scrub, owe_scrub_of_deliveries
from core.tables import Broadcast, Table
from deliberation.assemblies.opinion_groups import part_draws
from deliberation.opinions.deliberations import held, list_overdue_deliberations
from deliberation.opinions.gate import enter_alone
from deliberation.opinions.tables import Statement, Turnout, Vote, Voter, VoteTally

_VOTERS = Table.metadata.tables[Voter.__tablename__]
_VOTES = Table.metadata.tables[Vote.__tablename__]
_TURNOUTS = Table.metadata.tables[Turnout.__tablename__]
_BATCH = 500
"""Voters whose votes are in memory at once."""
_ROWS = 10_000
_PARTED = {"voter_id": None, "writing": False}
_FORGOTTEN = {"language": "", "turn": 0, "showing": None}
"""What is known of the person as well, or tells how they went through it: who alone reads Kichwa would be found."""


def close_deliberation(db: Session, deliberation_id: int, *, account_id: int | None) -> None:
    """End it for good. What nobody has judged yet is not put to the vote. Raises NotFound, Conflict.

    The caller then awaits `Database.scrub`.
    """
    # Who votes just now holds the deliberation: their vote is there before the rest begins.
    row = held(db, deliberation_id)
    if row.state != "open":
        raise Conflict
    row.state, row.closed_at = "closed", now()
    db.flush()
    owe_scrub(db)
    # The statements first: who tells their authors just now holds them, and what is told of goes with the next.
    _part_statements(db, deliberation_id)
    _part_people(db, deliberation_id)
    part_draws(db, deliberation_id)
    _write_anew(db, deliberation_id)
    note_act(db, account_id, "close", "deliberation", row.id)


def close_overdue(db: Session, deliberation_id: int, zone: ZoneInfo) -> bool:
    """Close it where its last day is over. False where a twin, or somebody in the console, was here first."""
    enter_alone(db, deliberation_id)
    if deliberation_id not in list_overdue_deliberations(db, zone, lock=True):
        return False
    close_deliberation(db, deliberation_id, account_id=None)
    return True


def _part_people(db: Session, deliberation_id: int) -> None:
    """That somebody took part stays, so that the outcome reaches them; who was told of a statement goes.

    It is written anew, too, in the order of the people: a row that is changed moves to the end of its table, so those
    at the end would be the last who began, or who proposed something, and statements have numbers in that order.
    """
    mine = Turnout.deliberation_id == deliberation_id
    gone = delete(_TURNOUTS).where(mine).returning(Turnout.participant_id, Turnout.state)
    stays = sorted((row.participant_id, row.state) for row in connection_of(db).execute(gone))
    for start in range(0, len(stays), _ROWS):
        rows = [
            {**_PARTED, "deliberation_id": deliberation_id, "participant_id": person, "state": state}
            for person, state in stays[start : start + _ROWS]
        ]
        connection_of(db).execute(insert(_TURNOUTS), rows)
    told = Broadcast.kind == Kind.STATEMENTS, Broadcast.subject_id == deliberation_id
    if db.scalars(delete(Broadcast).where(*told).returning(Broadcast.id)).all():
        owe_scrub_of_deliveries(db)


def _part_statements(db: Session, deliberation_id: int) -> None:
    mine = Statement.deliberation_id == deliberation_id
    judged = {"state": "rejected", "reason": "closed", "judged_at": now()}
    db.execute(update(Statement).where(mine, Statement.state == "waiting").values(judged))
    nobody = {"author_id": None, "original": None, "recording": None, "recording_type": None, "told": True}
    db.execute(update(Statement).where(mine).values(nobody))


def _write_anew(db: Session, deliberation_id: int) -> None:
    connection = connection_of(db)
    _gather_tallies(db, deliberation_id)
    query = select(_VOTERS).where(_VOTERS.c.deliberation_id == deliberation_id)
    voters = sorted(
        ((secrets.token_hex(16), dict(row)) for row in db.execute(query).mappings()),
        key=lambda voter: voter[0],
    )
    for start in range(0, len(voters), _BATCH):
        batch = voters[start : start + _BATCH]
        fresh = {row["id"]: new for new, row in batch}
        rows = [{**row, **_FORGOTTEN, "id": new} for new, row in batch]
        connection.execute(insert(_VOTERS), rows)
        _move_votes(connection, fresh)
        connection.execute(delete(_VOTERS).where(_VOTERS.c.id.in_(fresh)))


def _move_votes(connection: Connection, fresh: dict[str, str]) -> None:
    """The votes of some voters, under their fresh ids and in the order of these; the old ones go with the voters."""
    names = values(column("old", String), column("new", String), name="names").data(list(fresh.items())).cte()
    said = [_VOTES.c.statement_id, _VOTES.c.since, _VOTES.c.until, _VOTES.c.value]
    moved = select(names.c.new, *said).join(_VOTES, _VOTES.c.voter_id == names.c.old)
    moved = moved.order_by(names.c.new, _VOTES.c.statement_id, _VOTES.c.since)
    connection.execute(insert(_VOTES).from_select(["voter_id", *(each.name for each in said)], moved))


def _gather_tallies(db: Session, deliberation_id: int) -> None:
    """One slot a statement: a slot is a digit of the ids that go."""
    mine = select(Statement.id).where(Statement.deliberation_id == deliberation_id)
    counts = func.sum(VoteTally.agree), func.sum(VoteTally.disagree), func.sum(VoteTally.passed)
    query = select(VoteTally.statement_id, literal(0), *counts).where(VoteTally.statement_id.in_(mine))
    query = query.group_by(VoteTally.statement_id).order_by(VoteTally.statement_id)
    columns = ("statement_id", "slot", "agree", "disagree", "passed")
    sums = [
        dict(zip(columns, (row[0], row[1], *map(int, row[2:])), strict=True)) for row in db.execute(query)
    ]
    db.execute(delete(VoteTally).where(VoteTally.statement_id.in_(mine)))
    if sums:
        connection_of(db).execute(insert(VoteTally), sums)
