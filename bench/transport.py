"""Messages a second through our aiohttp transport, beside the library's own, to the same Bot API over HTTP.

    python -m bench.transport [--messages 3000]

The Bot API runs in a process of its own, so that one core is measured: the sender's. The in-process figure
is the floor that python-telegram-bot itself sets.
"""

import argparse
import asyncio
import subprocess
import sys
from time import perf_counter

from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.botapi import TOKEN, BotApi
from bot.botapi_request import InProcessRequest
from bot.transport import AiohttpRequest

PARALLEL = 50


async def send(request: BaseRequest, base_url: str, messages: int) -> float:
    """Messages a second, `PARALLEL` at a time."""
    bot = Bot(TOKEN, base_url=base_url, request=request, get_updates_request=InProcessRequest(BotApi()))

    async def send_share(first: int) -> None:
        for number in range(first, messages, PARALLEL):
            await bot.send_message(number % 100 + 1, "<b>Consulta</b> abierta", parse_mode="HTML")

    async with bot:
        started = perf_counter()
        await asyncio.gather(*(send_share(first) for first in range(PARALLEL)))
        return messages / (perf_counter() - started)


def main() -> None:
    """Measure all three and print them."""
    parser = argparse.ArgumentParser(prog="python -m bench.transport", description=__doc__)
    parser.add_argument("--messages", type=int, default=3000)
    messages = parser.parse_args().messages
    server = subprocess.Popen(
        [sys.executable, "-m", "bot.botapi_server", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        url = server.stdout.readline().strip()
        ours = asyncio.run(send(AiohttpRequest(), url, messages))
        theirs = asyncio.run(send(HTTPXRequest(), url, messages // 4))
    finally:
        server.terminate()
        server.wait()
    floor = asyncio.run(send(InProcessRequest(BotApi(opens_chats=True, history=20)), url, messages))
    print(f"aiohttp transport  {ours:8.0f} messages/s  {ours / theirs:5.1f} times HTTPXRequest")
    print(f"HTTPXRequest       {theirs:8.0f} messages/s")
    print(f"in process         {floor:8.0f} messages/s  {1e6 / floor:5.0f} µs each")


if __name__ == "__main__":
    main()
