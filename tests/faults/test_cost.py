"""The cost of a chunk is that of a chunk, however many are asked in all: counted in steps of the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from sqlalchemy import event

from bot.announcements import Announcer
from core.claims import Restraint
from core.clock import now
from core.database import Database
from core.dispatch import Batch, settle_and_claim
from core.outbox import Settled
from core.progress import State
from core.sealing import Vault
from core.settings import Settings
from deliberation.relevance import still_wanted
from i18n.translator import Translator
from migrations.schema import upgrade
from tests.faults.town import BATCH, FIRST, KEY, enrol_many, open_one

_STEP = 10
_RESTRAINT = Restraint(3, partial(still_wanted, zone=ZoneInfo("America/Guayaquil")))


class Steps:
    """Counts what SQLite does."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine, "connect", self._watch)

    def _watch(self, connection: Connection, _record: object) -> None:
        connection.set_progress_handler(self._note, _STEP)

    def _note(self) -> int:
        self.count += _STEP
        return 0


@asynccontextmanager
async def opened(url: str, people: int) -> AsyncIterator[tuple[Database, Steps]]:
    """A consultation that so many people are asked."""
    database = Database(url)
    steps = Steps(database)
    upgrade(database.engine)
    await database.run(enrol_many, range(FIRST, FIRST + people), Vault(KEY))
    await database.run(open_one)
    yield database, steps
    await database.dispose()


async def steps_of_two_batches(database: Database, steps: Steps) -> int:
    """What it takes to claim a batch, to settle it and to claim the next."""
    before, batch = steps.count, Batch()
    for _ in range(2):
        moment = now()
        _, claimed = await database.run(
            settle_and_claim, 1, 0, batch, BATCH, restraint=_RESTRAINT, known_by=moment
        )
        assert len(claimed) == BATCH
        batch = Batch([Settled(one.delivery_id, State.SENT) for one in claimed], moment)
    return steps.count - before


async def test_a_batch_costs_the_same_however_many_are_asked(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'few.db'}", 300) as of_few:
        few = await steps_of_two_batches(*of_few)
    async with opened(f"sqlite:///{tmp_path / 'many.db'}", 6000) as of_many:
        many = await steps_of_two_batches(*of_many)

    assert few > 0
    assert many < 1.5 * few, f"{few} steps for few, {many} for many"


async def test_the_text_of_a_chunk_costs_the_same_however_many_are_asked(
    tmp_path: Path, translator: Translator, settings: Settings
) -> None:
    taken = []
    for people in (300, 6000):
        async with opened(f"sqlite:///{tmp_path / str(people)}.db", people) as (database, steps):
            before = steps.count
            await database.run(Announcer, 1, translator, settings)
            taken.append(steps.count - before)

    few, many = taken
    assert few > 0
    assert many < 1.5 * few, f"{few} steps for few, {many} for many"
