"""The place that an executor of durable jobs takes: two living ones never have the same."""

import asyncio
import fcntl
import logging
from pathlib import Path
from typing import IO, Protocol

from psycopg import AsyncConnection, Error
from sqlalchemy.engine import URL, make_url

from core.connecting import parameters_of
from core.errors import Conflict

_CLASS = 7274295
"""PostgreSQL's advisory locks of this class are slots."""
_SLOTS = range(1, 257)
_PATIENCE = 20.0
"""Seconds in which a slot that was lost with its connection is taken back before the process gives up."""
_TIMEOUT = 10.0

_log = logging.getLogger("rimay.jobs")


class AlreadyCarried(Conflict):
    """Another process of this machine carries the deliveries of this SQLite database."""

    code = "already_carried"


class Slot(Protocol):
    """A number that is nobody else's until it is left, or its process dies."""

    @property
    def name(self) -> str:
        """As the engine of the jobs knows the executor."""

    async def take(self) -> None:
        """Take the first that is free. Raises AlreadyCarried where there is only one, and it is taken."""

    async def keep(self) -> bool:
        """False when it was lost: another process may have it."""

    async def borrow(self, name: str) -> bool:
        """Take a slot that nobody has, beside one's own, for a moment. False: somebody has it."""

    async def give_back(self, name: str) -> None:
        """Let a borrowed one go."""

    async def leave(self) -> None:
        """Let one's own go."""


def slot_of(jobs_url: str) -> Slot:
    """How slots are taken where the jobs live."""
    url = make_url(jobs_url)
    if url.get_backend_name() == "sqlite":
        return FileSlot(Path(url.database or "jobs.db"))
    return ServerSlot(url)


async def check_free(jobs_url: str) -> None:
    """Look before starting whether the process could have a slot. Raises AlreadyCarried."""
    slot = slot_of(jobs_url)
    if isinstance(slot, FileSlot):
        await slot.take()
        await slot.leave()


class FileSlot:
    """The only slot of a SQLite file: a lock that the system takes off when its process dies."""

    name = "slot-1"

    def __init__(self, jobs: Path) -> None:
        self._path = jobs.with_name(jobs.name + ".lock")
        self._file: IO[bytes] | None = None

    async def take(self) -> None:
        """See Slot."""
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise AlreadyCarried from None
        self._file = file

    async def keep(self) -> bool:
        """A file is not lost."""
        return True

    async def borrow(self, name: str) -> bool:
        """Its own alone there is."""
        return name != self.name

    async def give_back(self, name: str) -> None:
        """Nobody else could have wanted it."""

    async def leave(self) -> None:
        """See Slot."""
        if self._file is not None:
            self._file.close()
            self._file = None


class ServerSlot:
    """A slot of a PostgreSQL server: an advisory lock on a connection that is kept for life."""

    def __init__(self, url: URL) -> None:
        self._parameters = parameters_of(url) | {"application_name": "rimay-slot", "autocommit": True}
        self._connection: AsyncConnection | None = None
        self._number = 0
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        """See Slot."""
        return f"slot-{self._number}"

    async def take(self) -> None:
        """See Slot."""
        self._connection = await self._connect()
        for number in _SLOTS:
            if await self._try(number):
                self._number = number
                return
        raise AlreadyCarried

    async def keep(self) -> bool:
        """Look whether the connection lives; where the server was away, take the same slot again if nobody did."""
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self._ask("SELECT 1")
                return True
        except (Error, OSError, TimeoutError):
            _log.warning("the connection that holds %s is lost", self.name)
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE
        while loop.time() < until:
            await self._close()
            try:
                async with asyncio.timeout(_TIMEOUT):
                    self._connection = await self._connect()
                    if await self._try(self._number):
                        return True
            except (Error, OSError, TimeoutError):
                until += 0.5  # while the server is away nobody can take it
            await asyncio.sleep(0.5)
        return False

    async def borrow(self, name: str) -> bool:
        """See Slot."""
        number = int(name.removeprefix("slot-"))
        return number != self._number and await self._try(number)

    async def give_back(self, name: str) -> None:
        """See Slot."""
        await self._ask("SELECT pg_advisory_unlock(%s, %s)", _CLASS, int(name.removeprefix("slot-")))

    async def leave(self) -> None:
        """See Slot."""
        await self._close()

    async def _try(self, number: int) -> bool:
        return bool(await self._ask("SELECT pg_try_advisory_lock(%s, %s)", _CLASS, number))

    async def _connect(self) -> AsyncConnection:
        return await AsyncConnection.connect(**self._parameters)

    async def _ask(self, query: str, *values: int) -> object:
        assert self._connection is not None
        async with self._turn:
            cursor = await self._connection.execute(query.encode(), values)
            row = await cursor.fetchone()
            return row[0] if row else None

    async def _close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()
