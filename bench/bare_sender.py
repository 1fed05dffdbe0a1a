"""The least that a broadcast can cost: python-telegram-bot over our transport, no database, nothing remembered.

    python -m bench.bare_sender ADDRESS DATABASE_URL FIRST COUNT

Sends broadcast 1 to the chats FIRST, FIRST + 1, …: the same texts and buttons that the courier sends.
"""

import asyncio
import sys
from time import process_time

from telegram import Bot

import deliberation.tables  # noqa: F401  (the metadata knows a table once its module is imported)
from bot.announcements import Announcer
from bot.botapi import TOKEN, BotApi
from bot.botapi_request import InProcessRequest
from bot.message import Message
from bot.transport import AiohttpRequest
from core.database import Database
from core.settings import read_settings
from i18n.translator import Translator

PARALLEL = 50


async def _read_letters(url: str) -> list[Message]:
    database, translator = Database(url), Translator()
    announcer = await database.read(Announcer, 1, translator, read_settings({}))
    await database.dispose()
    return [announcer.write(language) for language in ("es", "qu")]


async def send(address: str, url: str, first: int, count: int) -> None:
    """Send to all of them, `PARALLEL` at a time, and print the seconds of processor time that it took."""
    letters = await _read_letters(url)
    bot = Bot(
        TOKEN,
        base_url=address,
        request=AiohttpRequest(),
        get_updates_request=InProcessRequest(BotApi()),
    )

    async def send_share(begin: int) -> None:
        for chat in range(begin, first + count, PARALLEL):
            letter = letters[chat % 2]
            await bot.send_message(chat, letter.text, reply_markup=letter.markup)

    async with bot:
        before = process_time()
        await asyncio.gather(*(send_share(first + number) for number in range(PARALLEL)))
        print(process_time() - before)


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
