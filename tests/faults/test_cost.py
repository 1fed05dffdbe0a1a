"""The cost of a batch is that of a batch, however many are asked in all: counted in steps of the database."""

from functools import partial
from pathlib import Path
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from sqlalchemy import event

from core.claims import Restraint
from core.clock import now
from core.database import Database
from core.dispatch import Batch, settle_and_claim
from core.outbox import Settled
from core.progress import State
from core.sealing import Vault
from deliberation.relevance import still_wanted
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


async def steps_of_two_batches(url: str, people: int) -> int:
    """What it takes to claim a batch, to settle it and to claim the next."""
    database = Database(url)
    steps = Steps(database)
    upgrade(database.engine)
    await database.run(enrol_many, range(FIRST, FIRST + people), Vault(KEY))
    await database.run(open_one)
    before, batch = steps.count, Batch()
    for _ in range(2):
        moment = now()
        _, claimed = await database.run(
            settle_and_claim, 1, 0, batch, BATCH, restraint=_RESTRAINT, known_by=moment
        )
        assert len(claimed) == BATCH
        batch = Batch([Settled(one.delivery_id, State.SENT) for one in claimed], moment)
    taken = steps.count - before
    await database.dispose()
    return taken


async def test_a_batch_costs_the_same_however_many_are_asked(tmp_path: Path) -> None:
    few = await steps_of_two_batches(f"sqlite:///{tmp_path / 'few.db'}", 300)
    many = await steps_of_two_batches(f"sqlite:///{tmp_path / 'many.db'}", 6000)

    assert few > 0
    assert many < 1.5 * few, f"{few} steps for few, {many} for many"
