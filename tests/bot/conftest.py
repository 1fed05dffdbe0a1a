"""The town where the tests of the chat take place."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from core.database import Database
from core.sealing import Vault
from core.settings import Settings
from i18n.translator import Translator
from tests.bot.receiving import Ledger, Processes
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


@pytest.fixture
async def consultation(town: Town) -> int:
    """One consultation is open; Luis has entered in Spanish, Rosa in Kichwa; they see the first question."""
    consultation_id = await town.opens(closes_on=date(2099, 12, 24))
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


@pytest.fixture
def ledger(town: Town, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """In the place of the handler of texts."""
    ledger = Ledger()
    monkeypatch.setattr("bot.application.on_text", ledger)
    return ledger


@pytest.fixture
async def process(town: Town, ledger: Ledger) -> AsyncIterator[Processes]:
    """Makes receptions on the database of the town, as many as the test needs."""
    processes = Processes(town)
    yield processes
    ledger.gate.set()
    await processes.close()
