"""The database goes away for seconds, in the middle: the workers wait, remember what they have sent, and go on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from migrations.schema import upgrade
from tests.faults.bot_api_process import BotApiProcess
from tests.faults.cluster import Cluster, running_cluster
from tests.faults.town import Town

OUTAGE = 2.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of this test alone."""
    with running_cluster() as cluster:
        yield cluster


async def test_a_database_that_crashes_and_starts_again_loses_nobody(
    cluster: Cluster, tmp_path: Path, api: BotApiProcess
) -> None:
    town = Town(cluster.url, tmp_path, api)
    upgrade(town.database.engine)
    await town.settle_in()
    async with town.worker() as worker, town.worker() as other:
        await town.until_arrived(100)
        await asyncio.to_thread(cluster.crash)
        await asyncio.sleep(OUTAGE)
        await asyncio.to_thread(cluster.start)
        await town.reconnect()
        assert (await town.progress()).new > 0
        await town.until_over()
        assert [await worker.stop(), await other.stop()] == [0, 0]
    assert await town.in_doubt() == set()
    await town.check()
    await town.close()


@pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)
async def test_a_database_that_lets_nobody_in_for_a_while_loses_nobody(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(100)
        await asyncio.to_thread(lock_out, town.url, OUTAGE)
        await town.reconnect()
        assert (await town.progress()).new > 0
        await town.until_over()
        assert await worker.stop() == 0
    assert await town.in_doubt() == set()
    await town.check()


def lock_out(url: str, seconds: float) -> None:
    """Throw everybody out of a database, and keep the door shut for a while."""
    place = make_url(url)
    engine = create_engine(place.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = place.database
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        throw_out = text(
            "SELECT pg_terminate_backend(pid), pg_sleep(0) FROM pg_stat_activity WHERE datname = :name"
        )
        connection.execute(throw_out, {"name": name}).all()
        connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    engine.dispose()
