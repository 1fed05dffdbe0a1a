"""Stored votes as an analysis sees them: the same arrays whatever the ids, those of its moment and no others."""

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.stored_votes import StoredVotes, read_votes
from deliberation.opinions.tables import Statement, Vote, Voter
from tests.deliberation.opinions.ballot_box import Ballot, camps, cast, open_box


def table(stored: StoredVotes) -> list[dict[str, int]]:
    votes = stored.votes
    names = np.array(votes.statements)
    return [
        dict(zip(names[votes.statement[a:b]].tolist(), votes.value[a:b].tolist(), strict=True))
        for a, b in zip(votes.starts, votes.starts[1:], strict=False)
    ]


async def test_people_come_in_the_order_of_their_votes(database: Database) -> None:
    def work(db: Session) -> StoredVotes:
        box = open_box(db, 4)
        cast(db, box, [{3: 1}, {1: 1, 4: 0}, {1: -1}, {1: 1, 2: -1}])
        return read_votes(db, box, 1, [1, 2, 3, 4])

    assert table(await database.run(work)) == [{"1": -1}, {"1": 1, "2": -1}, {"1": 1, "4": 0}, {"3": 1}]


async def test_only_the_statements_looked_at_and_the_people_who_voted_on_them(database: Database) -> None:
    def work(db: Session) -> StoredVotes:
        box, other = open_box(db, 4), open_box(db, 4)
        cast(db, box, [{2: 1, 3: 1}, {2: 0}, {1: 1}, {}])
        cast(db, other, [{3: -1}])
        return read_votes(db, box, 1, [1, 3, 4])

    stored = await database.run(work)
    assert table(stored) == [{"1": 1}, {"3": 1}]
    assert stored.votes.statements == ("1", "3")


async def test_an_analysis_sees_the_votes_of_its_moment(database: Database) -> None:
    """Of a vote that was changed after the first analysis, the first sees the old value and the second the new."""

    def work(db: Session) -> list[list[dict[str, int]]]:
        box = open_box(db, 2)
        voter = cast(db, box, [{1: 1}])[0]
        cast(db, box, [{2: 1}], since=2)
        vote = db.scalars(select(Vote).where(Vote.voter_id == voter)).one()
        vote.until = 2
        db.add(Vote(voter_id=voter, statement_id=vote.statement_id, since=2, value=-1))
        db.flush()
        return [table(read_votes(db, box, number, [1, 2])) for number in (1, 2, 3)]

    first, second, third = await database.run(work)
    assert first == [{"1": 1}]
    assert second == third == [{"1": -1}, {"2": 1}]


async def test_the_same_votes_under_other_ids_are_the_same_bits(database: Database) -> None:
    """As after the closing, which writes all voters anew."""
    ballots: list[Ballot] = [*camps(40, 12), *camps(10, 12)]

    def work(db: Session) -> list[StoredVotes]:
        found, box = [], 0
        for order in (1, -1):
            box = open_box(db, 12)
            cast(db, box, ballots[::order])
            found.append(read_votes(db, box, 1, range(1, 13)))
        close_deliberation(db, box, account_id=None)
        return [*found, read_votes(db, box, 1, range(1, 13))]

    one, other, closed = await database.run(work)
    assert one.digest == other.digest == closed.digest
    assert not {*other.voters} & {*closed.voters}
    for each in (other, closed):
        np.testing.assert_array_equal(one.votes.starts, each.votes.starts)
        np.testing.assert_array_equal(one.votes.statement, each.votes.statement)
        np.testing.assert_array_equal(one.votes.value, each.votes.value)


async def test_a_vote_that_is_gone_or_changed_shows_in_the_digest(database: Database) -> None:
    def work(db: Session) -> list[bytes]:
        box = open_box(db, 3)
        voter = cast(db, box, [{1: 1, 2: 1}, {3: 1}])[0]
        found = [read_votes(db, box, 1, [1, 2, 3]).digest]
        first = select(Statement.id).where(Statement.number == 1).scalar_subquery()
        mine = Vote.voter_id == voter, Vote.statement_id == first
        db.execute(update(Vote).where(*mine).values(value=-1))
        found.append(read_votes(db, box, 1, [1, 2, 3]).digest)
        db.delete(db.get_one(Voter, voter))
        db.flush()
        found.append(read_votes(db, box, 1, [1, 2, 3]).digest)
        return found

    assert len({*await database.run(work)}) == 3


async def test_a_deliberation_without_votes_has_none(database: Database) -> None:
    def work(db: Session) -> StoredVotes:
        return read_votes(db, open_box(db, 3), 1, [1, 2, 3])

    stored = await database.run(work)
    assert stored.votes.shape == (0, 0)
    assert stored.voters == ()
