"""An update has its effect once."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.tables import SeenUpdate
from core.updates import once, sweep_seen_updates


class Counter:
    """A use case that counts how often it ran."""

    def __init__(self) -> None:
        self.ran = 0

    def __call__(self, db: Session, step: int = 1) -> int:
        self.ran += step
        return self.ran


async def test_the_second_time_changes_nothing(database: Database) -> None:
    count = Counter()

    assert await database.run(once, 7, count) == 1
    assert await database.run(once, 7, count) is None
    assert await database.run(once, 8, count, step=10) == 11


async def test_at_once_it_runs_once(database: Database) -> None:
    count = Counter()

    results = await asyncio.gather(*(database.run(once, 7, count) for _ in range(8)))

    assert sorted(results, key=str) == [1, *[None] * 7]


async def test_what_failed_may_be_tried_again(database: Database) -> None:
    def fail(db: Session) -> None:
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        await database.run(once, 7, fail)

    assert await database.run(once, 7, Counter()) == 1


async def test_the_largest_number_of_an_update_fits(database: Database) -> None:
    assert await database.run(once, 2**63 - 1, Counter()) == 1
    assert await database.run(once, 2**63 - 1, Counter()) is None


async def test_marks_of_more_than_a_week_ago_are_swept(database: Database) -> None:
    today = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    for number, days in ((1, 9), (2, 8), (3, 7), (4, 0)):
        with at(today - timedelta(days=days)):
            await database.run(once, number, Counter())
    await database.run(lambda db: db.add(SeenUpdate(update_id=5)))

    with at(today):
        await database.run(sweep_seen_updates)

    query = select(SeenUpdate.update_id, SeenUpdate.seen_on).order_by(SeenUpdate.update_id)
    kept = await database.read(lambda db: [tuple(row) for row in db.execute(query)])
    assert kept == [
        (3, date(2026, 11, 13)),
        (4, date(2026, 11, 20)),
        (5, date(2026, 11, 20)),  # from before marks had a date: it begins to count today
    ]
