"""Whether Telegram knows the bot, and what it says of the way by which it pushes updates."""

from dataclasses import dataclass
from datetime import datetime

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.transport import AiohttpRequest
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """How the bot stands with Telegram.

    address: where updates are pushed to; empty where they are fetched
    pending: updates that Telegram keeps, because nobody has taken them
    failed_at, failure: the last push that did not succeed, in Telegram's words about our server
    """

    name: str
    address: str
    pending: int
    failed_at: datetime | None
    failure: str | None


async def ask_telegram(settings: Settings) -> Standing | None:
    """Ask Telegram; None when the token is refused. Raises OSError when nothing answers."""
    bot = Bot(
        settings.telegram_token or "",
        base_url=settings.telegram_api,
        request=AiohttpRequest(connections=1),
        get_updates_request=AiohttpRequest(connections=1),
    )
    try:
        await bot.initialize()
        webhook = await bot.get_webhook_info()
    except InvalidToken:
        return None
    except TelegramError as error:
        raise OSError(type(error).__name__) from None
    finally:
        await bot.shutdown()
    return Standing(
        name=bot.username,
        address=webhook.url,
        pending=webhook.pending_update_count,
        failed_at=webhook.last_error_date,
        failure=webhook.last_error_message,
    )
