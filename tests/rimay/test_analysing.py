"""Analyses are made by themselves, once, by whichever worker is there, in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.clock import at
from core.database import Database
from core.errors import NotFound
from deliberation.opinions.analyses import begin_analysis, list_analyses, read_task
from deliberation.opinions.checking import read_recorded
from deliberation.opinions.findings import find
from deliberation.opinions.tables import Deliberation, Voter
from rimay.analysing import AnalysisUnderWay, Analyst, work_out_apart
from tests.deliberation.opinions.test_analyses import box_of

MOMENT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


async def test_what_is_due_is_made(database: Database) -> None:
    box = await box_of(database)
    await Analyst(database, 5).look()
    assert [line.number for line in await database.read(list_analyses, box)] == [1]
    await Analyst(database, 5).look()
    assert [line.number for line in await database.read(list_analyses, box)] == [1]


async def test_workers_that_look_at_once_make_it_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, worked = await box_of(database), 0

    async def work(*_: object) -> object:
        nonlocal worked
        worked += 1
        return find((await database.read(read_task, box, 1, 5)).task)

    monkeypatch.setattr("rimay.analysing.work_out_apart", work)
    await asyncio.gather(*(Analyst(database, 5).look() for _ in range(4)))
    assert worked == 1
    assert [line.number for line in await database.read(list_analyses, box)] == [1]


async def test_in_another_process_it_is_the_same_bits(database: Database) -> None:
    box = await box_of(database)
    number = await Analyst(database, 5).make_now(box)
    recorded = await database.read(read_recorded, box, number)
    assert recorded.verdict(find(recorded.task)) == "same"
    assert recorded.verdict(await work_out_apart(recorded.task)) == "same"


async def test_another_takes_over_a_minute_after_the_first_has_died(database: Database) -> None:
    box = await box_of(database)
    with at(MOMENT):
        first = Analyst(database, 5)
        assert await first._take(box, 60.0)
        assert await database.run(begin_analysis, box) == 1
        if database.is_sqlite:  # PostgreSQL counts by a clock of its own
            await Analyst(database, 5).look()
            assert await database.read(list_analyses, box) == []
            with pytest.raises(AnalysisUnderWay):
                await Analyst(database, 5).make_now(box)
    with at(MOMENT + timedelta(minutes=2)):
        if database.is_sqlite:
            await Analyst(database, 5).look()
            assert [line.number for line in await database.read(list_analyses, box)] == [1]


async def test_who_is_told_to_stop_takes_the_other_process_with_it(database: Database) -> None:
    box = await box_of(database, people=400)
    work = asyncio.create_task(Analyst(database, 5).make(box))
    await asyncio.sleep(1.0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await database.read(list_analyses, box) == []
    assert await database.read(lambda db: set(db.scalars(select(Voter.placed_in)))) == {None}


async def test_a_process_that_fails_stores_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rimay.analysing.sys.executable", "/bin/false")
    box = await box_of(database)
    with pytest.raises((ChildProcessError, BrokenPipeError)):
        await Analyst(database, 5).make(box)
    assert await database.read(list_analyses, box) == []


async def test_a_deliberation_that_is_not_there_has_no_analysis(database: Database) -> None:
    with pytest.raises(NotFound):
        await Analyst(database, 5).make_now(7)


async def number_taken(url: str, box: int) -> None:
    """Return when some process has begun the first analysis."""
    database = Database(url)
    try:
        while await database.read(lambda db: db.get_one(Deliberation, box).round) == 1:
            await asyncio.sleep(0.02)
    finally:
        await database.dispose()


def test_what_is_killed_half_way_is_made_by_the_next(sqlite_url: str) -> None:
    """A real process, killed while it works: its number is taken, nothing is stored, and the next one goes on."""

    async def fill() -> int:
        database = Database(sqlite_url)
        try:
            return await box_of(database, people=2000)
        finally:
            await database.dispose()

    async def lines(box: int, *, make: bool) -> list[int]:
        database = Database(sqlite_url)
        try:
            if make:
                await Analyst(database, 5).make(box)
            return [line.number for line in await database.read(list_analyses, box)]
        finally:
            await database.dispose()

    box = asyncio.run(fill())
    script = (
        "import asyncio\nimport surveys.tables\nfrom core.database import Database\n"
        "from rimay.analysing import Analyst\n"
        f"asyncio.run(Analyst(Database({sqlite_url!r}), 5).make({box}))"
    )
    process = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    asyncio.run(number_taken(sqlite_url, box))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert asyncio.run(lines(box, make=False)) == []
    assert asyncio.run(lines(box, make=True)) == [1]
