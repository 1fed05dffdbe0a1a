"""Two statements become one with the votes on both, and what an earlier analysis saw stays as it was."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import NotFound
from deliberation.opinions.merging import NotToMergeInto, merge_statement
from deliberation.opinions.moderation import AlreadyJudged, NoWayBack, accept_statement, judge_anew
from deliberation.opinions.statements import get_statement, list_statements
from deliberation.opinions.tables import Deliberation, Vote, VoteTally
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import MOMENT, cast, opened, proposed, take_part

VOTERS = [f"{number * 29 % 256:02x}".ljust(32, "0") for number in range(1, 8)]


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


@pytest.fixture
async def talk(database: Database) -> int:
    """Seven voters; the deliberation is in its second round."""

    def work(db: Session) -> int:
        people = [person(db) for _ in VOTERS]
        deliberation_id = opened(db)
        for voter, one in zip(VOTERS, people, strict=True):
            take_part(db, deliberation_id, one, voter)
        db.get_one(Deliberation, deliberation_id).round = 2
        return deliberation_id

    return await database.run(work)


def saw(db: Session, number: int) -> set[tuple[str, int, int]]:
    """What the analysis of that number sees."""
    counts = Vote.since <= number, or_(Vote.until.is_(None), Vote.until > number)
    query = select(Vote.voter_id, Vote.statement_id, Vote.value).where(*counts)
    return {(row.voter_id, row.statement_id, row.value) for row in db.execute(query)}


async def merge(database: Database, statement: int, into: int) -> None:
    await database.run(merge_statement, statement, into, account_id=None)


async def test_one_that_waits_goes_into_one_that_is_put_to_the_vote(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más agua", original=b"sealed", author_id=VOTERS[0])

    await merge(database, statement, 1)

    merged = await database.read(get_statement, talk, statement)
    assert (merged.state, merged.merged_into, merged.sealed, merged.told) == ("merged", 1, False, False)


async def test_votes_go_along_where_their_voters_have_none_there(database: Database, talk: int) -> None:
    stays, goes = 1, 2

    def vote(db: Session) -> None:
        cast(db, VOTERS[0], stays, 1)
        cast(db, VOTERS[0], goes, -1)  # has said something to the one that stays
        cast(db, VOTERS[1], goes, -1)  # seen by the first analysis
        cast(db, VOTERS[2], goes, 1, since=2)  # not seen by any
        cast(db, VOTERS[3], goes, 0)
        cast(db, VOTERS[4], goes, 1, until=2)  # withdrawn
        cast(db, VOTERS[5], stays, 1, until=2)  # withdrawn there, and voted here
        cast(db, VOTERS[5], goes, -1)

    await database.run(vote)
    first = await database.read(saw, 1)

    await merge(database, goes, stays)

    assert await database.read(saw, 1) == first, "the first analysis can be worked out again"
    assert await database.read(saw, 2) == {
        (VOTERS[0], stays, 1),
        (VOTERS[1], stays, -1),
        (VOTERS[2], stays, 1),
        (VOTERS[3], stays, 0),
        (VOTERS[5], stays, -1),
    }
    cards = {card.number: card for card in await database.read(list_statements, talk)}
    assert (cards[1].votes.agree, cards[1].votes.disagree, cards[1].votes.passed) == (2, 2, 1)
    assert cards[2].votes.total == 0
    assert await database.read(tallies_hold, stays)


def tallies_hold(db: Session, statement: int) -> bool:
    """Each slot counts the votes of its voters, so that a vote that changes later is taken out where it was."""
    counted: Counter[tuple[int, int]] = Counter(
        (int(row.voter_id[:2], 16) % 8, row.value)
        for row in db.execute(
            select(Vote.voter_id, Vote.value).where(Vote.statement_id == statement, Vote.until.is_(None))
        )
    )
    slots: dict[int, Any] = {
        row.slot: row for row in db.scalars(select(VoteTally).where(VoteTally.statement_id == statement))
    }
    return all(
        getattr(slots[slot], name) == counted[slot, value]
        for slot in slots
        for name, value in (("agree", 1), ("disagree", -1), ("passed", 0))
    )


async def test_a_chain_of_merges_leads_to_the_last(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más agua")
    await merge(database, statement, 2)

    await merge(database, 2, 1)

    assert (await database.read(get_statement, talk, statement)).merged_into == 1


@pytest.mark.parametrize("into", [1, 4, 99])
async def test_it_is_merged_only_into_another_that_is_put_to_the_vote(
    database: Database, talk: int, into: int
) -> None:
    await database.run(proposed, talk, "Más agua")

    with pytest.raises(NotToMergeInto) as refusal:
        await merge(database, 1, into)

    assert refusal.value.params == {"number": into}


async def test_what_is_merged_is_merged_once(database: Database, talk: int) -> None:
    await merge(database, 2, 1)

    with pytest.raises(AlreadyJudged):
        await merge(database, 2, 1)
    with pytest.raises(AlreadyJudged):
        await database.run(accept_statement, 2, account_id=None)
    with pytest.raises(NotFound):
        await merge(database, 99, 1)


async def test_a_merge_is_undone_only_where_no_vote_was_moved(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más agua")
    await merge(database, statement, 1)
    await database.run(judge_anew, statement, account_id=None)
    assert (await database.read(get_statement, talk, statement)).merged_into is None

    await database.run(cast, VOTERS[0], 2, 1)
    await merge(database, 2, 1)
    with pytest.raises(NoWayBack):
        await database.run(judge_anew, 2, account_id=None)
