"""The durable jobs of a worker: one a chunk of recipients. They hold two numbers, broadcast and chunk, and no person.

What was running when a worker died goes on in another: in its replacement, which takes the same slot and finds there
what was begun, or in any that lives and sees that the slot is nobody's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS, DBOSConfig

from bot.delivery import Courier
from bot.enqueueing import APPLICATION, BROADCASTS, CHUNKS, VERSION, Enqueuer
from bot.jobs_connection import JobsConnection
from bot.jobs_slot import slot_of
from core.budget import take_turn
from core.connecting import attentive_address
from core.database import Database
from core.outbox import list_unclaimed_chunks, list_unfinished

_PATIENCE = 5.0
_TRIES = 3
_MINUTE = 60.0
_LOOK_FOR_ORPHANS = 15.0
_WATCH = 5.0
_LOOK_AT_VOTES = 10.0
_LOOK_AT_ANSWERS = 5.0
_POLL = 0.25
"""Seconds between two looks into a queue."""

_log = logging.getLogger("rimay.jobs")

Calendar = Callable[[], Awaitable[object]]
"""What is done once a minute by one of the workers, and what each of them does as often as it finds something."""


class Jobs:
    """The durable jobs of this process."""

    _running: "Jobs | None" = None

    def __init__(
        self,
        url: str,
        courier: Courier,
        database: Database,
        *,
        calendar: Calendar | None = None,
        analyse: Calendar | None = None,
        code: Calendar | None = None,
    ) -> None:
        self._url = attentive_address(url)
        self._courier = courier
        self._database = database
        self._calendar = calendar
        self._analyse = analyse
        self._code = code
        self._slot = slot_of(url)
        self._enqueuer = Enqueuer(url)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._habits: list[asyncio.Task[None]] = []
        self.lost = asyncio.Event()
        """Set when the slot is lost: the process must end, and be started again."""

    async def start(self) -> None:
        """Take a slot, and up what is unfinished. Raises AlreadyCarried where another process has the only slot."""
        await self._slot.take()
        DBOS(config=self._config())
        Jobs._running, self._loop = self, asyncio.get_running_loop()
        await asyncio.to_thread(self._launch)
        await self._deliver_unfinished()
        self._habits = [
            asyncio.create_task(self._often(_WATCH, self._watch)),
            asyncio.create_task(self._often(_LOOK_FOR_ORPHANS, self._adopt_orphans)),
            asyncio.create_task(self._often(_WATCH, self._keep_calendar)),
            asyncio.create_task(self._often(_LOOK_AT_VOTES, self._look_at_votes)),
            asyncio.create_task(self._often(_LOOK_AT_ANSWERS, self._look_at_answers)),
        ]

    async def deliver(self, broadcast_id: int) -> None:
        """Have a broadcast carried. A second time changes nothing."""
        await self._enqueuer.deliver(broadcast_id)

    async def stop(self) -> None:
        """Finish what is in flight and let go; what is unfinished goes on elsewhere at once, or at the next start."""
        for habit in self._habits:
            habit.cancel()
        await self._courier.stop()
        await asyncio.to_thread(DBOS.destroy)
        # The engine had made its own threads those of the loop, and has ended them: others still need some.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        Jobs._running = None
        try:
            await asyncio.to_thread(self._enqueuer.put_back, self._slot.name)
        except Exception as error:  # whoever takes the slot next finds them
            _log.warning("what is unfinished waits for a worker: %s", type(error).__name__)
        self._enqueuer.close()
        await self._slot.leave()

    def _config(self) -> DBOSConfig:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._url,
            "sys_db_pool_size": 5,
            "application_version": VERSION,
            "executor_id": self._slot.name,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        if self._url.startswith("sqlite"):
            config["db_engine_kwargs"] = {"connect_args": {"factory": JobsConnection}}
        return config

    def _launch(self) -> None:
        DBOS.launch()
        for name, at_once in ((BROADCASTS, 1), (CHUNKS, self._courier.chunks_at_once)):
            DBOS.register_queue(
                name, worker_concurrency=at_once, polling_interval_sec=_POLL, on_conflict="always_update"
            )

    # What is done again and again

    async def _often(self, seconds: float, habit: Callable[[], Coroutine[None, None, None]]) -> None:
        while True:
            try:
                await habit()
            except Exception as error:
                _log.warning("%s is tried again: %s", habit.__name__.strip("_"), type(error).__name__)
            await asyncio.sleep(seconds)

    async def _watch(self) -> None:
        if not self.lost.is_set() and not await self._slot.keep():
            _log.error("%s is lost: this process ends", self._slot.name)
            self.lost.set()

    async def _adopt_orphans(self) -> None:
        """Let everybody take what was begun in slots that are nobody's: their process died, or will not come back."""
        for name in await asyncio.to_thread(self._enqueuer.executors):
            if name != self._slot.name and await self._slot.borrow(name):
                try:
                    await asyncio.to_thread(self._enqueuer.put_back, name)
                finally:
                    await self._slot.give_back(name)

    async def _keep_calendar(self) -> None:
        """Once a minute, in one of the workers: what has come due, and what got lost on its way to a queue."""
        if not await self._database.run(take_turn, "calendar", _MINUTE):
            return
        if self._calendar is not None:
            try:
                await self._calendar()
            except Exception as error:
                _log.error("the calendar is tried again in a minute: %s", type(error).__name__)
        await self._deliver_unfinished()
        await asyncio.to_thread(self._enqueuer.forget_old)

    async def _look_at_votes(self) -> None:
        """Make the analyses that are due. It may take minutes, and ends half-way when the process does."""
        if self._analyse is not None:
            await self._analyse()

    async def _look_at_answers(self) -> None:
        """Work out what is asked of the machine about open answers. Votes do not wait for it, nor it for them."""
        if self._code is not None:
            await self._code()

    async def _deliver_unfinished(self) -> None:
        if not self._courier.silent:
            for broadcast_id in await self._database.read(list_unfinished):
                await self.deliver(broadcast_id)

    # The jobs

    @classmethod
    async def run(cls, job: Callable[["Jobs"], Coroutine[None, None, None]]) -> None:
        """Run a job on the loop that the bot's connections belong to; jobs may wake up on another."""
        jobs = cls._running
        if jobs is None or jobs._loop is None:
            raise RuntimeError("a job woke up in a process that has no courier")
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(job(jobs), jobs._loop))

    async def spread(self, broadcast_id: int) -> None:
        """Enqueue the chunks of a broadcast that have somebody to send to."""
        if not self._courier.silent:
            chunks = await self._database.read(list_unclaimed_chunks, broadcast_id)
            await asyncio.to_thread(self._enqueuer.enqueue_chunks, broadcast_id, chunks)

    async def carry(self, broadcast_id: int, chunk: int) -> None:
        """Carry a chunk. Trouble that lasts ends the job: others get their turn, and the calendar enqueues it again."""
        for trial in range(_TRIES):
            try:
                await self._courier.carry(broadcast_id, chunk)
                return
            except Exception as error:
                _log.error("broadcast %d, chunk %d: %s", broadcast_id, chunk, type(error).__name__)
            await asyncio.sleep(_PATIENCE * 2**trial)


@DBOS.workflow(name="spread_broadcast", max_recovery_attempts=50)
async def spread_broadcast(broadcast_id: int) -> None:
    """The durable job of a broadcast."""
    await Jobs.run(lambda jobs: jobs.spread(broadcast_id))


@DBOS.workflow(name="carry_chunk", max_recovery_attempts=50)
async def carry_chunk(broadcast_id: int, chunk: int) -> None:
    """The durable job of a chunk."""
    await Jobs.run(lambda jobs: jobs.carry(broadcast_id, chunk))
