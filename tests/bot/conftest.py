"""The town where the tests of the chat take place."""

from collections.abc import AsyncIterator

import pytest

from core.database import Database
from core.sealing import Vault
from core.settings import Settings
from i18n.translator import Translator
from tests.bot.town import Town


@pytest.fixture
async def town(
    database: Database, vault: Vault, translator: Translator, settings: Settings
) -> AsyncIterator[Town]:
    """A house with an empty database, and people at its door. Runs on SQLite and on PostgreSQL."""
    town = Town(database, vault, translator, settings)
    await town.start()
    yield town
    await town.stop()
