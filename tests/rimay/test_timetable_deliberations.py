"""A deliberation whose last day is over closes by itself, once, and what was deleted is gone from the files."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.audit import list_acts
from core.clock import at
from core.database import Database
from core.owed import is_scrub_owed
from deliberation.opinions.deliberations import get_deliberation
from rimay.timetable import Timetable
from tests.deliberation.opinions.ballots import MOMENT, ZONE, opened

OVER = datetime(2026, 11, 25, tzinfo=ZoneInfo("America/Guayaquil"))


async def keep(database: Database, moment: datetime, twins: int = 1) -> None:
    with at(moment.astimezone(UTC)):
        await asyncio.gather(*(Timetable(database, ZONE, 5).keep() for _ in range(twins)))


async def test_a_deliberation_closes_after_its_last_day(database: Database) -> None:
    with at(MOMENT):
        deliberation_id = await database.run(opened, date(2026, 11, 24))

    await keep(database, OVER - timedelta(minutes=1))
    assert (await database.read(get_deliberation, deliberation_id)).state == "open"

    await keep(database, OVER, twins=3)

    assert (await database.read(get_deliberation, deliberation_id)).state == "closed"
    closings = [act for act in await database.read(list_acts) if act.act == "close"]
    assert [(act.subject, act.subject_id, act.email) for act in closings] == [
        ("deliberation", deliberation_id, None)
    ]
    with at(OVER + timedelta(hours=1)):
        assert not await database.read(is_scrub_owed), "it was scrubbed at once"
