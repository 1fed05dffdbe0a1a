"""The bot as a worker needs it: it sends, and hears nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.error import InvalidToken, NetworkError

from bot.transport import AiohttpRequest
from core.errors import RimayError
from core.settings import Settings

WayOut = Bot
"""By its name here it is known to the front door, which knows no Telegram."""
_PATIENCE, _LONGEST_PATIENCE = 2.0, 60.0

_log = logging.getLogger("rimay.delivery")


class TokenMissing(RimayError):
    """Without a token there is only the simulator, which lives in the process of `rimay serve`."""

    code = "token_missing"


class TokenRefused(RimayError):
    """Telegram does not know this token."""

    code = "token_refused"


def way_out(settings: Settings) -> WayOut:
    """A bot that sends. Raises TokenMissing."""
    if settings.telegram_token is None:
        raise TokenMissing
    return Bot(
        settings.telegram_token,
        base_url=settings.telegram_api,
        request=AiohttpRequest(connections=512),
        get_updates_request=AiohttpRequest(connections=1),
    )


@asynccontextmanager
async def connected(bot: WayOut) -> AsyncIterator[None]:
    """Telegram is there when the block begins, however long that takes. Raises TokenRefused."""
    patience = _PATIENCE
    try:
        while True:
            try:
                await bot.initialize()
                break
            except InvalidToken:
                raise TokenRefused from None
            except NetworkError as error:
                _log.warning("Telegram is waited for: %s", type(error).__name__)
            await asyncio.sleep(patience)
            patience = min(2 * patience, _LONGEST_PATIENCE)
        yield
    finally:
        await bot.shutdown()
