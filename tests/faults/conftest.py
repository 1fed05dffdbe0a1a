"""A Bot API that can be told to fail, and a town that is told something while it does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from migrations.schema import upgrade
from tests.faults.bot_api_process import BotApiProcess
from tests.faults.town import Town

DELAY = 0.03
"""Seconds that a call takes: some are always under way."""


@pytest.fixture
async def api() -> AsyncIterator[BotApiProcess]:
    """A Bot API in a process of its own."""
    async with BotApiProcess(delay=DELAY) as api:
        yield api


@pytest.fixture
async def town(bare_url: str, tmp_path: Path, api: BotApiProcess) -> AsyncIterator[Town]:
    """An empty town, on SQLite and on PostgreSQL."""
    town = Town(bare_url, tmp_path, api)
    upgrade(town.database.engine)
    yield town
    await town.close()
