"""What is asked of the machine about open answers is worked out in a process of its own, and stored.

    python -m rimay.coding_work

works one out: a task in at its standard input; out at its standard output, each after its length, how far it is, and
at the end the outcome. It has no database and no key.
"""

import asyncio
import logging
import os
import pickle
import struct
import sys
from contextlib import suppress
from typing import Any

from core.budget import take_turn
from core.clock import ticks
from core.database import Database
from deliberation.voices.coding_task import Outcome, Task, work_out
from deliberation.voices.meaning import find_meaning
from deliberation.voices.suggesting import (
    Begun,
    give_up,
    list_asked,
    note_progress,
    read_task,
    store_outcome,
)

_LEASE = 20.0
"""Seconds after which another worker takes over whose worker says nothing any more."""
_LOWER = 10
_PAUSE = 1.0
"""Seconds between two words on how far it is."""
_LENGTH = struct.Struct(">I")

_log = logging.getLogger("rimay.coding")


class CalledOff(Exception):
    """It is not wanted any more."""


class Coder:
    """Works out what is asked, one thing at a time. Any number of workers may look: each thing is stored once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> None:
        """Work out what is asked by now."""
        for consultation_id in await self._database.read(list_asked):
            if await self._take(consultation_id, _LEASE):
                await self.make(consultation_id)

    async def make(self, consultation_id: int) -> bool:
        """Work out what is asked of one consultation. False where nothing is, or it was called off."""
        begun = await self._database.read(read_task, consultation_id)
        if begun is None:
            return False
        begun_at = ticks()
        try:
            outcome = await self._work_out(begun)
        except CalledOff:
            return False
        except (ConnectionError, asyncio.IncompleteReadError):
            _log.error("consultation %d: what was asked could not be worked out", consultation_id)
            await self._database.run(give_up, begun)
            return False
        if not await self._database.run(store_outcome, begun, outcome):
            return False
        _log.info(
            "consultation %d: %d answers coded in %.1f s",
            consultation_id,
            len(begun.voices),
            ticks() - begun_at,
        )
        return True

    async def _work_out(self, begun: Begun) -> Outcome:
        said_at = ticks()
        async with _Apart(begun.task) as apart:
            while True:
                try:
                    said = await asyncio.wait_for(apart.next(), _LEASE / 3)
                except TimeoutError:
                    said = None
                if isinstance(said, Outcome):
                    return said
                if said is None or ticks() - said_at >= _PAUSE:
                    said_at = ticks()
                    await self._say(begun, said)

    async def _say(self, begun: Begun, said: tuple[int, int] | None) -> None:
        await self._take(begun.consultation_id, 0.0)
        done, of = said or (len(begun.task.texts), len(begun.task.texts))
        if not await self._database.run(note_progress, begun, done, of):
            raise CalledOff

    async def _take(self, consultation_id: int, lease: float) -> bool:
        return await self._database.run(take_turn, f"coding-{consultation_id}", lease)


class _Apart:
    """The other process. Who leaves the block ends it."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._reading: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> "_Apart":
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "rimay.coding_work", stdin=pipe, stdout=pipe
        )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(pickle.dumps(self._task))
            await self._process.stdin.drain()
            self._process.stdin.close()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reading is not None:
            self._reading.cancel()
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def next(self) -> Any:
        """What it says next: how far it is, or the outcome. Who waited in vain may ask again."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        said = await asyncio.shield(self._reading)
        self._reading = None
        return said

    async def _read(self) -> Any:
        assert self._process.stdout is not None
        (length,) = _LENGTH.unpack(await self._process.stdout.readexactly(_LENGTH.size))
        return pickle.loads(await self._process.stdout.readexactly(length))


def main() -> None:
    """Read a task, work it out, write how far it is and what came out."""
    os.nice(_LOWER)
    task: Task = pickle.load(sys.stdin.buffer)
    said_at = ticks()

    def follow(done: int, total: int) -> None:
        nonlocal said_at
        if ticks() - said_at >= _PAUSE:
            said_at = ticks()
            _say((done, total))

    _say(work_out(task, find_meaning(), follow))


def _say(said: object) -> None:
    content = pickle.dumps(said)
    sys.stdout.buffer.write(_LENGTH.pack(len(content)) + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
