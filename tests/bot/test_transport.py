"""Calls that leave through aiohttp arrive whole, and errors say whether they left at all."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import RequestData

from bot.botapi import BotApi
from bot.botapi_errors import AnswerLost, server_error, too_many_requests
from bot.botapi_server import BotApiServer
from bot.transport import AiohttpRequest, Form, NeverSent, NeverSentInTime

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning"),
]

ANA, STRANGER = 101, 999


@pytest_asyncio.fixture
async def api() -> BotApi:
    api = BotApi()
    api.person(ANA)
    return api


@pytest_asyncio.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with BotApiServer(api) as server:
        bot = Bot(
            api.token,
            base_url=server.base_url,
            base_file_url=server.base_file_url,
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(),
        )
        async with bot:
            yield bot


async def test_a_message_arrives_as_it_was_meant(api: BotApi, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Sí, voy", callback_data="y=1&z")]])
    sent = await bot.send_message(
        ANA, "<b>ñuka</b> & +1 = 100 % 🙂".replace("&", "&amp;"), "HTML", reply_markup=keyboard
    )
    ana = api.person(ANA)
    assert ana.last.html == "<b>ñuka</b> &amp; +1 = 100 % 🙂"
    assert ana.last.buttons[0][0].data == "y=1&z"
    assert sent.text == ana.last.text and sent.message_id == ana.last.id


async def test_files_arrive_whole(api: BotApi, bot: Bot) -> None:
    content = bytes(range(256)) * 1000
    sent = await bot.send_document(
        ANA, InputFile(content, filename="informe ñ.pdf"), caption="<i>su informe</i>", parse_mode="HTML"
    )
    assert sent.document and sent.document.file_name == "informe ñ.pdf"
    file = api.files.find(sent.document.file_id)
    assert file and (file.content, file.mime) == (content, "application/pdf")
    assert api.person(ANA).last.html == "<i>su informe</i>"
    voice = await bot.send_voice(ANA, b"OggS", duration=timedelta(seconds=4))
    assert voice.voice
    downloaded = await (await bot.get_file(voice.voice.file_id)).download_as_bytearray()
    assert bytes(downloaded) == b"OggS"


async def test_long_polling(api: BotApi, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=5, allowed_updates=["message"]))
    await asyncio.sleep(0.05)
    api.person(ANA).send("hola")
    (update,) = await polling
    assert update.message and update.message.text == "hola"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (too_many_requests(3), RetryAfter),
        (server_error(500), NetworkError),
        (server_error(502), NetworkError),
        (AnswerLost(), NetworkError),
    ],
)
async def test_trouble_at_the_other_end(api: BotApi, bot: Bot, error: Any, expected: type[Exception]) -> None:
    api.fail(error, method="sendMessage")
    with pytest.raises(expected) as caught:
        await bot.send_message(ANA, "hola")
    assert not isinstance(caught.value, NeverSent), "it may have arrived"


async def test_refusals(api: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(STRANGER, "hola")
    api.person(ANA).block()
    with pytest.raises(Forbidden):
        await bot.send_message(ANA, "hola")
    api.token = "2:other"
    with pytest.raises(InvalidToken):
        await bot.send_message(ANA, "hola")


async def test_an_answer_that_does_not_come_in_time(api: BotApi, bot: Bot) -> None:
    api.delay = 0.5
    with pytest.raises(TimedOut) as caught:
        await bot.send_message(ANA, "hola", read_timeout=0.05)
    assert not isinstance(caught.value, NeverSent), "it may have arrived"


def bot_at(port: int, **options: Any) -> Bot:
    return Bot("1:T", base_url=f"http://127.0.0.1:{port}/bot", request=AiohttpRequest(**options))


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        bot = bot_at(taken.getsockname()[1])
        await bot._request[1].initialize()
        with pytest.raises(NeverSent) as caught:
            await bot.send_message(ANA, "hola")
        assert not isinstance(caught.value, TimedOut)
        await bot._request[1].shutdown()


async def test_no_connection_becomes_free(api: BotApi) -> None:
    api.delay = 2.0  # longer than a busy machine may pause between the two calls
    async with (
        BotApiServer(api) as server,
        AiohttpRequest(connections=1, connect_timeout=0.05, pool_timeout=0.05) as request,
    ):
        url = f"{server.base_url}{api.token}/getMe"
        first = asyncio.create_task(request.post(url))
        await asyncio.sleep(0.02)
        with pytest.raises(NeverSentInTime) as caught:
            await request.post(url)
        assert isinstance(caught.value, TimedOut)
        assert await first
    assert api.calls["getMe"] == 1


async def test_what_waits_at_its_gate_is_not_written_and_what_is_turned_back_there_was_never_sent(
    api: BotApi,
) -> None:
    opened = asyncio.Event()

    async def waits() -> bool:
        await opened.wait()
        return True

    async def turns_back() -> bool:
        return False

    async with BotApiServer(api) as server, AiohttpRequest(connections=1) as request:
        url, form = f"{server.base_url}{api.token}/sendMessage", Form({"text": "hola"})
        with pytest.raises(NeverSent):
            await request.post(url, cast("RequestData", form.to(ANA, turns_back)))
        waiting = asyncio.create_task(request.post(url, cast("RequestData", form.to(ANA, waits))))
        await asyncio.sleep(0.1)
        assert api.calls["sendMessage"] == 0
        opened.set()
        await waiting
    assert api.calls["sendMessage"] == 1


async def test_what_is_given_up_at_its_gate_was_never_sent_and_what_passed_it_may_have_arrived(
    api: BotApi,
) -> None:
    async def never() -> bool:
        await asyncio.sleep(60)
        return True

    async def opens() -> bool:
        return True

    api.delay = 0.5
    short: dict[str, Any] = dict.fromkeys(
        ("read_timeout", "write_timeout", "connect_timeout", "pool_timeout"), 0.05
    )
    async with BotApiServer(api) as server, AiohttpRequest(**short) as request:
        url, form = f"{server.base_url}{api.token}/sendMessage", Form({"text": "hola"})
        with pytest.raises(NeverSent):
            await request.post(url, cast("RequestData", form.to(ANA, never)))
        assert api.calls["sendMessage"] == 0
        with pytest.raises(TimedOut) as caught:
            await request.post(url, cast("RequestData", form.to(ANA, opens)))
        assert not isinstance(caught.value, NeverSent)


Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def listening(answer: Connection) -> AsyncIterator[int]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_connection_that_breaks_is_not_used_twice() -> None:
    requests: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with listening(hang_up) as port, AiohttpRequest() as request:
        with pytest.raises(NetworkError) as caught:
            await request.post(f"http://127.0.0.1:{port}/bot1:T/sendMessage")
    assert not isinstance(caught.value, NeverSent)
    assert len(requests) == 1, "a call that may have arrived is never repeated behind our back"


async def test_nonsense_instead_of_http() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"hello?\r\n\r\n")
        await writer.drain()
        writer.close()

    async with listening(babble) as port, AiohttpRequest() as request:
        with pytest.raises(NetworkError):
            await request.post(f"http://127.0.0.1:{port}/bot1:T/getMe")


async def test_opens_again_after_it_was_closed(api: BotApi) -> None:
    request = AiohttpRequest()
    async with BotApiServer(api) as server:
        url = f"{server.base_url}{api.token}/getMe"
        for _ in range(2):
            async with request:
                assert await request.post(url)
        with pytest.raises(NetworkError, match="not initialized"):
            await request.post(url)
