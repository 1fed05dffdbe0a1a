"""Reminders by themselves: a week, a day and three hours before, each once, to who comes."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.quiet_hours import read_quiet_hours
from core.tables import Broadcast, Delivery
from deliberation.assemblies.assembly import remind
from deliberation.assemblies.changing import cancel_assembly, move_assembly
from deliberation.assemblies.reminding import (
    list_due_assembly_reminders,
    pass_over_assembly_reminders,
    remind_of_assembly,
)
from tests.deliberation.assemblies.meetings import NOON, STARTS, ZONE, invited, meeting, say

WEEK, DAY, HOURS = timedelta(days=7), timedelta(days=1), timedelta(hours=3)
QUIET = read_quiet_hours("20:00-08:00", ZONE)


def prepared(db: Session) -> tuple[int, list[int]]:
    """Two people come, one waits, one declined, one is silent."""
    with at(NOON):
        assembly_id = meeting(db)
        return assembly_id, invited(db, assembly_id, "yes", "yes", "waiting", "no", "none")


def reminded(db: Session, moment: datetime, assembly_id: int) -> list[int]:
    """Whom the timetable reminds at a moment."""
    with at(moment):
        if assembly_id not in list_due_assembly_reminders(db, QUIET):
            return []
        broadcast_id = remind_of_assembly(db, assembly_id, QUIET)
    query = select(Delivery.participant_id).where(Delivery.broadcast_id == broadcast_id)
    return sorted(db.scalars(query))


async def test_three_times_each_once_and_only_who_comes(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, people = prepared(db)
        coming = people[:2]
        for ahead in (WEEK, DAY, HOURS):
            assert reminded(db, STARTS - ahead - timedelta(minutes=1), assembly_id) == []
            assert reminded(db, STARTS - ahead, assembly_id) == coming
            assert reminded(db, STARTS - ahead + timedelta(minutes=1), assembly_id) == []
        assert reminded(db, STARTS, assembly_id) == []

    await database.run(work)


async def test_of_several_due_at_once_one_goes_out(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, people = prepared(db)
        assert reminded(db, STARTS - HOURS, assembly_id) == people[:2], "nothing ran for days"
        assert reminded(db, STARTS - HOURS + timedelta(minutes=1), assembly_id) == []

    await database.run(work)


async def test_who_says_yes_later_is_not_reminded_at_a_moment_that_nobody_chose(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, people = prepared(db)
        say(db, assembly_id, "no", *people)
        assert reminded(db, STARTS - DAY, assembly_id) == []
        say(db, assembly_id, "yes", people[0])
        assert reminded(db, STARTS - DAY + timedelta(hours=1), assembly_id) == []
        assert reminded(db, STARTS - HOURS, assembly_id) == [people[0]]

    await database.run(work)


async def test_who_was_invited_three_days_before_is_not_reminded_of_the_week(database: Database) -> None:
    def work(db: Session) -> None:
        with at(STARTS - timedelta(days=3)):
            assembly_id = meeting(db)
            people = invited(db, assembly_id, "yes")
            assert reminded(db, STARTS - timedelta(days=3), assembly_id) == []
        assert reminded(db, STARTS - DAY, assembly_id) == people

    await database.run(work)


async def test_who_was_reminded_by_hand_has_heard_of_it(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, people = prepared(db)
        with at(STARTS - DAY + timedelta(minutes=1)):
            remind(db, assembly_id, account_id=None)
        assert reminded(db, STARTS - DAY + timedelta(minutes=2), assembly_id) == []
        assert reminded(db, STARTS - HOURS, assembly_id) == people[:2]

    await database.run(work)


async def test_a_moved_assembly_is_reminded_of_at_its_new_date_and_a_cancelled_one_never(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly_id, people = prepared(db)
        later = STARTS + timedelta(days=30)
        with at(STARTS - DAY):
            ends_at = later + timedelta(hours=2)
            move_assembly(db, assembly_id, place="Ibarra", starts_at=later, ends_at=ends_at, account_id=None)
        assert reminded(db, STARTS - DAY, assembly_id) == []
        assert reminded(db, later - WEEK, assembly_id) == people[:2]
        with at(later - WEEK):
            cancel_assembly(db, assembly_id, account_id=None)
        assert reminded(db, later - DAY, assembly_id) == []

    await database.run(work)


async def test_what_was_due_before_a_copy_was_put_back_is_not_sent_again(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, people = prepared(db)
        with at(STARTS - DAY + timedelta(hours=1)):
            assert pass_over_assembly_reminders(db, QUIET) == 1
            assert pass_over_assembly_reminders(db, QUIET) == 0
        assert reminded(db, STARTS - DAY + timedelta(hours=2), assembly_id) == []
        assert reminded(db, STARTS - HOURS, assembly_id) == people[:2]

    await database.run(work)


async def test_twins_remind_once(database: Database) -> None:
    assembly_id, _ = await database.run(prepared)
    with at(STARTS - DAY):
        looks = (database.run(remind_of_assembly, assembly_id, QUIET) for _ in range(4))
        found = [broadcast for broadcast in await asyncio.gather(*looks) if broadcast is not None]
        rounds = await database.read(lambda db: list(db.scalars(select(Broadcast.round))))
    assert (len(found), rounds) == (1, [1])
