"""One person is served in one place at a time, within a process and over all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from core.database import Database
from core.inbox import NotKept, keep_update
from core.shared_turns import SharedTurns
from core.turns import LocalTurns, Standing, Turns

ROSA, LUIS = b"r" * 32, b"l" * 32
Open = Callable[[], tuple[Turns, list[bytes]]]


@pytest.fixture
async def opened(database: Database) -> AsyncIterator[Open]:
    """Opens turns as a process does, with whom it was called back for."""
    all_of_them: list[Turns] = []

    def open_turns() -> tuple[Turns, list[bytes]]:
        behind: list[bytes] = []
        turns: Turns = (
            LocalTurns(behind.append) if database.is_sqlite else SharedTurns(database.url, behind.append)
        )
        all_of_them.append(turns)
        return turns, behind

    yield open_turns
    for turns in all_of_them:
        await turns.close()


@pytest.fixture
def two(postgresql_url: str) -> tuple[SharedTurns, SharedTurns]:
    """Two processes on one PostgreSQL."""
    return SharedTurns(make_url(postgresql_url), _nobody), SharedTurns(make_url(postgresql_url), _nobody)


def _nobody(_person: bytes) -> None:
    raise AssertionError("nobody waits")


async def becomes(turns: Turns, person: bytes, standing: Standing) -> None:
    """Ask until the turn stands so."""
    async with asyncio.timeout(5):
        while await turns.take(person) is not standing:
            await asyncio.sleep(0.01)


async def test_a_turn_is_taken_once_until_it_is_left(opened: Open) -> None:
    turns, _ = opened()

    assert await turns.take(ROSA) is Standing.FREE
    assert await turns.take(ROSA) is Standing.BUSY
    assert await turns.take(LUIS) is Standing.FREE, "somebody else is another turn"

    turns.leave(ROSA)
    assert await turns.take(ROSA) is Standing.FREE
    assert await turns.holds(ROSA)


async def test_many_who_ask_at_once_get_one_turn_of_each_person(opened: Open) -> None:
    turns, _ = opened()
    people = [bytes([number]) * 32 for number in range(20)]

    standings = await asyncio.gather(*(turns.take(person) for person in people * 3))

    assert standings.count(Standing.FREE) == 20
    assert standings.count(Standing.BUSY) == 40


async def test_who_has_something_waiting_is_behind_and_cannot_be_left(
    database: Database, opened: Open
) -> None:
    turns, behind = opened()
    assert await turns.take(ROSA) is Standing.FREE
    await database.run(keep_update, 5, ROSA, b"sealed")
    turns.expect(ROSA)

    turns.leave(ROSA)
    async with asyncio.timeout(5):
        while not behind:
            await asyncio.sleep(0.01)

    assert behind == [ROSA]
    assert await turns.take(ROSA) is Standing.BUSY, "whoever was called back serves them"
    turns.give_up(ROSA)
    assert await turns.take(ROSA) is Standing.BEHIND


async def test_two_processes_do_not_serve_one_person(two: tuple[SharedTurns, SharedTurns]) -> None:
    here, there = two
    assert await here.take(ROSA) is Standing.FREE
    assert await there.take(ROSA) is Standing.BUSY
    assert await there.take(LUIS) is Standing.FREE

    here.leave(ROSA)
    await becomes(there, ROSA, Standing.FREE)

    assert await here.take(ROSA) is Standing.BUSY
    await here.close()
    await there.close()


@pytest.fixture
def apart(postgresql_url: str) -> Iterator[URL]:
    """The tables of an installation that keeps them in a schema of its own, and says so in its address."""
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA apart"))
        connection.execute(text("CREATE TABLE apart.waiting_update (LIKE waiting_update INCLUDING ALL)"))
        yield make_url(postgresql_url).update_query_dict({"options": "-c search_path=apart"})
        connection.execute(text("DROP SCHEMA apart CASCADE"))
    engine.dispose()


async def test_what_the_address_of_the_database_says_holds_for_turns_as_well(apart: URL) -> None:
    database, turns = Database(apart.render_as_string(hide_password=False)), SharedTurns(apart, _nobody)
    await database.run(keep_update, 5, ROSA, b"sealed")
    await database.dispose()

    assert await turns.take(LUIS) is Standing.FREE
    assert await turns.take(ROSA) is Standing.BEHIND, "what is there is seen, and not what is elsewhere"
    assert turns._connection is not None
    shown = await turns._connection.execute("SHOW plan_cache_mode")
    assert await shown.fetchone() == ("force_generic_plan",), "and so does what is ours"
    await turns.close()


async def test_with_its_process_every_turn_ends(two: tuple[SharedTurns, SharedTurns]) -> None:
    here, there = two
    assert await here.take(ROSA) is Standing.FREE

    await here.close()

    await becomes(there, ROSA, Standing.FREE)
    await there.close()


def cut(url: str) -> None:
    """The server ends every other connection to the database."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        query = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(text(query))
    engine.dispose()


async def test_a_connection_that_is_cut_loses_its_turns_and_comes_back(
    two: tuple[SharedTurns, SharedTurns], postgresql_url: str
) -> None:
    here, there = two
    assert await here.take(ROSA) is Standing.FREE

    cut(postgresql_url)

    await becomes(there, ROSA, Standing.FREE)
    assert not await here.holds(ROSA), "whoever asks is told that it is lost"
    here.leave(ROSA)
    assert await here.take(ROSA) is Standing.BUSY, "what is left late does not take the turn from the other"
    assert await here.take(LUIS) is Standing.FREE
    await here.close()
    await there.close()


async def test_who_was_being_left_when_the_connection_was_cut_can_be_served_again(
    two: tuple[SharedTurns, SharedTurns], postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.shared_turns._LINGER", 1000.0)
    here, there = two
    assert await here.take(ROSA) is Standing.FREE
    here.leave(ROSA)

    cut(postgresql_url)
    assert await here.take(LUIS) is Standing.FREE

    assert await here.take(ROSA) is Standing.FREE
    await here.close()
    await there.close()


async def test_where_no_database_answers_nothing_is_taken(postgresql_url: str) -> None:
    turns = SharedTurns(make_url(postgresql_url).set(port=1), _nobody)

    results = await asyncio.gather(turns.take(ROSA), turns.take(LUIS), return_exceptions=True)

    assert [type(result) for result in results] == [NotKept, NotKept]
    await turns.close()
