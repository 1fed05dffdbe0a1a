"""What the web needs from the rest of the house, handed over once by the composition in `rimay/`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core.database import Database
from core.sealing import Vault
from core.settings import Settings
from i18n.translator import Translator

Shown = dict[str, Any]
"""Something on the screen of a simulated telephone, as `bot.simulator` describes it."""


class SimulatedFile(Protocol):
    """A file that came through a simulated chat."""

    @property
    def name(self) -> str: ...
    @property
    def mime(self) -> str: ...
    @property
    def content(self) -> bytes: ...


class Simulator(Protocol):
    """Telephones in the browser that talk to the real chat. A chat is a token that the browser keeps."""

    def open_chat(self) -> str: ...
    def snapshot(self, chat: str) -> list[Shown]: ...
    def events(self, chat: str) -> AsyncIterator[Shown]: ...
    def find_file(self, file_id: str) -> SimulatedFile | None: ...
    async def say(self, chat: str, text: str) -> None: ...
    async def tap(self, chat: str, message_id: int, index: int) -> None: ...
    async def share_location(self, chat: str, latitude: float, longitude: float) -> None: ...


class Webhook(Protocol):
    """Where Telegram's updates go in. False when the secret of the header is wrong."""

    async def receive(self, secret: str | None, update: Mapping[str, Any]) -> bool: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a route may use.

    deliver: enqueues the sending of a broadcast; asking twice changes nothing
    """

    database: Database
    translator: Translator
    settings: Settings
    vault: Vault
    deliver: Callable[[int], Awaitable[None]]
    simulator: Simulator | None = None
    webhook: Webhook | None = None
