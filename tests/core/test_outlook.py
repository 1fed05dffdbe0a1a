"""What a broadcast is doing, and how fast."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import BroadcastCard, Course, Kind, open_broadcast
from core.budget import BROADCASTS, hold
from core.claims import OUTDATED, claim_batch
from core.clock import at
from core.courses import cancel_broadcast, pause_broadcast
from core.database import Database
from core.doubts import count_all_in_doubt, leave
from core.outbox import Settled, settle
from core.outlook import Doing, Outlook, outlook_of
from core.progress import Sending, State, move
from core.pulse import Pulse
from core.quiet_hours import read_quiet_hours
from core.tables import Broadcast, Delivery, DeliveryChunk, Participant

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
QUIET = read_quiet_hours("20:00-08:00", ZoneInfo("America/Guayaquil"))


@pytest.fixture
async def broadcast(database: Database) -> int:
    """An opening to three people."""

    def work(db: Session) -> int:
        for number in range(3):
            index = number.to_bytes(32)
            agreed = {"consent_version": "1", "consented_on": date(2026, 11, 1), "profile": {}}
            db.add(Participant(chat_index=index, chat_sealed=b"sealed", language="es", **agreed))
        db.flush()
        return open_broadcast(db, Kind.OPENING, 1, select(Participant.id))

    return await database.run(work)


async def look(database: Database, broadcast: int, moment: datetime = NOON) -> tuple[Doing, datetime | None]:
    with at(moment):
        outlook = await database.read(outlook_of, broadcast, QUIET)
    return outlook.doing, outlook.until


async def test_it_runs_by_day_and_rests_by_night(database: Database, broadcast: int) -> None:
    assert await look(database, broadcast) == (Doing.RUNNING, None)
    assert await look(database, broadcast, NIGHT) == (Doing.QUIET, MORNING)


@pytest.mark.parametrize(
    ("send_from", "begins"), [(NOON + timedelta(hours=1), NOON + timedelta(hours=1)), (NIGHT, MORNING)]
)
async def test_what_is_scheduled_into_the_night_leaves_in_the_morning(
    database: Database, broadcast: int, send_from: datetime, begins: datetime
) -> None:
    await database.run(lambda db: db.execute(update(Broadcast).values(send_from=send_from)))

    assert await look(database, broadcast) == (Doing.SCHEDULED, begins)


async def test_it_waits_while_everyone_left_has_had_enough(database: Database, broadcast: int) -> None:
    later = NOON + timedelta(days=2)
    await database.run(lambda db: db.execute(update(DeliveryChunk).values(due_at=later)))

    assert await look(database, broadcast) == (Doing.POSTPONED, later)
    assert await look(database, broadcast, later - timedelta(seconds=2)) == (Doing.RUNNING, None)


async def test_telegrams_wish_for_quiet_is_said(database: Database, broadcast: int) -> None:
    def ask_for_quiet(db: Session) -> None:
        hold(db, BROADCASTS, 3600)

    with at(NOON):
        await database.run(ask_for_quiet)
        # PostgreSQL looks at its own clock, which no test holds still: the hour is not over by either.
        assert (await database.read(outlook_of, broadcast, None)).doing is Doing.HELD


async def test_a_pause_and_a_cancelling_come_before_all_else(database: Database, broadcast: int) -> None:
    await database.run(pause_broadcast, broadcast, account_id=None)
    assert await look(database, broadcast, NIGHT) == (Doing.PAUSED, None)
    await database.run(cancel_broadcast, broadcast, account_id=None)
    assert await look(database, broadcast, NIGHT) == (Doing.CANCELLED, None)


async def test_it_is_over_when_all_have_ended_and_no_doubt_is_left(
    database: Database, broadcast: int
) -> None:
    with at(NOON):
        first, *_ = await database.run(claim_batch, broadcast, 0, 3)
    await database.run(settle, broadcast, 0, [Settled(first.delivery_id, State.SENT)])

    assert await look(database, broadcast) == (Doing.RUNNING, None), "two are on their way"
    with at(NOON + timedelta(minutes=2)):
        outlook = await database.read(outlook_of, broadcast, QUIET)
    assert (outlook.doing, outlook.doubtful, outlook.moves) == (Doing.UNDECIDED, 2, False)
    with at(NOON + timedelta(minutes=2)):
        assert await database.read(count_all_in_doubt) == {broadcast: 2}
        await database.run(leave, broadcast, account_id=None)
        assert await database.read(count_all_in_doubt) == {}
    assert await look(database, broadcast) == (Doing.OVER, None)


async def test_one_that_was_for_nobody_is_not_called_over(database: Database) -> None:
    empty = await database.run(open_broadcast, Kind.OPENING, 7, select(Participant.id))
    assert await look(database, empty) == (Doing.NOBODY, None)


async def test_of_what_was_not_sent_the_cancelled_are_known_apart(database: Database, broadcast: int) -> None:
    def answer_first(db: Session) -> None:
        move(db, broadcast, State.NEW, State.SKIPPED, Delivery.id == 1, reason=OUTDATED)

    await database.run(answer_first)
    await database.run(cancel_broadcast, broadcast, account_id=None)
    outlook = await database.read(outlook_of, broadcast, QUIET)
    assert (outlook.card.sending.skipped, outlook.cancelled) == (3, 2)


def seen(sent: int, course: Course = Course.RUNNING) -> Outlook:
    sending = Sending(1000, 1000 - sent, 0, sent, 0, 0)
    return Outlook(BroadcastCard(1, Kind.OPENING, 1, NOON, sending, course), Doing.RUNNING, 0)


@pytest.mark.parametrize(
    ("looks", "rate"),
    [
        ([(0, 0)], None),
        ([(0, 0), (2, 50)], None),
        ([(0, 0), (2, 50), (10, 250)], 25),
        ([(0, 0), (100, 900), (110, 910)], 1),
        ([(0, 300), (5, 200), (10, 250)], 10),
    ],
    ids=["one look", "too soon to say", "steadily", "only the last minute counts", "some are tried again"],
)
def test_the_pace_is_that_of_the_last_minute(looks: list[tuple[int, int]], rate: float | None) -> None:
    (began, sent), *later = looks
    pulse = Pulse(began, seen(sent))
    for moment, count in later:
        pulse.note(moment, seen(count))
    assert pulse.rate == rate


def test_a_pause_is_no_slowness() -> None:
    pulse = Pulse(0, seen(0))
    pulse.note(10, seen(250))
    pulse.note(20, seen(250, Course.PAUSED))
    pulse.note(30, seen(250))
    pulse.note(40, seen(500))
    assert pulse.rate == 12.5, "counted from the last look at the pause"
