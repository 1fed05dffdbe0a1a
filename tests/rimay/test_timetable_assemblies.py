"""Once a minute: who comes is reminded, who is silent lapses, who is next is asked; once, whoever looks."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind, get_broadcast
from core.clock import at
from core.database import Database
from core.quiet_hours import read_quiet_hours
from deliberation.assemblies.tables import Assembly, Invitation
from rimay.backup.overtaken import Overtaken, pass_over
from rimay.timetable import Timetable
from tests.deliberation.assemblies.meetings import (
    NOON,
    STARTS,
    ZONE,
    answers,
    drawn,
    invited,
    meeting,
    say,
    tell,
)

DAY = timedelta(days=1)
QUIET = read_quiet_hours("20:00-08:00", ZONE)


async def look(database: Database, moment: datetime, twins: int = 3) -> list[int]:
    """So many look at the clock at once; the broadcasts that they set going."""
    with at(moment):
        looks = (Timetable(database, ZONE, 5, QUIET).keep() for _ in range(twins))
        return [broadcast for kept in await asyncio.gather(*looks) for broadcast in kept.broadcasts]


async def test_who_comes_is_reminded_three_times_once_each(database: Database) -> None:
    def prepare(db: Session) -> None:
        with at(NOON):
            invited(db, meeting(db), "yes", "no")

    await database.run(prepare)
    sent = [await look(database, STARTS - timedelta(hours=hours)) for hours in (200, 168, 167, 24, 23, 3, 2)]
    assert [len(each) for each in sent] == [0, 1, 0, 1, 0, 1, 0]
    for each in filter(None, sent):
        card = await database.read(get_broadcast, each[0])
        assert (card.kind, card.sending.new) == (Kind.REMINDER, 1)


async def test_silence_gives_the_seat_to_another_once_and_the_log_names_nobody(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rimay")

    def prepare(db: Session) -> tuple[int, dict[str, list[int]]]:
        assembly_id, pool = drawn(db)
        with at(NOON):
            tell(db, assembly_id, [*pool["man"][:2], *pool["woman"][:2]])
            say(db, assembly_id, "yes", *pool["man"][:2], pool["woman"][0])
        return assembly_id, pool

    assembly_id, pool = await database.run(prepare)
    assert await look(database, NOON) == []
    (broadcast_id,) = await look(database, NOON + 3 * DAY)
    card = await database.read(get_broadcast, broadcast_id)
    assert (card.kind, card.sending.new) == (Kind.INVITATION, 1)
    found = await database.read(answers, assembly_id)
    assert found[pool["woman"][1]] == "lapsed"
    (asked,) = set(found) - {*pool["man"][:2], *pool["woman"][:2]}
    assert asked in pool["woman"], "the quotas are kept"
    assert not [record for record in caplog.records if record.name.startswith("rimay")]


async def test_a_reminder_that_was_due_before_a_copy_is_put_back_is_left_out(database: Database) -> None:
    def prepare(db: Session) -> None:
        with at(NOON):
            invited(db, meeting(db), "yes")

    await database.run(prepare)
    with at(STARTS - DAY), database.replacement() as connection:
        assert pass_over(connection, ZONE, QUIET) == Overtaken(openings=0, reminders=1, news=0)
    assert await look(database, STARTS - DAY) == []
    assert len(await look(database, STARTS - timedelta(hours=3))) == 1


async def test_long_after_it_needs_and_reasons_are_counted_once_and_forgotten(database: Database) -> None:
    def prepare(db: Session) -> None:
        with at(NOON):
            people = invited(db, meeting(db), "yes", "no")
        said: list[dict[str, Any]] = [{"needs": ["food"]}, {"reason": "care"}]
        for person, values in zip(people, said, strict=True):
            db.execute(update(Invitation).where(Invitation.participant_id == person).values(**values))

    await database.run(prepare)
    await look(database, STARTS + 61 * DAY)

    def check(db: Session) -> None:
        (assembly,) = db.scalars(select(Assembly))
        expected = {"people": 1, "nothing": 0, "needs": {"food": 1}, "reasons": {"care": 1}}
        assert assembly.tallied == expected, "a twin counts nothing again"
        assert [(row.needs, row.reason) for row in db.scalars(select(Invitation))] == [([], None)] * 2

    await database.read(check)
