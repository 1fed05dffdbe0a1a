"""Analyses: numbered, stored at once or not at all, made once, and the same whenever they are worked out again."""

import asyncio
import json
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict, NotFound
from deliberation.opinions.analyses import (
    Begun,
    TooFewVotes,
    ask_analysis,
    begin_analysis,
    find_analysis,
    list_analyses,
    read_task,
    store_analysis,
)
from deliberation.opinions.checking import read_recorded
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.findings import find
from deliberation.opinions.tables import Analysis, Deliberation, Statement, Vote, Voter
from deliberation.opinions.votes import record_vote
from tests.deliberation.opinions.ballot_box import camps, cast, open_box

STATEMENTS = 12


async def box_of(database: Database, people: int = 40, *, about_person: tuple[int, ...] = ()) -> int:
    def work(db: Session) -> int:
        box = open_box(db, STATEMENTS, about_person=about_person)
        cast(db, box, camps(people, STATEMENTS, share=0.95))
        return box

    return await database.run(work)


async def read(database: Database, box: int, number: int) -> Begun:
    return await database.read(read_task, box, number, 5)


async def make(database: Database, box: int) -> int:
    number = await database.run(begin_analysis, box)
    begun = await read(database, box, number)
    assert await database.run(store_analysis, begun, find(begun.task))
    return number


async def test_an_analysis_is_stored_with_all_it_takes_to_check_it(database: Database) -> None:
    box = await box_of(database, about_person=(3,))
    assert await make(database, box) == 1
    card = await database.read(find_analysis, box)
    assert card is not None
    assert (card.number, card.people, card.statements) == (1, 40, STATEMENTS)
    assert card.parameters["about_person"] == [3]
    assert {group["id"] for group in card.result["groups"]} == set(range(1, card.result["k"] + 1))
    assert card.result["people"] == 40
    statement = card.result["statements"]["1"]
    assert sum(each["seen"] for each in statement["by_group"].values()) == (
        statement["agree"] + statement["disagree"] + statement["passed"]
    )
    # It asks about the person: counted, and said of no group.
    assert "3" in card.result["statements"]
    assert '"3"' not in json.dumps([card.result["groups"], card.result["divisive"]])
    assert [line.number for line in await database.read(list_analyses, box)] == [1]


async def test_everybody_is_placed_and_nobody_is_named_in_it(database: Database) -> None:
    box = await box_of(database)
    number = await make(database, box)
    voters = await database.read(lambda db: db.scalars(select(Voter)).all())
    assert {voter.placed_in for voter in voters} == {number}
    assert all(voter.opinion_group and 0 < (voter.membership or 0) <= 1 for voter in voters)
    assert len({(voter.x, voter.y) for voter in voters}) > 20
    row = await database.read(lambda db: db.scalars(select(Analysis)).one())
    told = json.dumps([row.result, row.parameters])
    assert not any(voter.id in told or voter.id.encode() in row.model for voter in voters)


async def test_groups_keep_their_numbers_and_people_their_places(database: Database) -> None:
    box = await box_of(database)
    await make(database, box)
    before = {each.id: each for each in await database.read(lambda db: db.scalars(select(Voter)).all())}
    await database.run(cast, box, camps(4, STATEMENTS, seed=9), since=2)
    assert await make(database, box) == 2
    after = {each.id: each for each in await database.read(lambda db: db.scalars(select(Voter)).all())}
    same = sum(after[each].opinion_group == before[each].opinion_group for each in before)
    assert same >= 0.8 * len(before)
    toward = sum((after[each].x or 0) * (before[each].x or 0) for each in before)
    assert toward > 0.9 * sum((before[each].x or 0) ** 2 for each in before)


async def test_what_began_earlier_does_not_see_what_is_voted_later(database: Database) -> None:
    box = await box_of(database)
    number = await database.run(begin_analysis, box)
    votes = len((await read(database, box, number)).task.votes)

    def vote(db: Session) -> None:
        voter, statement = db.execute(
            select(Vote.voter_id, Vote.statement_id).where(Vote.value == 1).limit(1)
        ).one()
        record_vote(db, voter, statement, -1)

    digest = (await read(database, box, number)).digest
    await database.run(vote)
    again = await read(database, box, number)
    assert (len(again.task.votes), again.digest) == (votes, digest)


async def test_who_dies_half_way_leaves_nothing_and_the_same_number_is_made(database: Database) -> None:
    box = await box_of(database)
    assert await database.run(begin_analysis, box) == 1
    assert await database.read(find_analysis, box) is None
    assert await make(database, box) == 1
    assert await make(database, box) == 2


async def test_twins_store_it_once(database: Database) -> None:
    box = await box_of(database)
    number = await database.run(begin_analysis, box)
    begun = await read(database, box, number)
    findings = find(begun.task)
    assert await database.run(store_analysis, begun, findings)
    assert not await database.run(store_analysis, begun, findings)
    assert await database.read(lambda db: db.scalar(select(func.count()).select_from(Analysis))) == 1


async def test_twins_that_store_at_the_same_moment_store_it_once(database: Database) -> None:
    box = await box_of(database)
    begun = await read(database, box, await database.run(begin_analysis, box))
    findings = find(begun.task)
    storing = threading.Event()

    def store_slowly(db: Session) -> bool:
        stored = store_analysis(db, begun, findings)
        storing.set()
        time.sleep(0.3)
        return stored

    first = asyncio.create_task(database.run(store_slowly))
    await asyncio.to_thread(storing.wait)
    assert not await database.run(store_analysis, begun, findings)
    assert await first


async def test_a_closing_on_the_way_is_noticed_and_the_last_one_sees_everything(database: Database) -> None:
    box = await box_of(database)
    number = await database.run(begin_analysis, box)
    begun = await read(database, box, number)
    await database.run(close_deliberation, box, account_id=None)
    assert not await database.run(store_analysis, begun, find(begun.task))
    assert await make(database, box) == number
    card = await database.read(find_analysis, box)
    assert card is not None
    assert card.parameters["last"]


async def test_votes_after_its_beginning_make_it_not_the_last(database: Database) -> None:
    box = await box_of(database)
    number = await database.run(begin_analysis, box)
    await database.run(cast, box, camps(2, STATEMENTS), since=number + 1)
    await database.run(close_deliberation, box, account_id=None)
    for last in (False, True):
        await make(database, box)
        card = await database.read(find_analysis, box)
        assert card is not None
        assert card.parameters["last"] is last


async def test_worked_out_again_it_is_the_same_also_after_later_votes_and_the_closing(
    database: Database,
) -> None:
    box = await box_of(database)
    await make(database, box)
    await database.run(cast, box, camps(20, STATEMENTS, seed=3), since=2)
    await make(database, box)
    await database.run(close_deliberation, box, account_id=None)
    await database.run(
        lambda db: db.execute(update(Statement).where(Statement.number == 4).values(state="rejected"))
    )
    for number in (1, 2):
        recorded = await database.read(read_recorded, box, number)
        assert recorded.verdict(find(recorded.task)) == "same"


async def test_a_check_says_why_it_differs(database: Database) -> None:
    box = await box_of(database)
    await make(database, box)
    recorded = await database.read(read_recorded, box)
    findings = find(recorded.task)
    other = replace(findings, result=findings.result | {"k": 7})
    assert recorded.verdict(other) == "differs"
    assert replace(recorded, version="0.0").verdict(other) == "version"
    await database.run(lambda db: db.delete(db.scalars(select(Voter).limit(1)).one()))
    recorded = await database.read(read_recorded, box)
    assert recorded.verdict(find(recorded.task)) == "votes"


async def test_whom_too_few_have_voted_before_cannot_be_analysed(database: Database) -> None:
    few = await box_of(database, people=6)
    with pytest.raises(TooFewVotes):
        await database.run(ask_analysis, few, threshold=5, account_id=None)
    with pytest.raises(NotFound):
        await database.run(ask_analysis, 999, threshold=5, account_id=None)
    enough = await box_of(database, people=7)
    for _ in range(2):
        assert await database.run(ask_analysis, enough, threshold=5, account_id=None) == 1
    await database.run(lambda db: db.execute(update(Deliberation).values(state="draft")))
    with pytest.raises(Conflict):
        await database.run(ask_analysis, enough, threshold=5, account_id=None)
