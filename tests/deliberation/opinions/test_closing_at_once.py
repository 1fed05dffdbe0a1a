"""Who votes while a deliberation closes is counted, or told that it is over: no vote is lost, and none stays tied."""

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.people import Contact, enrol
from core.tables import Broadcast
from deliberation.opinions import voting
from deliberation.opinions.analyses import begin_analysis
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.merging import merge_statement
from deliberation.opinions.moderation import accept_statement
from deliberation.opinions.own_votes import erase_person
from deliberation.opinions.statements import list_statements
from deliberation.opinions.steps import Shown
from deliberation.opinions.stored_votes import read_votes
from deliberation.opinions.tables import Deliberation, Statement, Turnout, Vote, VoteTally
from deliberation.opinions.telling import tell_authors
from deliberation.opinions.votes import record_vote
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import MOMENT, ZONE, opened, proposed, take_part


def key(number: int) -> bytes:
    """The blind index of a person."""
    return f"index-{number}".encode().ljust(32, b".")


VOTERS = [f"{number * 53 % 256:02x}".ljust(32, "0") for number in range(1, 25)]


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


def gather(db: Session) -> int:
    people = [person(db) for _ in VOTERS]
    deliberation_id = opened(db)
    for voter, one in zip(VOTERS, people, strict=True):
        take_part(db, deliberation_id, one, voter)
        record_vote(db, voter, 1, 1)
    return deliberation_id


def count(db: Session) -> tuple[int, int]:
    """Votes that count, one by one and as they are added up."""
    counted = db.scalar(select(func.count()).select_from(Vote).where(Vote.until.is_(None)))
    added = db.scalar(select(func.sum(VoteTally.agree + VoteTally.disagree + VoteTally.passed)))
    return counted or 0, int(added or 0)


async def vote(database: Database, voter: str, statement: int) -> bool:
    """Whether it was taken."""
    try:
        await database.run(record_vote, voter, statement, -1)
    except (Conflict, NotFound):  # it is closed, or the voter has another id already
        return False
    return True


async def test_votes_that_come_while_it_closes_are_counted_or_refused(database: Database) -> None:
    deliberation_id = await database.run(gather)
    taps = [vote(database, voter, 2) for voter in VOTERS]
    half = len(taps) // 2

    outcomes = await asyncio.gather(
        *taps[:half], database.run(close_deliberation, deliberation_id, account_id=None), *taps[half:]
    )

    taken = sum(outcome is True for outcome in outcomes)
    assert await database.read(count) == (len(VOTERS) + taken, len(VOTERS) + taken)
    tied = select(func.count()).select_from(Turnout).where(Turnout.voter_id.is_not(None))
    assert await database.read(lambda db: db.scalar(tied)) == 0


async def test_votes_that_come_while_two_statements_are_merged_are_counted_once(database: Database) -> None:
    deliberation_id = await database.run(gather)
    taps = [vote(database, voter, 2) for voter in VOTERS]
    half = len(taps) // 2

    await asyncio.gather(*taps[:half], database.run(merge_statement, 1, 2, account_id=None), *taps[half:])

    counted, added = await database.read(count)
    cards = {card.number: card for card in await database.read(list_statements, deliberation_id)}
    assert counted == added == cards[2].votes.total == len(VOTERS)
    assert cards[2].votes.disagree == len(VOTERS), "what somebody says to the words that stay is what counts"


async def test_no_vote_lands_on_a_statement_that_was_merged_meanwhile(database: Database) -> None:
    """By the way of the chat: who has the statement on the screen when it goes."""

    def with_it_on_screen(db: Session) -> list[int]:
        for number in range(len(VOTERS)):
            enrol(db, Contact(key(number), b"sealed"), "es", "1")
        deliberation_id = opened(db)
        for number in range(len(VOTERS)):
            voting.take_part(db, key(number), deliberation_id, ZONE)
        steps = [
            voting.show_again(db, key(number), deliberation_id, 1, ZONE) for number in range(len(VOTERS))
        ]
        return [step.turn for step in steps if isinstance(step, Shown) and step.number == 1]

    turns = await database.run(with_it_on_screen)
    assert len(turns) == len(VOTERS)
    taps = [database.run(voting.vote, key(number), 1, turn, 1, ZONE) for number, turn in enumerate(turns)]
    half = len(taps) // 2

    await asyncio.gather(*taps[:half], database.run(merge_statement, 1, 2, account_id=None), *taps[half:])

    left = select(func.count()).select_from(Vote).where(Vote.statement_id == 1, Vote.until.is_(None))
    assert await database.read(lambda db: db.scalar(left)) == 0
    counted, added = await database.read(count)
    assert counted == added <= len(VOTERS), "who came too late was shown another"


async def test_an_earlier_analysis_sees_the_same_after_a_merge_and_after_the_closing(
    database: Database,
) -> None:
    def two_rounds(db: Session) -> int:
        deliberation_id = gather(db)
        for voter in VOTERS[::2]:
            record_vote(db, voter, 2, -1)
        db.get_one(Deliberation, deliberation_id).round = 2
        for voter in VOTERS[::3]:
            record_vote(db, voter, 1, 0)
        return deliberation_id

    deliberation_id = await database.run(two_rounds)
    seen = await database.read(read_votes, deliberation_id, 1, [1, 2, 3])

    await database.run(merge_statement, 1, 2, account_id=None)
    merged = await database.read(read_votes, deliberation_id, 1, [1, 2, 3])
    second = await database.read(read_votes, deliberation_id, 2, [2, 3])
    await database.run(close_deliberation, deliberation_id, account_id=None)
    closed = await database.read(read_votes, deliberation_id, 1, [1, 2, 3])

    assert seen.digest == merged.digest == closed.digest
    assert len(second.votes.people) == len(VOTERS), "all votes are on the one that stays"
    assert (await database.read(read_votes, deliberation_id, 2, [2, 3])).digest == second.digest


async def test_no_vote_lands_on_a_statement_whose_merging_it_waits_for(database: Database) -> None:
    await database.run(gather)
    merging = threading.Event()

    def merge_slowly(db: Session) -> None:
        merge_statement(db, 1, 2, account_id=None)
        merging.set()
        time.sleep(0.3)

    merge = asyncio.create_task(database.run(merge_slowly))
    await asyncio.to_thread(merging.wait)
    assert not await vote(database, VOTERS[0], 1)
    await merge

    counted, added = await database.read(count)
    assert counted == added == len(VOTERS)


async def test_authors_who_are_told_while_it_closes_are_forgotten_too(database: Database) -> None:
    def judged(db: Session) -> int:
        deliberation_id = gather(db)
        row = db.get_one(Statement, proposed(db, deliberation_id, "Más buses", author_id=VOTERS[3]))
        row.state, row.judged_at = "accepted", MOMENT - timedelta(hours=1)
        return deliberation_id

    deliberation_id = await database.run(judged)
    telling = threading.Event()

    def tell_slowly(db: Session) -> list[int]:
        told = tell_authors(db)
        telling.set()
        time.sleep(0.3)
        return told

    tell = asyncio.create_task(database.run(tell_slowly))
    await asyncio.to_thread(telling.wait)
    await database.run(close_deliberation, deliberation_id, account_id=None)

    assert len(await tell) == 1
    kinds = await database.read(lambda db: db.scalars(select(Broadcast.kind)).all())
    assert kinds == [Kind.VOTING]


async def test_what_was_proposed_by_who_is_erased_meanwhile_is_not_there_to_be_judged(
    database: Database,
) -> None:
    def waiting(db: Session) -> int:
        enrol(db, Contact(key(1), b"sealed"), "es", "1")
        deliberation_id = opened(db)
        return proposed(
            db, deliberation_id, "Más buses", author_id=take_part(db, deliberation_id, 1, VOTERS[0])
        )

    statement = await database.run(waiting)
    erasing = threading.Event()

    def erase_slowly(db: Session) -> None:
        erase_person(db, key(1))
        erasing.set()
        time.sleep(0.3)

    erase = asyncio.create_task(database.run(erase_slowly))
    await asyncio.to_thread(erasing.wait)
    with pytest.raises(NotFound):
        await database.run(accept_statement, statement, account_id=None)
    await erase


async def test_who_waits_for_all_votes_is_not_passed_by_the_next_one(database: Database) -> None:
    """Else an analysis, a closing, or an erasure would wait as long as people vote without a pause."""

    def enrolled(db: Session) -> int:
        for number in (0, 1):
            enrol(db, Contact(key(number), b"sealed"), "es", "1")
        return opened(db)

    deliberation_id = await database.run(enrolled)
    voting_now, enough = threading.Event(), threading.Event()

    def vote_slowly(db: Session) -> None:
        voting.take_part(db, key(0), deliberation_id, ZONE)
        voting_now.set()
        enough.wait(10)

    first = asyncio.create_task(database.run(vote_slowly))
    await asyncio.to_thread(voting_now.wait)
    analysis = asyncio.create_task(database.run(begin_analysis, deliberation_id))
    await asyncio.sleep(0.3)
    second = asyncio.create_task(database.run(voting.take_part, key(1), deliberation_id, ZONE))
    await asyncio.sleep(0.3)
    passed = second.done()
    enough.set()
    await asyncio.gather(first, analysis, second)

    assert not passed
