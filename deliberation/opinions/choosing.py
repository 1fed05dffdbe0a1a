"""Which statement a person is shown next: drawn by what it is worth, the same as long as nothing has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from deliberation.maths.next_statement import newness
from deliberation.maths.votes import FloatArray, IntArray
from deliberation.tables import Statement, Vote, Voter, VoteTally


@dataclass(frozen=True, slots=True)
class _Open:
    """A statement that the person may be shown. seen: how many have voted on it."""

    id: int
    number: int
    about_person: bool
    seen: int


def next_statement(db: Session, voter_id: str) -> int | None:
    """An accepted statement that the person has not voted on and did not write; None: all are done.

    Asked again before the person votes it is the same, or one that has become worth more meanwhile.
    """
    voter = db.get_one(Voter, voter_id)
    offered = _list_open(db, voter)
    if not offered:
        return None
    worth = newness(np.array([each.seen for each in offered])) ** 2
    return offered[_draw(worth, [each.number for each in offered], f"{voter.id} {voter.turn}")].id


def _list_open(db: Session, voter: Voter) -> Sequence[_Open]:
    """What is accepted, not the person's own and not voted on by them, by number."""
    seen = (
        select(func.coalesce(func.sum(VoteTally.agree + VoteTally.disagree + VoteTally.passed), 0))
        .where(VoteTally.statement_id == Statement.id)
        .scalar_subquery()
    )
    voted = and_(Vote.voter_id == voter.id, Vote.statement_id == Statement.id, Vote.until.is_(None))
    query = (
        select(Statement.id, Statement.number, Statement.about_person, seen)
        .where(
            Statement.deliberation_id == voter.deliberation_id,
            Statement.state == "accepted",
            Statement.author_id.is_distinct_from(voter.id),
            ~select(Vote.voter_id).where(voted).exists(),
        )
        .order_by(Statement.number)
    )
    return [_Open(row.id, row.number, row.about_person, int(row[3])) for row in db.execute(query)]


def _draw(worth: FloatArray, numbers: Sequence[int], seed: str) -> int:
    """The index of one, each with a chance in proportion to its worth.

    Every statement has a lot of its own and the shortest wins: what is said of others changes nothing between two.
    source:  Efraimidis, Spirakis 2006, "Weighted random sampling with a reservoir"
    """
    lots: IntArray = np.frombuffer(sha256(seed.encode()).digest(), np.uint32).astype(np.int64)
    place = np.array(numbers)
    waits = np.random.default_rng(lots).standard_exponential(int(place.max()) + 1)[place]
    return int(np.argmin(waits / np.maximum(worth, np.finfo(float).tiny)))
