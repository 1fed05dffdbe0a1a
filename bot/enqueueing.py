"""Asking for durable jobs. Any process may ask; workers carry them out (bot/jobs.py)."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import create_engine, event

from bot.jobs_connection import JobsConnection
from core.clock import now
from core.connecting import attentive_address

APPLICATION, VERSION = "rimay", "1"
BROADCASTS, CHUNKS = "broadcasts", "chunks"
"""Queues: one job a broadcast, which enqueues one a chunk."""
_ALIVE = ["ENQUEUED", "PENDING"]
_KEPT = timedelta(days=7)
_AT_ONCE = 500

_log = logging.getLogger("rimay.jobs")


class Enqueuer:
    """Enqueues broadcasts. What it cannot enqueue is found by a worker within a minute."""

    def __init__(self, url: str) -> None:
        self._url = attentive_address(url)
        self._client: DBOSClient | None = None
        self.lost = asyncio.Event()
        """Never set: who only asks has nothing that could be lost. `Jobs` has."""

    async def start(self) -> None:
        """Nothing to start: the connections are made when they are needed."""

    async def stop(self) -> None:
        """Let go of the connections."""
        await asyncio.to_thread(self.close)

    async def deliver(self, broadcast_id: int) -> None:
        """Have a broadcast carried. A second time changes nothing."""
        try:
            await asyncio.to_thread(self._enqueue_broadcast, broadcast_id)
        except Exception as error:  # the decision to send is stored: nothing is lost
            _log.warning("broadcast %d waits for a worker to find it: %s", broadcast_id, type(error).__name__)

    def enqueue_chunks(self, broadcast_id: int, chunks: Iterable[int]) -> None:
        """Enqueue chunks that are not enqueued yet, from any thread. Broadcasts take turns, chunk by chunk."""
        rows = self._jobs.list_workflows(
            queue_name=CHUNKS, status=_ALIVE, load_input=False, load_output=False
        )
        enqueued = {row.deduplication_id for row in rows}
        for chunk in chunks:
            if (name := f"{broadcast_id}-{chunk}") not in enqueued:
                self._enqueue(CHUNKS, "carry_chunk", name, chunk + 1, broadcast_id, chunk)

    def executors(self) -> set[str]:
        """Who has jobs that are begun and not ended; some may be dead."""
        return {row.executor_id for row in self._begun() if row.executor_id is not None}

    def put_back(self, executor: str) -> None:
        """Let others take the jobs that an executor, which is no more, had begun."""
        for row in self._begun(executor_id=executor):
            # The library does just this for its own executor at launch; for another it offers no public way.
            self._jobs._sys_db.reenqueue_for_recovery(row.workflow_id, [executor], CHUNKS)

    def forget_old(self) -> None:
        """Forget some of the jobs that were over a week ago: nobody looks at them any more."""
        over = self._jobs.list_workflows(
            queue_name=[BROADCASTS, CHUNKS],
            completed_before=(now() - _KEPT).isoformat(),
            limit=_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if over:
            self._jobs.delete_workflows([row.workflow_id for row in over])

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            client.destroy()

    @property
    def _jobs(self) -> DBOSClient:
        if self._client is None:
            self._client = _client(self._url)
        return self._client

    def _begun(self, **chosen: Any) -> list[Any]:
        return self._jobs.list_workflows(
            queue_name=[BROADCASTS, CHUNKS], status="PENDING", load_input=False, load_output=False, **chosen
        )

    def _enqueue_broadcast(self, broadcast_id: int) -> None:
        self._enqueue(BROADCASTS, "spread_broadcast", str(broadcast_id), 1, broadcast_id)

    def _enqueue(self, queue: str, job: str, name: str, priority: int, *args: int) -> None:
        options: EnqueueOptions = {
            "queue_name": queue,
            "workflow_name": job,
            "deduplication_id": name,
            "duplication_policy": "return-existing",
            "priority": priority,
            "app_version": VERSION,
        }
        self._jobs.enqueue(options, *args)


def _client(url: str) -> DBOSClient:
    if not url.startswith("sqlite"):
        return DBOSClient(
            system_database_url=url,
            system_database_pool_size=2,
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )
    engine = create_engine(url, connect_args={"factory": JobsConnection})

    @event.listens_for(engine, "connect")
    def take_turns(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")

    return DBOSClient(system_database_engine=engine, application_name=APPLICATION, lazy=True)
