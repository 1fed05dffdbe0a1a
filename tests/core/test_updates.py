"""An update has its effect once."""

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from core.updates import once


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
