"""The durable jobs: one a chunk of recipients. They hold two numbers, the broadcast and the chunk, and no person."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS, DBOSConfig, SetWorkflowID

from bot.delivery import Courier
from bot.jobs_connection import JobsConnection
from core.database import Database
from core.outbox import list_unclaimed_chunks, list_unfinished

_PATIENCE = 5.0
_LONGEST_PATIENCE = 600.0
_OVER = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})

_log = logging.getLogger("rimay.delivery")


class Jobs:
    """The durable jobs of this process. What was running when another died goes on here."""

    _running: "Jobs | None" = None

    def __init__(self, url: str, courier: Courier, database: Database) -> None:
        self._url = url
        self._courier = courier
        self._database = database
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Take up what is unfinished: jobs that were running, and broadcasts that nobody enqueued in time."""
        config: DBOSConfig = {
            "name": "rimay",
            "system_database_url": self._url,
            "application_version": "1",
            "executor_id": "slot-1",
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        if self._url.startswith("sqlite"):
            config["db_engine_kwargs"] = {"connect_args": {"factory": JobsConnection}}
        DBOS(config=config)
        Jobs._running, self._loop = self, asyncio.get_running_loop()
        await asyncio.to_thread(DBOS.launch)
        for broadcast_id in await self._database.read(list_unfinished):
            await self.deliver(broadcast_id)

    async def deliver(self, broadcast_id: int) -> None:
        """Start a job for each chunk that still has something to send. A second time changes nothing."""
        for chunk in await self._database.read(list_unclaimed_chunks, broadcast_id):
            with SetWorkflowID(await _free_name(f"broadcast-{broadcast_id}-{chunk}")):
                await DBOS.start_workflow_async(carry_chunk, broadcast_id, chunk)

    async def stop(self) -> None:
        """Finish what is in flight and let go; unfinished jobs go on at the next start."""
        await self._courier.stop()
        await asyncio.to_thread(DBOS.destroy)
        # The engine had made its own threads those of the loop, and has ended them: others still need some.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        Jobs._running = None

    @classmethod
    async def carry(cls, broadcast_id: int, chunk: int) -> None:
        """Carry a chunk on the loop that the bot's connections belong to; jobs may wake up on another."""
        jobs = cls._running
        if jobs is None or jobs._loop is None:
            raise RuntimeError("a job woke up in a process that has no courier")
        work = jobs._carry(broadcast_id, chunk)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, jobs._loop))

    async def _carry(self, broadcast_id: int, chunk: int) -> None:
        """Until it is done: a job that gave up would leave people waiting, and nobody would notice."""
        patience = _PATIENCE
        while True:
            try:
                return await self._courier.carry(broadcast_id, chunk)
            except Exception as error:
                _log.error("broadcast %d waits %d s: %s", broadcast_id, patience, type(error).__name__)
            await asyncio.sleep(patience)
            patience = min(patience * 2, _LONGEST_PATIENCE)


@DBOS.workflow(name="carry_chunk", max_recovery_attempts=50)
async def carry_chunk(broadcast_id: int, chunk: int) -> None:
    """One durable job."""
    await Jobs.carry(broadcast_id, chunk)


async def _free_name(name: str) -> str:
    """A job is known by its name, so that it runs once; one that is over gives its name to no other."""
    free, attempt = name, 1
    while (status := await DBOS.get_workflow_status_async(free)) is not None and status.status in _OVER:
        attempt += 1
        free = f"{name}-{attempt}"
    return free
