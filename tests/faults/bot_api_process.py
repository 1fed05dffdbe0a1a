"""The lean Bot API as a process that outlives the workers, and how tests tell it what shall go wrong."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.faults.ledger import Report

ROOT = Path(__file__).parents[2]
_LONGEST_ANSWER = 64 * 1024 * 1024


class BotApiProcess:
    """Runs inside an `async with` block. `address` is what a bot takes as `base_url`."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self._delay = delay
        self._process: Process | None = None
        self.address = ""

    async def __aenter__(self) -> Self:
        command = sys.executable, "-m", "tests.faults.bot_api", "--delay", str(self._delay)
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=PIPE, stdout=PIPE, limit=_LONGEST_ANSWER
        )
        self.address = (await self._read_line()).strip()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    async def tell(self, do: str, **how: Any) -> Any:
        """Give a command of `tests.faults.bot_api`; what it answers."""
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do} | how).encode() + b"\n")
        return json.loads(await self._read_line())

    async def report(self) -> Report:
        """The figures so far."""
        return Report(**await self.tell("report"))

    async def arrived(self) -> dict[int, int]:
        """Chat → how many messages it got."""
        return {int(chat): messages for chat, messages in (await self.tell("arrived")).items()}

    async def asked(self) -> dict[int, list[float]]:
        """Chat → the moments of all calls to it, by the monotonic clock."""
        return {int(chat): moments for chat, moments in (await self.tell("asked")).items()}

    async def unknown(self) -> set[int]:
        """Chats of calls whose sender got no clear answer."""
        return set(await self.tell("unknown"))

    async def _read_line(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        return (await self._process.stdout.readline()).decode()
