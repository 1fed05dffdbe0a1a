"""The course of a broadcast: paused, resumed, cancelled, retried; and the doubts that a person decides."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.broadcasts import CANCELLED, CHUNK, Course, Kind, get_broadcast, list_broadcasts, open_broadcast
from core.claims import Restraint, claim_batch
from core.clock import at
from core.courses import (
    AlreadyCancelled,
    AlreadyPaused,
    NothingToRetry,
    NothingToSend,
    NotPaused,
    cancel_broadcast,
    pause_broadcast,
    resume_broadcast,
    retry_failed,
)
from core.database import Database
from core.doubts import count_in_doubt, leave, list_in_doubt, resend
from core.errors import NotFound, RimayError
from core.outbox import Settled, list_unclaimed_chunks, list_unfinished, settle
from core.people import Contact, enrol
from core.progress import Sending, State, count_reasons, progress_of
from core.tables import Delivery, DeliveryChunk, Participant

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = MOMENT + timedelta(minutes=2)
PEOPLE = CHUNK + 10


@pytest.fixture
async def broadcast(database: Database) -> int:
    """An opening to enough people for two chunks; every second one reads Kichwa."""

    def work(db: Session) -> int:
        for person in range(PEOPLE):
            contact = Contact(f"index-{person}".encode().ljust(32, b"."), b"sealed")
            enrol(db, contact, "qu" if person % 2 else "es", "1")
        db.flush()
        return open_broadcast(db, Kind.OPENING, 1, select(Participant.id))

    return await database.run(work)


async def claim(database: Database, broadcast: int, size: int, chunk: int = 0) -> list[int]:
    with at(MOMENT):
        claimed = await database.run(claim_batch, broadcast, chunk, size)
    return [one.delivery_id for one in claimed]


async def end(database: Database, broadcast: int, ids: list[int], state: State, reason: str | None) -> None:
    await database.run(settle, broadcast, 0, [Settled(one, state, reason) for one in ids])


async def counted(database: Database, broadcast: int) -> Sending:
    """The counts by chunk, which must be those of the rows."""

    def work(db: Session) -> tuple[Sending, Counter[str]]:
        rows = select(Delivery.state).where(Delivery.broadcast_id == broadcast)
        return progress_of(db, broadcast), Counter(db.scalars(rows))

    sending, rows = await database.read(work)
    assert {state: getattr(sending, state) for state in State} == {state: rows[state] for state in State}
    return sending


async def test_nothing_is_claimed_of_a_paused_broadcast_until_it_is_resumed(
    database: Database, broadcast: int
) -> None:
    await database.run(pause_broadcast, broadcast, account_id=None)

    assert await database.read(list_unclaimed_chunks, broadcast) == []
    assert await database.read(list_unfinished) == []
    assert await claim(database, broadcast, 5) == []
    with pytest.raises(AlreadyPaused):
        await database.run(pause_broadcast, broadcast, account_id=None)

    await database.run(resume_broadcast, broadcast, account_id=None)

    assert await database.read(list_unclaimed_chunks, broadcast) == [0, 1]
    assert len(await claim(database, broadcast, 5)) == 5
    with pytest.raises(NotPaused):
        await database.run(resume_broadcast, broadcast, account_id=None)
    acts = [(act.act, act.subject, act.subject_id) for act in await database.read(list_acts)]
    assert acts == [("resume", "broadcast", broadcast), ("pause", "broadcast", broadcast)]


async def test_who_was_not_written_to_yet_is_passed_over_by_a_cancelling(
    database: Database, broadcast: int
) -> None:
    sent = await claim(database, broadcast, 4)
    await end(database, broadcast, sent, State.SENT, None)

    assert await database.run(cancel_broadcast, broadcast, account_id=None) == PEOPLE - 4

    assert await counted(database, broadcast) == Sending(PEOPLE, 0, 0, 4, 0, 0, PEOPLE - 4)
    assert await database.read(count_reasons, broadcast, State.SKIPPED) == {CANCELLED: PEOPLE - 4}
    assert (await database.read(get_broadcast, broadcast)).course is Course.CANCELLED


async def test_a_cancelled_broadcast_stays_cancelled(database: Database, broadcast: int) -> None:
    doubtful = await claim(database, broadcast, 2)
    await database.run(cancel_broadcast, broadcast, account_id=None)

    for act in (pause_broadcast, resume_broadcast, cancel_broadcast, retry_failed, resend):
        with pytest.raises(AlreadyCancelled):
            await database.run(act, broadcast, account_id=None)
    assert await database.run(leave, broadcast, doubtful, account_id=None) == 2, "a doubt can still be closed"
    await counted(database, broadcast)


async def test_what_telegram_puts_off_is_not_new_again_once_it_is_cancelled(
    database: Database, broadcast: int
) -> None:
    flying = await claim(database, broadcast, 3)
    await database.run(cancel_broadcast, broadcast, account_id=None)
    await end(database, broadcast, flying[:2], State.NEW, None)
    await end(database, broadcast, flying[2:], State.SENT, None)

    assert await counted(database, broadcast) == Sending(PEOPLE, 0, 0, 1, 0, 0, PEOPLE - 1)


async def test_only_what_may_pass_is_tried_again(database: Database, broadcast: int) -> None:
    ids = await claim(database, broadcast, 6)
    await end(database, broadcast, ids[:2], State.FAILED, "BadRequest")
    await end(database, broadcast, ids[2:4], State.FAILED, "unusable_key")
    await end(database, broadcast, ids[4:5], State.FAILED, None)
    await end(database, broadcast, ids[5:], State.BLOCKED, "forbidden")

    assert await database.run(retry_failed, broadcast, account_id=None) == 3

    assert await counted(database, broadcast) == Sending(PEOPLE, PEOPLE - 3, 0, 0, 1, 2)
    with pytest.raises(NothingToRetry):
        await database.run(retry_failed, broadcast, account_id=None)
    rows = await database.read(lambda db: list(db.scalars(select(Delivery).where(Delivery.id.in_(ids[2:5])))))
    assert {(row.reason, row.claimed_at, row.settled_at) for row in rows} == {(None, None, None)}


async def test_there_is_nothing_to_pause_nor_to_cancel_when_all_have_left(
    database: Database, broadcast: int
) -> None:
    for chunk in (0, 1):
        await claim(database, broadcast, CHUNK, chunk)

    for act in (pause_broadcast, cancel_broadcast):
        with pytest.raises(NothingToSend):
            await database.run(act, broadcast, account_id=None)


@pytest.mark.parametrize(
    "act", [pause_broadcast, resume_broadcast, cancel_broadcast, retry_failed, resend, leave]
)
async def test_what_is_not_there_has_no_course(database: Database, act: Any) -> None:
    with pytest.raises(NotFound):
        await database.run(act, 7, account_id=None)


async def test_what_is_on_its_way_is_in_no_doubt_before_a_minute(database: Database, broadcast: int) -> None:
    first, second = await claim(database, broadcast, 2)

    with at(MOMENT + timedelta(seconds=59)):
        assert await database.read(list_in_doubt, broadcast) == []
        assert await database.run(resend, broadcast, account_id=None) == 0
        assert await database.run(leave, broadcast, account_id=None) == 0
    with at(LATER):
        doubts = await database.read(list_in_doubt, broadcast)
        assert await database.read(count_in_doubt, broadcast) == 2
        assert len(await database.read(list_in_doubt, broadcast, 1)) == 1

    assert [(one.delivery_id, one.since, one.language) for one in doubts] == [
        (first, MOMENT, "es"),
        (second, MOMENT, "qu"),
    ]


async def test_a_doubt_is_decided_once(database: Database, broadcast: int) -> None:
    first, second, third = await claim(database, broadcast, 3)
    with at(LATER):
        assert await database.run(resend, broadcast, [first], account_id=None) == 1
        assert await database.run(resend, broadcast, [first], account_id=None) == 0, "a double click"
        assert await database.run(leave, broadcast, [first, second], account_id=None) == 1, (
            "another organiser"
        )
        assert await database.run(resend, broadcast, [second], account_id=None) == 0
        assert [one.delivery_id for one in await database.read(list_in_doubt, broadcast)] == [third]

    assert await counted(database, broadcast) == Sending(PEOPLE, PEOPLE - 2, 1, 0, 0, 0, 0, 1)
    acts = Counter(act.act for act in await database.read(list_acts))
    assert acts == {"resend": 1, "leave": 1}, "what changed nothing was not done"
    assert await claim(database, broadcast, 1) == [first], "it leaves again"


async def test_nobody_decides_about_deliveries_of_another_broadcast(
    database: Database, broadcast: int
) -> None:
    ids = await claim(database, broadcast, 2)
    other = await database.run(open_broadcast, Kind.DECISION, 1, select(Participant.id))
    with at(LATER):
        assert await database.run(leave, other, ids, account_id=None) == 0
        assert await database.read(count_in_doubt, broadcast) == 2


async def test_an_answer_that_comes_late_changes_no_decision(database: Database, broadcast: int) -> None:
    first, second = await claim(database, broadcast, 2)
    with at(LATER):
        await database.run(leave, broadcast, [first], account_id=None)
        await database.run(resend, broadcast, [second], account_id=None)
    await end(database, broadcast, [first, second], State.SENT, None)

    assert await counted(database, broadcast) == Sending(PEOPLE, PEOPLE - 1, 0, 0, 0, 0, 0, 1)


async def test_a_chunk_that_waited_for_its_day_goes_on_with_what_is_tried_again(
    database: Database, broadcast: int
) -> None:
    """The week of those who wait is not over; whoever is tried again may be written to at once."""
    first, *rest = await claim(database, broadcast, CHUNK)
    await claim(database, broadcast, CHUNK, 1)
    await end(database, broadcast, rest, State.NEW, None)
    await end(database, broadcast, [first], State.FAILED, "unusable_key")

    def put_off(db: Session) -> None:
        chunk = db.get_one(DeliveryChunk, (broadcast, 0))
        chunk.due_at = LATER
        for row in db.scalars(select(Delivery).where(Delivery.state == State.NEW)):
            row.due_at = LATER

    await database.run(put_off)
    with at(MOMENT):
        assert await database.read(list_unclaimed_chunks, broadcast) == []
        await database.run(retry_failed, broadcast, account_id=None)
        assert await database.read(list_unclaimed_chunks, broadcast) == [0]
    assert await claim(database, broadcast, CHUNK) == [first]


async def test_a_limit_that_was_raised_frees_who_waits_when_the_broadcast_is_resumed(
    database: Database, broadcast: int
) -> None:
    with at(MOMENT - timedelta(hours=1)):
        earlier = await database.run(open_broadcast, Kind.OPENING, 2, select(Participant.id))
        for chunk in range(2):
            claimed = await database.run(claim_batch, earlier, chunk, CHUNK)
            ends = [Settled(one.delivery_id, State.SENT) for one in claimed]
            await database.run(settle, earlier, chunk, ends)
    with at(MOMENT):
        for chunk in range(2):
            refused = await database.run(claim_batch, broadcast, chunk, 5, restraint=Restraint(per_week=1))
            assert refused == []
        assert await database.read(list_unclaimed_chunks, broadcast) == []
        await database.run(pause_broadcast, broadcast, account_id=None)
        await database.run(resume_broadcast, broadcast, account_id=None)

        assert await database.read(list_unclaimed_chunks, broadcast) == [0, 1]
        claimed = await database.run(claim_batch, broadcast, 0, CHUNK, restraint=Restraint(per_week=2))
        assert len(claimed) == CHUNK
        assert await database.run(claim_batch, broadcast, 1, 5, restraint=Restraint(per_week=1)) == []
        assert await database.read(list_unclaimed_chunks, broadcast) == [], "their limit is the one of before"


async def test_decisions_and_workers_at_once_leave_counts_that_are_true(
    database: Database, broadcast: int
) -> None:
    async def work(chunk: int) -> None:
        while claimed := await database.run(claim_batch, broadcast, chunk, 5):
            ends = (State.SENT, State.NEW, State.FAILED, State.BLOCKED, State.SENT)
            ended = [Settled(one.delivery_id, state) for one, state in zip(claimed, ends, strict=False)]
            await database.run(settle, broadcast, chunk, ended)

    async def decide(act: Any) -> None:
        with suppress(RimayError):
            await database.run(act, broadcast, account_id=None)

    deeds = [retry_failed, pause_broadcast, resume_broadcast, retry_failed, cancel_broadcast, retry_failed]
    await asyncio.gather(*(work(chunk) for chunk in (0, 0, 1, 1)), *(decide(act) for act in deeds))

    sending = await counted(database, broadcast)
    assert sending.new == 0 and sending.total == PEOPLE


async def test_broadcasts_about_a_subject_are_found_with_their_counts(
    database: Database, broadcast: int
) -> None:
    decision = await database.run(open_broadcast, Kind.DECISION, 9, select(Participant.id))

    [found] = await database.read(list_broadcasts, [(Kind.DECISION, 9), (Kind.OPENING, 2)])

    assert (found.id, found.sending.total) == (decision, PEOPLE)
    assert await database.read(list_broadcasts, []) == []
