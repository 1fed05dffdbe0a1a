"""Who may be written to now: nobody gets too much, two messages at once, or what no longer concerns them."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import Course, Kind, open_broadcast
from core.claims import OUTDATED, Claimed, Restraint, claim_batch, release
from core.clock import at
from core.database import Database
from core.outbox import Settled, list_unclaimed_chunks, list_unfinished, settle
from core.people import Contact, enrol
from core.progress import Sending, State, progress_of
from core.tables import Broadcast, Delivery, Participant

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
THREE_A_WEEK = Restraint(per_week=3)


@pytest.fixture
async def people(database: Database) -> int:
    """Four people; how many."""

    def work(db: Session) -> int:
        for person in range(4):
            enrol(db, Contact(f"{person}".encode().ljust(32, b"."), b"sealed"), "es", "1")
        return 4

    return await database.run(work)


async def opens(database: Database, subject: int, *, send_from: datetime | None = None) -> int:
    """A broadcast to all of them."""
    recipients = select(Participant.id)
    return await database.run(open_broadcast, Kind.OPENING, subject, recipients, send_from=send_from)


async def sends(database: Database, broadcast: int, restraint: Restraint = THREE_A_WEEK) -> list[Claimed]:
    """Claims all that may be claimed, and sends it."""
    claimed = await database.run(claim_batch, broadcast, 0, 25, restraint=restraint)
    await database.run(settle, broadcast, 0, [Settled(one.delivery_id, State.SENT) for one in claimed])
    return claimed


async def test_who_got_three_messages_this_week_waits_until_the_first_is_a_week_old(
    database: Database, people: int
) -> None:
    for day in range(3):
        with at(MOMENT + day * DAY):
            assert len(await sends(database, await opens(database, day))) == people
    with at(MOMENT + 3 * DAY):
        fourth = await opens(database, 3)
        assert await sends(database, fourth) == []
        assert await database.read(progress_of, fourth) == Sending(people, people, 0, 0, 0, 0)
        assert await database.read(list_unclaimed_chunks, fourth) == [], "nobody looks before that"
    with at(MOMENT + 7 * DAY - timedelta(seconds=1)):
        assert await database.read(list_unfinished) == []
    with at(MOMENT + 7 * DAY):
        assert await database.read(list_unfinished) == [fourth]
        assert len(await sends(database, fourth)) == people


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.CHANGED, Kind.BALLOT])
async def test_what_comes_too_late_later_waits_for_no_week(
    database: Database, people: int, kind: Kind
) -> None:
    for day in range(3):
        with at(MOMENT + day * DAY):
            await sends(database, await opens(database, day))
    with at(MOMENT + 3 * DAY):
        broadcast = await database.run(open_broadcast, kind, 3, select(Participant.id))
        assert len(await sends(database, broadcast)) == people


async def test_only_who_has_had_enough_waits_and_a_batch_is_filled_with_the_others(
    database: Database, people: int
) -> None:
    def had_enough(db: Session) -> None:
        for subject in range(3):
            first_two = select(Participant.id).order_by(Participant.id).limit(2)
            open_broadcast(db, Kind.DECISION, subject, first_two)
        db.execute(update(Delivery).values(state=State.SENT, settled_at=MOMENT - DAY))

    await database.run(had_enough)
    broadcast = await opens(database, 9)
    with at(MOMENT):
        claimed = await database.run(claim_batch, broadcast, 0, 2, restraint=THREE_A_WEEK)

    assert len(claimed) == 2, "of the four, the third and the fourth"
    rows = await database.read(lambda db: {row.id: row.due_at for row in db.scalars(select(Delivery))})
    assert [rows[one.delivery_id] for one in claimed] == [None, None]
    assert list(rows.values()).count(MOMENT + 6 * DAY) == 2


async def test_nobody_is_kept_waiting_where_there_is_no_cap(database: Database, people: int) -> None:
    for day in range(5):
        with at(MOMENT + day * timedelta(hours=1)):
            assert len(await sends(database, await opens(database, day), Restraint())) == people


async def test_what_is_in_doubt_counts_as_received(database: Database, people: int) -> None:
    with at(MOMENT):
        await database.run(claim_batch, await opens(database, 1), 0, 25)
    with at(MOMENT + DAY):
        assert await sends(database, await opens(database, 2), Restraint(per_week=1)) == []


async def test_two_broadcasts_at_once_do_not_reach_a_person_in_the_same_second(
    database: Database, people: int
) -> None:
    one, two = await opens(database, 1), await opens(database, 2)
    with at(MOMENT):
        batches = await asyncio.gather(
            *(database.run(claim_batch, broadcast, 0, 25) for broadcast in (one, two))
        )
        assert sorted(map(len, batches)) == [0, people], "who is being written to is left in peace"
        first = one if batches[0] else two
        claimed = batches[0] or batches[1]
        await database.run(settle, first, 0, [Settled(each.delivery_id, State.SENT) for each in claimed])
    other = two if first == one else one
    with at(MOMENT + timedelta(seconds=1.5)):
        assert await database.read(list_unclaimed_chunks, other) == []
    with at(MOMENT + timedelta(seconds=2)):
        assert await database.read(list_unclaimed_chunks, other) == [0]
        assert len(await sends(database, other)) == people


async def test_what_no_longer_concerns_a_person_is_skipped(database: Database, people: int) -> None:
    broadcast = await opens(database, 1)

    def odd(_db: Session, asked: int, ids: Collection[int]) -> set[int]:
        assert asked == broadcast
        return {person for person in ids if person % 2}

    claimed = await sends(database, broadcast, Restraint(still_wanted=odd))

    assert len(claimed) == 2
    assert await database.read(progress_of, broadcast) == Sending(people, 0, 0, 2, 0, 0, skipped=2)
    reasons = await database.read(lambda db: db.scalars(select(Delivery.reason).order_by(Delivery.id)).all())
    assert list(reasons).count(OUTDATED) == 2


async def test_nothing_is_claimed_before_its_time_or_while_it_is_paused(
    database: Database, people: int
) -> None:
    broadcast = await opens(database, 1, send_from=MOMENT)

    def pause(db: Session, course: Course) -> None:
        db.execute(update(Broadcast).values(state=course))

    with at(MOMENT - timedelta(seconds=1)):
        assert await sends(database, broadcast) == []
    with at(MOMENT):
        await database.run(pause, Course.PAUSED)
        assert await sends(database, broadcast) == []
        await database.run(pause, Course.RUNNING)
        assert len(await sends(database, broadcast)) == people


async def test_a_claim_of_which_nobody_knows_is_undone_by_its_name_and_no_other(
    database: Database, people: int
) -> None:
    broadcast = await opens(database, 1)
    for second in (0, 1):
        moment = MOMENT + timedelta(seconds=second)
        await database.run(claim_batch, broadcast, 0, 2, moment=moment)

    await database.run(release, broadcast, 0, MOMENT)
    await database.run(release, broadcast, 0, MOMENT)
    await database.run(release, broadcast, 7, MOMENT)

    assert await database.read(progress_of, broadcast) == Sending(people, 2, 2, 0, 0, 0)


async def test_a_claim_settles_only_what_it_took(database: Database, people: int) -> None:
    broadcast = await opens(database, 1)
    late = await database.run(claim_batch, broadcast, 0, 4, moment=MOMENT)
    await database.run(release, broadcast, 0, MOMENT)
    await database.run(claim_batch, broadcast, 0, 4, moment=MOMENT + timedelta(seconds=1))

    outcomes = [Settled(one.delivery_id, State.NEW) for one in late]
    await database.run(settle, broadcast, 0, outcomes, MOMENT)

    assert await database.read(progress_of, broadcast) == Sending(people, 0, people, 0, 0, 0)


@pytest.mark.parametrize("waiting", [0, 1])
async def test_a_chunk_of_which_more_were_counted_than_there_are_is_counted_anew(
    database: Database, people: int, waiting: int
) -> None:
    """A release of before the counts settles beside it, during an upgrade: rows change, counts do not."""
    broadcast = await opens(database, 1)

    def settle_uncounted(db: Session) -> None:
        first = select(Delivery.id).order_by(Delivery.id).limit(people - waiting)
        db.execute(update(Delivery).where(Delivery.id.in_(first)).values(state=State.SENT))

    await database.run(settle_uncounted)
    assert (await database.read(progress_of, broadcast)).new == people

    assert len(await sends(database, broadcast)) == waiting

    assert await database.read(progress_of, broadcast) == Sending(people, 0, 0, people, 0, 0)
    assert await database.read(list_unclaimed_chunks, broadcast) == []
