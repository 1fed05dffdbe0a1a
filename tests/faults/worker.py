"""Workers as real processes: `rimay worker`, to be killed or stopped."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.bot_api_process import ROOT

RIMAY = "-m", "rimay"
_PATIENCE = 20.0
"""Seconds that a worker may take to end what it has begun."""


class Worker:
    """One process; its log is in a file beside the data."""

    def __init__(self, environment: Mapping[str, str], log: Path, command: tuple[str, ...] = RIMAY) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RIMAY_")}
        self._environment = {**inherited, **environment}
        self._log = log
        self._command = command
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it; it takes up whatever is undelivered."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, "worker",
                cwd=ROOT, env=self._environment, stdin=DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self._process is None or self._process.returncode is not None

    async def kill(self) -> None:
        """Kill -9, in the middle of whatever it does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end; its exit status."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(how)
        async with asyncio.timeout(_PATIENCE):
            return await self._process.wait()

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text()
