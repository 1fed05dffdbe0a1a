"""The address by which people come in: Telegram opens the bot's chat and hands over the code."""

import logging

from telegram.error import TelegramError
from telegram.ext import ExtBot

_log = logging.getLogger("rimay.bot")


class WayIn:
    """Knows what the bot is called: asked of Telegram once, by `getMe`."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot
        self._name: str | None = None

    async def address(self, code: str) -> str | None:
        """Where a code leads; None while Telegram does not say what the bot is called."""
        if self._name is None:
            try:
                self._name = (await self._bot.get_me()).username
            except TelegramError as error:
                _log.warning("Telegram does not say what the bot is called: %s", type(error).__name__)
        return f"https://t.me/{self._name}?start={code}" if self._name else None
