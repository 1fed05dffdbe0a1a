"""Slots: two living workers never have the same, and what a dead one had can be taken."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from bot.jobs_slot import AlreadyCarried, Slot, check_free, slot_of


@pytest.fixture
def server(postgresql_server: URL) -> str:
    """Where the jobs of many workers live. Slots are the database's own: the tests take turns."""
    return postgresql_server.render_as_string(hide_password=False)


async def test_a_file_has_one_slot(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    first, second = slot_of(url), slot_of(url)
    await check_free(url)
    await first.take()

    with pytest.raises(AlreadyCarried):
        await second.take()
    with pytest.raises(AlreadyCarried):
        await check_free(url)
    assert await first.keep()
    await first.leave()
    await second.take()
    await second.leave()


async def test_on_a_server_each_gets_its_own_and_the_next_gets_what_was_left(server: str) -> None:
    slots = [slot_of(server) for _ in range(3)]
    for slot in slots:
        await slot.take()
    names = [slot.name for slot in slots]
    assert len(set(names)) == 3

    await slots[1].leave()
    replacement = slot_of(server)
    await replacement.take()
    assert replacement.name == names[1]
    for slot in (slots[0], slots[2], replacement):
        await slot.leave()


async def test_only_what_is_nobodys_can_be_borrowed(server: str) -> None:
    mine, other = slot_of(server), slot_of(server)
    await mine.take()
    await other.take()

    assert not await mine.borrow(other.name)
    assert not await mine.borrow(mine.name)
    orphan = other.name
    await other.leave()
    async with asyncio.timeout(5):
        while not await mine.borrow(orphan):  # the server needs a moment to see that its owner is gone
            await asyncio.sleep(0.01)
    late = slot_of(server)
    await late.take()
    assert late.name != orphan, "it is being looked after"
    await mine.give_back(orphan)
    for slot in (mine, late):
        await slot.leave()


def break_connections(server: str) -> None:
    """As a server that is restarted does."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rimay-slot'"
            )
        )
    engine.dispose()


async def test_a_slot_whose_connection_broke_is_taken_back(server: str) -> None:
    slot = slot_of(server)
    await slot.take()
    name = slot.name
    break_connections(server)

    assert await slot.keep()
    assert slot.name == name
    other = slot_of(server)
    await other.take()
    assert other.name != name
    await other.leave()
    await slot.leave()


async def test_a_slot_that_another_took_meanwhile_is_lost(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs_slot._PATIENCE", 0.5)
    slot = slot_of(server)
    await slot.take()
    name = slot.name
    break_connections(server)
    quicker: Slot = slot_of(server)
    await quicker.take()
    assert quicker.name == name

    assert not await slot.keep()
    await quicker.leave()
    await slot.leave()
