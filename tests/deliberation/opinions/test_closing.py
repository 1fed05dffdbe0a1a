"""Closing a deliberation cuts every tie between people and votes, and changes no vote."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.tables import Broadcast, Participant
from deliberation.opinions.closing import close_deliberation, close_overdue
from deliberation.opinions.deliberations import get_deliberation
from deliberation.opinions.statements import list_statements
from deliberation.opinions.tables import Statement, Turnout
from tests.core.kept import kept_bytes
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import (
    MOMENT,
    ZONE,
    cast,
    everything,
    opened,
    proposed,
    take_part,
)

Rows = dict[str, list[dict[str, Any]]]
PEOPLE = range(1, 13)


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


def voter_of(participant_id: int) -> str:
    """An id as they come: nothing in it tells the person, and its slot is not that of its neighbour."""
    return f"{participant_id * 37 % 256:02x}" + f"{participant_id * 7919:030x}"


def talk(db: Session) -> int:
    """Twelve people; eleven vote, each in their own way, one changes their mind after an analysis, two propose."""
    for number in PEOPLE:
        person(db, "qu" if number == 3 else "es")
    deliberation_id = opened(db)
    for number in PEOPLE[:-1]:
        voter = take_part(db, deliberation_id, number, voter_of(number))
        for place, statement in enumerate((1, 2, 3)):
            value = number // 3**place % 3 - 1
            if (number, statement) == (5, 1):
                cast(db, voter, statement, -value, until=2)
                cast(db, voter, statement, value, since=2)
            else:
                cast(db, voter, statement, value)
    proposed(
        db, deliberation_id, "Más buses", author_id=voter_of(2), original=b"sealed words", flags=["name"]
    )
    row = db.get_one(Statement, proposed(db, deliberation_id, "Menos trámites", author_id=voter_of(4)))
    row.state, row.recording, row.recording_type = "accepted", b"sealed sound", "audio/ogg"
    author = select(Participant.id).where(Participant.id == 4)
    open_broadcast(db, Kind.STATEMENTS, deliberation_id, author)
    return deliberation_id


@pytest.fixture
async def closing(database: Database) -> tuple[int, Rows, Rows]:
    """Everything before and after."""
    deliberation_id = await database.run(talk)
    before = await database.read(everything)
    await database.run(close_deliberation, deliberation_id, account_id=None)
    await database.scrub()
    return deliberation_id, before, await database.read(everything)


async def test_closing_drops_the_ties_and_keeps_that_people_took_part(
    closing: tuple[int, Rows, Rows],
) -> None:
    _, before, after = closing

    assert sum(row["voter_id"] is not None for row in before["turnout"]) == 11
    assert {row["voter_id"] for row in after["turnout"]} == {None}
    assert Counter(row["state"] for row in after["turnout"]) == {"voted": 11, "asked": 1}


async def test_every_voter_has_a_fresh_id_and_the_old_ones_are_nowhere(
    database: Database, closing: tuple[int, Rows, Rows]
) -> None:
    _, before, after = closing
    old = [row["id"] for row in before["voter"]]

    assert len(after["voter"]) == len(old) == 11
    assert not any(one in repr(after) for one in old), "in no row"
    kept = kept_bytes(database)
    assert not any(one.encode() in kept for one in old), "and in no free page"
    for row in after["voter"]:
        places = [name for name, rows in after.items() if row["id"] in repr(rows)]
        assert set(places) <= {"voter", "vote"}, "what is fresh is known to nobody but the votes"


async def test_nothing_that_a_voter_row_says_is_said_of_a_person_as_well(
    closing: tuple[int, Rows, Rows],
) -> None:
    _, before, after = closing

    assert len({row["language"] for row in before["voter"]} | {"qu"}) == 2
    alike = ("language", "turn", "showing")
    assert len({tuple(row[name] for name in alike) for row in after["voter"]}) == 1, "who alone speaks Kichwa"


async def test_voters_and_votes_lie_in_the_order_of_their_random_ids(
    closing: tuple[int, Rows, Rows],
) -> None:
    _, _, after = closing

    ids = [row["id"] for row in after["voter"]]
    assert ids == sorted(ids)
    assert all(len(one) == 32 for one in ids)
    votes = [(row["voter_id"], row["statement_id"], row["since"]) for row in after["vote"]]
    assert votes == sorted(votes)


async def test_the_order_differs_from_one_closing_to_the_next(database: Database) -> None:
    orders = set()
    for _ in range(2):
        deliberation_id = await database.run(opened_anew)
        await database.run(close_deliberation, deliberation_id, account_id=None)
        rows = await database.read(everything)
        of_this = {row["id"] for row in rows["statement"] if row["deliberation_id"] == deliberation_id}
        orders.add(tuple(row["value"] for row in rows["vote"] if row["statement_id"] in of_this))

    assert len(orders) == 2, "one time in 16,777,216 this fails by chance"


def opened_anew(db: Session) -> int:
    """Twenty-four people, of whom the first twelve agree."""
    people = [person(db) for _ in range(24)]
    deliberation_id = opened(db)
    statement = list_statements(db, deliberation_id)[0].id
    for place, number in enumerate(people):
        voter = take_part(db, deliberation_id, number, voter_of(number))
        cast(db, voter, statement, 1 if place < 12 else -1)
    return deliberation_id


async def test_no_vote_and_no_count_changes(closing: tuple[int, Rows, Rows]) -> None:
    _, before, after = closing

    def ballots(rows: Rows) -> Counter[tuple[Any, ...]]:
        """What each voter said, without who it was."""
        said = defaultdict[str, list[tuple[Any, ...]]](list)
        for row in rows["vote"]:
            said[row["voter_id"]].append((row["statement_id"], row["since"], row["until"], row["value"]))
        return Counter(tuple(sorted(votes, key=repr)) for votes in said.values())

    def tallies(rows: Rows) -> dict[int, tuple[int, int, int]]:
        sums = defaultdict[int, list[int]](lambda: [0, 0, 0])
        for row in rows["vote_tally"]:
            for place, name in enumerate(("agree", "disagree", "passed")):
                sums[row["statement_id"]][place] += row[name]
        return {statement: (yes, no, passed) for statement, (yes, no, passed) in sums.items()}

    def counted(rows: Rows) -> dict[int, tuple[int, int, int]]:
        said = {
            statement: Counter(
                row["value"]
                for row in rows["vote"]
                if row["statement_id"] == statement and row["until"] is None
            )
            for statement in (1, 2, 3)
        }
        return {statement: (votes[1], votes[-1], votes[0]) for statement, votes in said.items()}

    assert ballots(after) == ballots(before)
    assert tallies(after) == tallies(before) == counted(after)
    assert {row["slot"] for row in before["vote_tally"]} != {0}
    assert {row["slot"] for row in after["vote_tally"]} == {0}, "a slot is a digit of an id that is gone"


async def test_statements_lose_their_authors_and_what_nobody_judged_is_not_put_to_the_vote(
    database: Database, closing: tuple[int, Rows, Rows]
) -> None:
    deliberation_id, before, after = closing

    assert sum(row["author_id"] is not None for row in before["statement"]) == 2
    for name in ("author_id", "original", "recording", "recording_type"):
        assert {row[name] for row in after["statement"]} == {None}
    assert {row["told"] for row in after["statement"]} == {True}, "there is nobody to tell any more"
    *_, waiting, accepted = await database.read(list_statements, deliberation_id)
    assert (waiting.state, waiting.reason, waiting.judged_at) == ("rejected", "closed", MOMENT)
    assert (accepted.state, accepted.reason) == ("accepted", None)
    assert b"sealed sound" not in kept_bytes(database)
    assert b"sealed words" not in kept_bytes(database)


async def test_to_whom_a_statement_was_answered_is_forgotten(closing: tuple[int, Rows, Rows]) -> None:
    _, before, after = closing

    assert [row["kind"] for row in before["broadcast"]] == ["voting", "statements"]
    assert [row["kind"] for row in after["broadcast"]] == ["voting"]
    assert {row["broadcast_id"] for row in after["delivery"]} == {1}
    assert {row["broadcast_id"] for row in after["delivery_chunk"]} == {1}


async def test_other_deliberations_are_not_touched(database: Database) -> None:
    first, second = await database.run(opened_anew), await database.run(opened_anew)
    kept = await database.read(everything)

    await database.run(close_deliberation, first, account_id=None)

    after = await database.read(everything)
    for name in ("statement", "turnout", "voter"):
        of_second = [row for row in kept[name] if row["deliberation_id"] == second]
        assert of_second
        assert [row for row in after[name] if row["deliberation_id"] == second] == of_second


async def test_it_is_closed_once_and_only_when_it_is_open(database: Database) -> None:
    deliberation_id = await database.run(opened)
    await database.run(close_deliberation, deliberation_id, account_id=None)

    with pytest.raises(Conflict):
        await database.run(close_deliberation, deliberation_id, account_id=None)
    with pytest.raises(NotFound):
        await database.run(close_deliberation, 99, account_id=None)


async def test_it_closes_by_itself_when_its_last_day_is_over(database: Database) -> None:
    deliberation_id = await database.run(opened, date(2026, 11, 24))

    with at(MOMENT + timedelta(days=1)):
        assert not await database.run(close_overdue, deliberation_id, ZONE), (
            "the last day is a day to vote on"
        )
    with at(MOMENT + timedelta(days=2)):
        assert await database.run(close_overdue, deliberation_id, ZONE)
        assert not await database.run(close_overdue, deliberation_id, ZONE), "a twin was here first"

    assert (await database.read(get_deliberation, deliberation_id)).state == "closed"


async def test_who_is_erased_after_the_closing_leaves_the_votes(database: Database) -> None:
    deliberation_id = await database.run(opened_anew)
    await database.run(close_deliberation, deliberation_id, account_id=None)
    before = await database.read(get_deliberation, deliberation_id)

    await database.run(lambda db: db.delete(db.get_one(Participant, 1)))

    assert await database.read(get_deliberation, deliberation_id) == before
    assert len(await database.read(lambda db: list(db.scalars(select(Broadcast))))) == 1


async def test_nothing_tells_in_which_order_people_began_or_who_proposed_last(database: Database) -> None:
    """A row that is changed moves to the end of its table, and who comes unasked gets the next number."""

    def work(db: Session) -> int:
        for _ in range(3):
            person(db)
        deliberation_id = opened(db)
        for _ in range(2):
            person(db)
        for number in (5, 4):
            db.add(Turnout(participant_id=number, deliberation_id=deliberation_id))
            db.flush()
        for number in (3, 5, 1, 4):
            take_part(db, deliberation_id, number, voter_of(number))
        db.execute(update(Turnout).where(Turnout.participant_id == 1).values(writing=True))
        return deliberation_id

    deliberation_id = await database.run(work)
    await database.run(close_deliberation, deliberation_id, account_id=None)
    await database.scrub()

    rows = (await database.read(everything))["turnout"]
    assert [row["participant_id"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert [row["state"] for row in rows] == ["voted", "asked", "voted", "voted", "voted"]
    assert {(row["voter_id"], row["writing"]) for row in rows} == {(None, False)}
