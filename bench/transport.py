"""Messages a second through our aiohttp transport, beside the library's own, to the same Bot API over HTTP.

    python -m bench.transport [--messages 3000]

The Bot API runs in a process of its own and keeps only a ledger, so that one core is measured: the sender's. Ours and
the library's take turns, and the median of the rounds counts. A letter is what a broadcast sends: the same message,
written once for all. The in-process figure is the floor that python-telegram-bot itself sets.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.botapi import TOKEN, BotApi
from bot.botapi_request import InProcessRequest
from bot.message import Message
from bot.post import Letter, Post
from bot.transport import AiohttpRequest, Gate
from core.progress import State
from tests.faults.bot_api_process import BotApiProcess

PARALLEL = 50
ROUNDS = 5
TEXT = "<b>Consulta</b> abierta"

Send = Callable[[Bot, int], Awaitable[object]]


async def message(bot: Bot, chat_id: int) -> object:
    """As any bot sends it."""
    return await bot.send_message(chat_id, TEXT, parse_mode="HTML")


def letters() -> Send:
    """As a broadcast sends it, written once for all."""
    written = Letter.of(Message(TEXT))

    async def gate() -> bool:
        return True

    async def never() -> Gate:
        raise AssertionError("the text is short")

    async def letter(bot: Bot, chat_id: int) -> object:
        posted = await Post(bot, never, paid=False).send(chat_id, written, gate)
        assert posted.state is State.SENT
        return posted

    return letter


async def speed(request: BaseRequest, base_url: str, messages: int, send: Send = message) -> float:
    """Messages a second, `PARALLEL` at a time."""
    bot = Bot(TOKEN, base_url=base_url, request=request, get_updates_request=InProcessRequest(BotApi()))

    async def send_share(first: int) -> None:
        for number in range(first, messages, PARALLEL):
            await send(bot, number % 100 + 1)

    async with bot:
        started = perf_counter()
        await asyncio.gather(*(send_share(first) for first in range(PARALLEL)))
        return messages / (perf_counter() - started)


async def compare(messages: int) -> tuple[float, float, float]:
    """Of our transport, of the library's, and of a broadcast's letters through ours: medians of rounds in turn."""
    letter, rounds = letters(), list[tuple[float, float, float]]()
    async with BotApiProcess() as api:
        for _ in range(ROUNDS):
            ours = await speed(AiohttpRequest(), api.address, messages)
            theirs = await speed(HTTPXRequest(), api.address, messages // 4)
            rounds.append((ours, theirs, await speed(AiohttpRequest(), api.address, messages, letter)))
    first, second, third = (median(speeds) for speeds in zip(*rounds, strict=True))
    return first, second, third


def main() -> None:
    """Measure all and print them."""
    parser = argparse.ArgumentParser(prog="python -m bench.transport", description=__doc__)
    parser.add_argument("--messages", type=int, default=3000)
    messages = parser.parse_args().messages
    ours, theirs, written_once = asyncio.run(compare(messages))
    in_process = InProcessRequest(BotApi(opens_chats=True, history=20))
    floor = asyncio.run(speed(in_process, "https://api.telegram.org/bot", messages))
    print(f"aiohttp transport  {ours:8.0f} messages/s  {ours / theirs:5.1f} times HTTPXRequest (aim 8)")
    print(f"letters through it {written_once:8.0f} messages/s  {written_once / theirs:5.1f} times")
    print(f"HTTPXRequest       {theirs:8.0f} messages/s")
    print(f"in process         {floor:8.0f} messages/s  {1e6 / floor:5.0f} µs each")


if __name__ == "__main__":
    main()
