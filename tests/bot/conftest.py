"""The town where the tests of the chat take place."""

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from core.clock import at
from core.database import Database
from core.sealing import Vault
from core.settings import Settings
from i18n.translator import Translator
from tests.bot.invitations import prepares, willing
from tests.bot.receiving import Ledger, Processes
from tests.bot.town import Town
from tests.deliberation.assemblies.meetings import NOON


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
def noon() -> Iterator[None]:
    """It is noon, three weeks before the assembly."""
    with at(NOON):
        yield


@pytest.fixture
async def assembly(town: Town, noon: None) -> int:
    """An assembly of which everything is said, at noon; Luis, in Spanish, and Rosa, in Kichwa, may be invited."""
    await willing(town, town.luis)
    await willing(town, town.rosa, "qu")
    return await prepares(town)


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
