"""Messages out: written with the decision to send them, claimed by one, settled for good."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.broadcasts import Kind, find_broadcast, list_broadcasts, open_broadcast
from core.claims import Claimed, claim_batch
from core.clock import at, now
from core.database import Database
from core.doubts import list_in_doubt
from core.outbox import (
    Settled,
    list_unclaimed_chunks,
    list_unfinished,
    settle,
)
from core.people import Contact, enrol, stop_reaching
from core.progress import Sending, State, progress_of
from core.tables import Delivery, Participant

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def reachable(db: Session) -> int:
    """How many people may be written to."""
    return len(list(db.scalars(select(Participant.id).where(Participant.reachable))))


def key(person: int) -> bytes:
    return f"index-{person}".encode().ljust(32, b".")


@pytest.fixture
async def broadcast(database: Database) -> int:
    """An opening to ten people; number 10, who left before, is not among its recipients."""

    def work(db: Session) -> int:
        for person in range(11):
            enrol(db, Contact(key(person), f"sealed-{person}".encode()), "qu" if person % 2 else "es", "1")
        stop_reaching(db, key(10))
        db.flush()
        return open_broadcast(db, Kind.OPENING, 1, select(Participant.id))

    return await database.run(work)


async def in_doubt(database: Database, broadcast: int) -> list[int]:
    with at(now() + timedelta(minutes=2)):
        return [doubt.delivery_id for doubt in await database.read(list_in_doubt, broadcast)]


async def test_a_broadcast_has_one_delivery_a_reachable_person(database: Database, broadcast: int) -> None:
    assert await database.read(progress_of, broadcast) == Sending(10, 10, 0, 0, 0, 0)
    assert await database.read(find_broadcast, Kind.OPENING, 1) == broadcast
    assert await database.read(find_broadcast, Kind.DECISION, 1) is None
    assert await database.read(list_unfinished) == [broadcast]
    assert await database.read(list_unclaimed_chunks, broadcast) == [0]


async def test_the_same_broadcast_cannot_be_opened_twice(database: Database, broadcast: int) -> None:
    with pytest.raises(IntegrityError):
        await database.run(open_broadcast, Kind.OPENING, 1, select(Participant.id))

    assert len(await database.read(list_broadcasts)) == 1


async def test_another_round_of_it_can_the_newest_is_listed_first(database: Database, broadcast: int) -> None:
    again = await database.run(open_broadcast, Kind.OPENING, 1, select(Participant.id), 2)

    assert [card.id for card in await database.read(list_broadcasts)] == [again, broadcast]


async def test_a_claim_takes_what_is_new_and_says_how_to_send_it(database: Database, broadcast: int) -> None:
    claimed = await database.run(claim_batch, broadcast, 0, 2)

    assert claimed == [Claimed(1, b"sealed-0", "es"), Claimed(2, b"sealed-1", "qu")]
    assert await database.read(progress_of, broadcast) == Sending(10, 8, 2, 0, 0, 0)
    assert await in_doubt(database, broadcast) == [1, 2]


async def test_twins_never_claim_the_same(database: Database, broadcast: int) -> None:
    batches = await asyncio.gather(*(database.run(claim_batch, broadcast, 0, 3) for _ in range(6)))

    ids = [claimed.delivery_id for batch in batches for claimed in batch]
    assert len(ids) == len(set(ids)) == 10


async def test_another_chunk_is_another_job(database: Database, broadcast: int) -> None:
    assert await database.run(claim_batch, broadcast, 1, 25) == []


async def test_settled_is_settled(database: Database, broadcast: int) -> None:
    claimed = await database.run(claim_batch, broadcast, 0, 4)
    ids = [one.delivery_id for one in claimed]
    outcomes = [
        Settled(ids[0], State.SENT),
        Settled(ids[1], State.BLOCKED, "forbidden"),
        Settled(ids[2], State.FAILED, "BadRequest"),
        Settled(ids[3], State.NEW),
    ]
    with at(MOMENT):
        await database.run(settle, broadcast, 0, outcomes)

    assert await database.read(progress_of, broadcast) == Sending(10, 7, 0, 1, 1, 1)
    rows = await database.read(lambda db: {row.id: row for row in db.scalars(select(Delivery))})
    assert (rows[ids[0]].settled_at, rows[ids[1]].reason) == (MOMENT, "forbidden")
    assert rows[ids[3]].settled_at is None
    assert await database.read(reachable) == 9, "who blocked is not written to any more"


async def test_what_is_in_doubt_is_never_claimed_again(database: Database, broadcast: int) -> None:
    doubtful = await database.run(claim_batch, broadcast, 0, 4)
    rest = await database.run(claim_batch, broadcast, 0, 25)
    await database.run(settle, broadcast, 0, [Settled(one.delivery_id, State.SENT) for one in rest])

    assert await database.run(claim_batch, broadcast, 0, 25) == []
    assert await in_doubt(database, broadcast) == [one.delivery_id for one in doubtful]
    assert await database.read(list_unfinished) == []
    assert (await database.read(progress_of, broadcast)).at_rest


async def test_a_claim_passes_over_whoever_left_since(database: Database, broadcast: int) -> None:
    for person in range(9):
        await database.run(stop_reaching, key(person))

    claimed = await database.run(claim_batch, broadcast, 0, 3)

    assert [one.chat_sealed for one in claimed] == [b"sealed-9"]
    assert await database.read(progress_of, broadcast) == Sending(10, 0, 1, 0, 9, 0)


async def test_nobody_to_send_to_is_no_trouble(database: Database, broadcast: int) -> None:
    def nobody(db: Session) -> int:
        db.execute(update(Participant).values(reachable=False))
        return open_broadcast(db, Kind.DECISION, 1, select(Participant.id))

    empty = await database.run(nobody)

    assert await database.read(progress_of, empty) == Sending(0, 0, 0, 0, 0, 0)
    assert await database.read(list_unclaimed_chunks, empty) == []
