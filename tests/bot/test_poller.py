"""Long polling: Telegram is told that an update arrived only when it is handled or stored."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.botapi import BotApi
from bot.botapi_errors import ApiError, server_error, too_many_requests
from bot.botapi_person import Person
from bot.botapi_server import BotApiServer
from bot.poller import Poller
from bot.transport import AiohttpRequest
from core.inbox import NotKept
from tests.bot.receiving import until

Json = dict[str, Any]
KINDS = ("message", "callback_query", "my_chat_member")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(BotApi()) as server:
        yield server


@pytest.fixture
def luis(server: BotApiServer) -> Person:
    return server.api.person(1_700_000_002)


@pytest.fixture
async def request_to_telegram() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(connections=2)
    await request.initialize()
    yield request
    await request.shutdown()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.poller._RETRIES", (0.01, 0.01, 0.01))


class Inbox:
    """Confirms what comes, unless it is told to refuse or to hold it."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self.confirmed: list[int] = []
        self.refuses: dict[int, int] = {}
        self.with_what: Exception = NotKept()
        self.holds = asyncio.Event()
        self.holds.set()

    async def __call__(self, update: Json) -> None:
        number = update["update_id"]
        self.came.append(number)
        await self.holds.wait()
        if self.refuses.get(number):
            self.refuses[number] -= 1
            raise self.with_what
        self.confirmed.append(number)

    async def has(self, *numbers: int) -> None:
        """Wait until these are confirmed."""
        async with asyncio.timeout(10):
            while not set(numbers) <= set(self.confirmed):
                await asyncio.sleep(0.01)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def poller(server: BotApiServer, request_to_telegram: AiohttpRequest, inbox: Inbox) -> Poller:
    return Poller(request_to_telegram, server.base_url + server.api.token, inbox, KINDS)


def number(update: Json) -> int:
    """Of an update."""
    return int(update["update_id"])


async def test_every_update_is_handed_on_once_and_in_order(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller
) -> None:
    before = [number(luis.send(str(each))) for each in range(250)]
    async with poller.running():
        await inbox.has(*before)
        after = number(luis.send("after"))
        await inbox.has(after)

    assert inbox.came == [*before, after]
    assert len(server.api.updates) == 0, "Telegram was told"


async def test_only_the_kinds_that_are_wanted_come(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller
) -> None:
    async with poller.running():
        await inbox.has(number(luis.send("hola")))
        luis.edit(luis.screen[-1], "adiós")
        await inbox.has(number(luis.send("otra vez")))

    assert len(inbox.came) == 2


async def test_what_could_not_be_kept_comes_again_and_nothing_before_it_does(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller
) -> None:
    first, second, third = (number(luis.send(text)) for text in "123")
    inbox.refuses[second] = 3
    async with poller.running():
        await inbox.has(first, second, third)

    assert inbox.came.count(first) == 1
    assert inbox.came.count(second) == 4
    assert len(server.api.updates) == 0


async def test_what_nobody_foresaw_ends_a_round_and_not_the_polling(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.with_what = RuntimeError("me persiguen")
    first, second = (number(luis.send(text)) for text in "12")
    inbox.refuses[first] = 10_000
    async with poller.running():
        await until(lambda: inbox.came.count(first) > 3)
        await until(lambda: not poller.works)  # it can be seen that nobody gets on

        inbox.refuses.clear()
        await inbox.has(first, second)
        await until(lambda: poller.works)

    assert not poller.works
    assert "RuntimeError" in caplog.text and "persiguen" not in caplog.text
    assert len(server.api.updates) == 0


async def test_a_telegram_that_answers_nonsense_is_waited_out(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[object] = [ValueError("no JSON"), 7, {"update": "none"}, [{}], ["none"]]
    ask = poller._request.post

    async def post(address: str, **how: Any) -> Any:
        if not answers:
            return await ask(address, **how)
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return answer

    monkeypatch.setattr(poller._request, "post", post)
    async with poller.running():
        await inbox.has(number(luis.send("hola")))


async def test_while_it_is_being_handled_telegram_keeps_it(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller
) -> None:
    update = number(luis.send("hola"))
    inbox.holds.clear()
    polling = asyncio.create_task(poller._poll())
    async with asyncio.timeout(10):
        while not inbox.came:
            await asyncio.sleep(0.01)
    polling.cancel()  # as when the process is killed: nothing is said any more
    await asyncio.gather(polling, return_exceptions=True)
    assert [each["update_id"] for each in await server.api.updates.fetch()] == [update]

    inbox.holds.set()
    again = Poller(poller._request, poller._address, inbox, KINDS)
    async with again.running():
        await inbox.has(update)
    assert inbox.came == [update, update]


async def test_a_stop_waits_for_what_is_being_handled_and_tells_telegram(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller
) -> None:
    inbox.holds.clear()

    async def run() -> None:
        async with poller.running():
            update = number(luis.send("hola"))
            async with asyncio.timeout(10):
                while update not in inbox.came:
                    await asyncio.sleep(0.01)

    running = asyncio.create_task(run())
    async with asyncio.timeout(10):
        while not inbox.came:
            await asyncio.sleep(0.01)
    inbox.holds.set()
    await running

    assert inbox.confirmed == inbox.came
    assert len(server.api.updates) == 0


CONFLICT = ApiError(409, "Conflict: terminated by other getUpdates request")


@pytest.mark.parametrize("error", [CONFLICT, server_error(), server_error(502), too_many_requests(0)])
async def test_trouble_with_telegram_is_waited_out(
    server: BotApiServer,
    luis: Person,
    inbox: Inbox,
    poller: Poller,
    error: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.api.fail(error, method="getUpdates", times=3)
    server.api.fail(error, method="deleteWebhook", times=1)
    async with poller.running():
        await inbox.has(number(luis.send("hola")))

    assert server.api.token not in caplog.text


async def test_a_network_that_is_cut_is_waited_out_and_the_token_is_not_written_down(
    server: BotApiServer, luis: Person, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rimay")
    nowhere = AiohttpRequest(connections=2)
    await nowhere.initialize()
    poller = Poller(nowhere, f"http://127.0.0.1:1/bot{server.api.token}", inbox, KINDS)
    async with poller.running(), asyncio.timeout(10):
        while "NeverSent" not in caplog.text:
            await asyncio.sleep(0.01)
        poller._address = server.base_url + server.api.token
        await inbox.has(number(luis.send("hola")))

    assert server.api.token not in caplog.text
    await nowhere.shutdown()


async def test_an_update_that_no_library_can_read_hides_no_other(
    server: BotApiServer, luis: Person, inbox: Inbox, poller: Poller
) -> None:
    strange = number(server.api.updates.publish("message", "hola"))
    async with poller.running():
        await inbox.has(strange, number(luis.send("hola")))
