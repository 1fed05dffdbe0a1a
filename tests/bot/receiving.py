"""What the tests of the reception need: a handler that notes what it does, processes, a look at what waits."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.application import build_bot
from bot.botapi_request import InProcessRequest
from bot.context import Context, House
from bot.reception import Reception
from core.tables import WaitingUpdate
from tests.bot.town import Town, hear

SECRET = "me persiguen"


class Ledger:
    """Handles every text by noting it; some texts take long, some fail."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.handled: list[str] = []
        self.gate = asyncio.Event()
        self.faults = 3

    async def __call__(self, context: Context) -> None:
        message = context.incoming.effective_message
        assert message is not None and message.text is not None
        self.began.append(message.text)
        if message.text == "slow":
            await self.gate.wait()
        if message.text == "poison" and self.faults:
            self.faults -= 1
            raise KeyError(SECRET)
        self.handled.append(message.text)

    async def sees(self, *texts: str) -> None:
        """Wait until these were handled, in this order."""
        async with asyncio.timeout(10):
            while self.handled != list(texts):
                await asyncio.sleep(0.01)


class Processes:
    """Receptions that know nothing of each other, as in processes apart."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._opened: list[Reception] = []

    def __call__(self, **how: Any) -> Reception:
        """Another one."""
        town = self._town
        house = House(town.settings, town.database, town.vault, town.translator, hear(town.vault))
        ways = InProcessRequest(town.api), InProcessRequest(town.api)
        bot = build_bot(house, token=town.api.token, request=ways[0], updates_request=ways[1])
        bot._initialized = True  # its Bot API is in memory: there is nothing to open
        self._opened.append(Reception(bot, **{"waits": (0, 0), **how}))
        return self._opened[-1]

    async def close(self) -> None:
        """All of them."""
        for reception in self._opened:
            await reception.close()


async def waiting(town: Town, state: str = "waiting") -> list[WaitingUpdate]:
    """What is stored."""
    query = select(WaitingUpdate).where(WaitingUpdate.state == state).order_by(WaitingUpdate.update_id)
    return await town.database.read(lambda db: list(db.scalars(query)))


async def until_set_aside(town: Town) -> None:
    """Wait until something is set aside."""
    async with asyncio.timeout(10):
        while not await waiting(town, "aside"):
            await asyncio.sleep(0.01)


async def settles(town: Town) -> None:
    """Wait until nothing waits any more."""
    async with asyncio.timeout(10):
        while await waiting(town):
            await asyncio.sleep(0.01)


async def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)
