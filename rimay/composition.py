"""The composition root: the only place that knows every room and puts them together."""

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from api.application import create_app
from api.services import Services
from bot.allowance import Allowance
from bot.application import Bot, announce_commands, build_bot
from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.context import House
from bot.delivery import Courier
from bot.jobs import Jobs
from bot.poller import Poller
from bot.preview import Preview
from bot.reception import Reception
from bot.simulator import Simulator
from bot.transport import AiohttpRequest
from bot.way_in import WayIn
from core.database import Database
from core.sealing import Vault, open_vault
from core.settings import Settings, read_settings
from deliberation.hearing import Hearing
from i18n.speech import Speech
from i18n.translator import Translator
from surveys.speech.speaking import Speaker

_WEBHOOK = "/telegram"
_KINDS = ("message", "callback_query", "my_chat_member")
"""Which updates the bot wants."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What every command works with."""

    settings: Settings
    database: Database
    vault: Vault
    translator: Translator


def open_installation(settings: Settings | None = None) -> Installation:
    """Open the installation that the environment describes. The database is not touched yet."""
    settings = settings or read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    return Installation(
        settings=settings,
        database=Database(settings.database_url),
        vault=open_vault(settings),
        translator=Translator(),
    )


@dataclass(frozen=True, slots=True)
class Secret:
    """The webhook: lets in who knows the secret header that Telegram was given."""

    token: str
    reception: Reception

    async def receive(self, secret: str | None, update: Mapping[str, Any]) -> bool:
        """False when the secret is wrong; else the update is handled or stored. Raises NotKept if it is neither."""
        if not hmac.compare_digest((secret or "").encode(), self.token.encode()):
            return False
        await self.reception.confirm(dict(update))
        return True


class Chat:
    """The bot with its way to Telegram: long polling, webhook, or the simulator in the browser."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        settings = installation.settings
        self.house = House(
            settings=settings,
            database=installation.database,
            vault=installation.vault,
            translator=installation.translator,
            hear=Hearing(installation.vault),
            speaker=Speaker(installation.database, Speech()),
        )
        self.api = BotApi.continuing(opens_chats=True) if settings.simulated else None
        self._updates_request = (
            InProcessRequest(self.api) if self.api else AiohttpRequest(connections=2, read_timeout=40.0)
        )
        self.bot = self._build()
        self.reception = Reception(self.bot, allowance=Allowance())
        self.simulator = Simulator(self.api, self.reception) if self.api else None
        self.webhook_secret = installation.vault.token("webhook")
        courier = Courier(
            bot=self.bot.bot,
            database=installation.database,
            vault=installation.vault,
            translator=installation.translator,
            settings=settings,
        )
        self.jobs = Jobs(settings.jobs_url, courier, installation.database)

    @property
    def webhook(self) -> Secret | None:
        """The way in for pushed updates, when there is a public address."""
        if self.installation.settings.public_url is None or self.simulator is not None:
            return None
        return Secret(self.webhook_secret, self.reception)

    def _build(self) -> Bot:
        settings = self.installation.settings
        if self.api is not None:
            return build_bot(
                self.house,
                token=self.api.token,
                request=InProcessRequest(self.api),
                updates_request=self._updates_request,
            )
        return build_bot(
            self.house,
            token=settings.telegram_token or "",
            request=AiohttpRequest(),
            updates_request=self._updates_request,
            base_url=settings.telegram_api,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The bot answers and broadcasts are carried while the block runs."""
        async with self.bot, self.reception.running(), self._connected():
            try:
                await self.jobs.start()
                yield
            finally:
                if self.simulator is not None:
                    self.simulator.close()
                await self.jobs.stop()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        """Updates come in while the block runs, by the way that the settings choose."""
        settings = self.installation.settings
        if self.simulator is not None:
            yield
            return
        await announce_commands(self.bot)
        if settings.public_url is not None:
            address = settings.public_url + _WEBHOOK
            await self.bot.bot.set_webhook(address, secret_token=self.webhook_secret, allowed_updates=_KINDS)
            yield
            return
        poller = Poller(self._updates_request, self.bot.bot.base_url, self.reception.confirm, _KINDS)
        async with poller.running():
            yield


def compose(installation: Installation) -> FastAPI:
    """Everything in one process: console, chat, deliveries."""
    chat = Chat(installation)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with chat.running():
            yield
        await installation.database.dispose()

    services = Services(
        database=installation.database,
        translator=installation.translator,
        settings=installation.settings,
        vault=installation.vault,
        deliver=chat.jobs.deliver,
        simulator=chat.simulator,
        webhook=chat.webhook,
        preview=Preview(installation.translator, installation.settings.zone),
        speaker=chat.house.speaker,
        entry_address=None if chat.simulator else WayIn(chat.bot.bot).address,
    )
    return create_app(services, lifespan=lifespan)
