"""`rimay web` as a real process, to be pushed updates, stopped and killed."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from httpx import AsyncClient, HTTPError

from bot.botapi_server import SECRET_HEADER
from core.sealing import open_vault
from core.settings import read_settings

ROOT = Path(__file__).parents[2]
_PATIENCE = 30.0


class WebProcess:
    """One process, killed at the end of its block.

    address, headers: where the updates are brought, under `/telegram`, and with what
    """

    def __init__(self, environment: Mapping[str, str], log: Path, command: str = "web") -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RIMAY_")}
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.headers = {SECRET_HEADER: open_vault(read_settings(environment)).token("webhook")}
        self._environment = {**inherited, **environment, "RIMAY_PORT": str(port)}
        self._log, self._command = log, command
        self._process: Process | None = None
        self._client = AsyncClient(base_url=self.address, timeout=_PATIENCE)

    async def __aenter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "rimay", self._command,
                cwd=ROOT, env=self._environment, stdin=DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(_PATIENCE):
            while not await self._listens():
                await asyncio.sleep(0.05)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()
        await self.kill()

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """Kill -9, in the middle of whatever it does."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """Tell it to stop, as a supervisor does; its exit status."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(_PATIENCE):
            return await self._process.wait()

    async def push(self, update: dict[str, Any]) -> int:
        """Bring an update as Telegram does; the status of the answer."""
        return (await self._client.post("/telegram", json=update, headers=self.headers)).status_code

    async def _listens(self) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            raise RuntimeError(self._log.read_text())
        try:
            return (await self._client.get("/sign-in")).status_code == 200
        except HTTPError:
            return False
