"""A process that carries whatever is undelivered, until it is stopped or killed: `python -m tests.bot.carrying`."""

import asyncio
import sys
from pathlib import Path

from telegram import Bot

import deliberation.tables  # noqa: F401  (the metadata knows a table once its module is imported)
from bot.botapi import TOKEN
from bot.delivery import Courier
from bot.jobs import Jobs
from bot.transport import AiohttpRequest
from core.database import Database
from core.sealing import Vault
from core.settings import read_settings
from i18n.translator import Translator

RATE = 100
KEY = bytes(range(32))


async def carry(home: Path, base_url: str) -> None:
    """Carry what is in the database of this home, over HTTP."""
    given = {"RIMAY_HOME": str(home), "RIMAY_MESSAGES_PER_SECOND": str(RATE), "RIMAY_QUIET_HOURS": "off"}
    settings = read_settings(given)
    database, vault = Database(settings.database_url), Vault(KEY)
    bot = Bot(
        TOKEN, base_url=base_url, request=AiohttpRequest(), get_updates_request=AiohttpRequest(connections=1)
    )
    async with bot:
        courier = Courier(bot=bot, database=database, vault=vault, translator=Translator(), settings=settings)
        jobs = Jobs(settings.jobs_url, courier, database)
        await jobs.start()
        print("carrying", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(carry(Path(sys.argv[1]), sys.argv[2]))
