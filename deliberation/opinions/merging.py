"""Two statements that say the same become one, with the votes on both.

A vote on the one that goes counts for the one that stays, from the next analysis on, where its voter has said nothing
to that one yet: what somebody has said to the very words that stay is what counts. What earlier analyses saw stays as
it was, so that each can be worked out again.
"""

from collections import Counter

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.database import connection_of
from core.errors import Conflict
from deliberation.opinions.moderation import hold_statement, judge
from deliberation.opinions.tables import Deliberation, Statement, Vote, VoteTally
from deliberation.opinions.votes import SLOTS, slot_of

_NAMES = {1: "agree", 0: "passed", -1: "disagree"}


class NotToMergeInto(Conflict):
    """There is no such statement that is put to the vote, or it is the same one."""

    code = "not_to_merge_into"


def merge_statement(db: Session, statement_id: int, into_number: int, *, account_id: int | None) -> None:
    """Let a statement be one with another that is put to the vote, by its number in public.

    Raises NotFound, AlreadyJudged, NotToMergeInto.
    """
    row = hold_statement(db, statement_id, "waiting", "accepted")
    there = Statement.deliberation_id == row.deliberation_id, Statement.number == into_number
    into = db.scalar(select(Statement).where(*there, Statement.state == "accepted", Statement.id != row.id))
    if into is None:
        raise NotToMergeInto(number=into_number)
    judge(row, "merged", None)
    row.merged_into = into.id
    db.flush()
    db.execute(update(Statement).where(Statement.merged_into == row.id).values(merged_into=into.id))
    _move_votes(db, row.id, into.id, db.get_one(Deliberation, row.deliberation_id).round)
    note_act(db, account_id, "merge", "statement", row.id)


def _move_votes(db: Session, gone: int, stays: int, round: int) -> None:
    """For a caller that holds the deliberation: nobody votes meanwhile."""
    counting = Vote.statement_id == gone, Vote.until.is_(None)
    said_already = select(Vote.voter_id).where(Vote.statement_id == stays, Vote.until.is_(None))
    moved = db.execute(
        select(Vote.voter_id, Vote.value)
        .where(*counting, Vote.voter_id.not_in(said_already))
        .order_by(Vote.voter_id)
    ).all()
    if moved:
        votes = [
            {"voter_id": vote.voter_id, "statement_id": stays, "since": round, "value": vote.value}
            for vote in moved
        ]
        connection_of(db).execute(insert(Vote), votes)
    db.execute(delete(Vote).where(*counting, Vote.since == round))
    db.execute(update(Vote).where(*counting).values(until=round))
    db.execute(delete(VoteTally).where(VoteTally.statement_id.in_((gone, stays))))
    _count_anew(db, stays)


def _count_anew(db: Session, statement_id: int) -> None:
    counting = Vote.statement_id == statement_id, Vote.until.is_(None)
    counts = Counter(
        (slot_of(vote.voter_id), _NAMES[vote.value])
        for vote in db.execute(select(Vote.voter_id, Vote.value).where(*counting))
    )
    tallies = [
        {"statement_id": statement_id, "slot": slot, **{name: counts[slot, name] for name in _NAMES.values()}}
        for slot in range(SLOTS)
    ]
    if counts:
        connection_of(db).execute(insert(VoteTally), tallies)
