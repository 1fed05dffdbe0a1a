"""What the web needs from the rest of the house, handed over once by the composition in `rimay/`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.database import Database
from core.sealing import Vault
from core.settings import Settings
from deliberation.voices.summary_wording import Rephraser
from i18n.translator import Translator
from surveys.questionnaire import Questionnaire
from surveys.speech.speaking import Speaker

Shown = dict[str, Any]
"""Something on the screen of a simulated telephone, as `bot.simulator` describes it."""


class SimulatedFile(Protocol):
    """A file that came through a simulated chat."""

    @property
    def name(self) -> str:
        """What it was called when it was sent."""

    @property
    def mime(self) -> str:
        """Its media type."""

    @property
    def content(self) -> bytes:
        """Its bytes."""


class Simulator(Protocol):
    """Telephones in the browser that talk to the real chat. A chat is a token that the browser keeps."""

    def open_chat(self) -> str:
        """A new chat's token. Whoever holds it is that person."""

    def snapshot(self, chat: str) -> list[Shown]:
        """The messages on the screen, the oldest first."""

    def events(self, chat: str) -> AsyncIterator[Shown]:
        """What changes on the screen; a snapshot comes first."""

    def find_file(self, file_id: str) -> SimulatedFile | None:
        """A file of some chat; nobody can guess its id."""

    async def say(self, chat: str, text: str) -> None:
        """Type a text, or press a key of the reply keyboard."""

    async def tap(self, chat: str, message_id: int, index: int) -> None:
        """Press a button under a message, counted from 0."""

    async def share_location(self, chat: str, latitude: float, longitude: float) -> None:
        """Send where the person is."""

    async def send_file(self, chat: str, name: str, content: bytes, mime: str) -> None:
        """Send a photo, a voice, a film or a file."""


class Preview(Protocol):
    """A questionnaire that nobody is asked yet, as its chat would be. Nothing is stored."""

    def play(
        self, questionnaire: Questionnaire, language: str, acts: Sequence[str], moment: datetime
    ) -> list[Shown]:
        """The screen after these acts; each button carries the act that it is."""


class Samples(Protocol):
    """What people will read, before it goes out."""

    def opening(self, db: Session, consultation_id: int) -> Mapping[str, Sequence[Shown]]:
        """The announcement of a consultation as each language reads it: messages with their buttons."""

    def voting(self, db: Session, deliberation_id: int) -> Mapping[str, Sequence[Shown]]:
        """The announcement of a deliberation, likewise."""


class Webhook(Protocol):
    """Where Telegram's updates go in. False when the secret of the header is wrong."""

    async def receive(self, secret: str | None, update: Mapping[str, Any]) -> bool:
        """Handle or store an update; False when the secret is wrong. Raises NotKept when it is neither."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a route may use.

    deliver: enqueues the sending of a broadcast; asking twice changes nothing
    speaker: reads texts aloud, where the machine can
    entry_address: the address in Telegram by which a code is brought in; None while Telegram does not say it
    samples: shows what will be sent, where the chat is at hand
    readiness: why work should go to another process, as codes; nothing where it is welcome
    metrics: the figures of the process, as Prometheus reads them
    wording: suggests other words for a sentence, where the organiser has connected something that does
    """

    database: Database
    translator: Translator
    settings: Settings
    vault: Vault
    deliver: Callable[[int], Awaitable[None]]
    simulator: Simulator | None = None
    webhook: Webhook | None = None
    preview: Preview | None = None
    speaker: Speaker | None = None
    entry_address: Callable[[str], Awaitable[str | None]] | None = None
    samples: Samples | None = None
    readiness: Callable[[], Awaitable[Sequence[str]]] | None = None
    metrics: Callable[[], Awaitable[bytes]] | None = None
    wording: Rephraser | None = None
