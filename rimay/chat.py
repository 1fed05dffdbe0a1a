"""The chat: the bot with its way to Telegram, or the simulator in the browser."""

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.allowance import Allowance
from bot.application import Bot, announce_commands, build_bot
from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.context import House
from bot.enqueueing import Enqueuer
from bot.poller import Poller
from bot.reception import Reception
from bot.replies import Replies
from bot.simulator import Simulator
from bot.transport import AiohttpRequest
from core.observation import Observer
from deliberation.voices.hearing import Hearing
from i18n.speech import Speech
from rimay.composition import Installation
from rimay.worker import build_jobs
from surveys.speech.speaking import Speaker

_WEBHOOK = "/telegram"
_KINDS = ("message", "callback_query", "my_chat_member")
"""Which updates the bot wants."""


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
    """The bot with its way to Telegram: long polling, webhook, or the simulator in the browser.

    carries:  broadcasts leave by this process too, else workers are asked for it
    observer: is told of turns and messages
    """

    def __init__(
        self, installation: Installation, *, carries: bool = True, observer: Observer | None = None
    ) -> None:
        self.installation = installation
        settings = installation.settings
        self.house = House(
            settings=settings,
            database=installation.database,
            vault=installation.vault,
            translator=installation.translator,
            hear=Hearing(installation.vault),
            speaker=Speaker(installation.database, Speech()),
            replies=Replies(None if settings.simulated else settings.replies_per_second or None),
        )
        self.api = BotApi.continuing(opens_chats=True) if settings.simulated else None
        self._updates_request = (
            InProcessRequest(self.api) if self.api else AiohttpRequest(connections=2, read_timeout=40.0)
        )
        self.bot = self._build()
        self.reception = Reception(self.bot, allowance=Allowance(), observer=observer)
        self.simulator = Simulator(self.api, self.reception) if self.api else None
        self._poller: Poller | None = None
        self.webhook_secret = installation.vault.token("webhook")
        self.jobs = (
            build_jobs(installation, self.bot.bot, observer) if carries else Enqueuer(settings.jobs_url)
        )

    @property
    def webhook(self) -> Secret | None:
        """The way in for pushed updates, when there is a public address."""
        if self.installation.settings.public_url is None or self.simulator is not None:
            return None
        return Secret(self.webhook_secret, self.reception)

    def receives(self) -> bool:
        """Whether updates can still come in: false once long polling, where the settings choose it, stands still."""
        return self._poller is None or self._poller.works

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
        self._poller = Poller(self._updates_request, self.bot.bot.base_url, self.reception.confirm, _KINDS)
        async with self._poller.running():
            yield
