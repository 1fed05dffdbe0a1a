"""Updates wait for the bot by Telegram's rules, and every listener sees what happens in a chat."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import Conflict

from bot.botapi import BotApi
from bot.botapi_chat import Event
from bot.botapi_request import InProcessRequest
from core.clock import at

pytestmark = pytest.mark.asyncio

ANA = 101


@pytest.fixture
def api() -> BotApi:
    return BotApi()


@pytest_asyncio.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    request = InProcessRequest(api)
    async with Bot(api.token, request=request, get_updates_request=request) as bot:
        yield bot


async def test_an_update_waits_until_a_later_offset_confirms_it(api: BotApi) -> None:
    ana = api.person(ANA)
    first, second = ana.send("uno")["update_id"], ana.send("dos")["update_id"]
    for _ in range(2):
        assert [each["update_id"] for each in await api.call("getUpdates", {})] == [first, second]
    assert [each["update_id"] for each in await api.call("getUpdates", {"offset": second})] == [second]
    assert await api.call("getUpdates", {"offset": second + 1}) == []


async def test_only_the_kinds_that_were_asked_for(api: BotApi) -> None:
    ana = api.person(ANA)
    await api.call("getUpdates", {"allowed_updates": ["message"]})
    ana.block()
    ana.send("uno")
    assert [set(each) - {"update_id"} for each in await api.call("getUpdates", {})] == [{"message"}]


async def test_two_bots_with_one_token_are_in_conflict(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.01)
    await bot.get_updates()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await waiting
    await bot.set_webhook("https://rimay.example/telegram")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()


async def test_every_listener_sees_what_happens(api: BotApi, bot: Bot) -> None:
    ana = api.person(ANA)
    with api.subscribe(ANA) as one, api.subscribe(ANA) as two:
        ana.send("hola")
        sent = await bot.send_message(ANA, "uno")
        await bot.edit_message_text("dos", ANA, sent.message_id)
        await bot.delete_message(ANA, sent.message_id)
        for watcher in (one, two):
            kinds = [(await anext(watcher)).kind for _ in range(4)]
            assert kinds == ["message", "message", "edit", "delete"]
    assert not ana.chat.watchers


async def test_a_slow_listener_is_told_to_read_the_screen_again(api: BotApi) -> None:
    ana = api.person(ANA)
    with api.subscribe(ANA, limit=3) as slow:
        for number in range(6):
            ana.send(str(number))
        assert [(await anext(slow)).kind for _ in range(3)] == ["lagged", "message", "message"]
        slow.end()
        assert [event async for event in slow] == list[Event]()


async def test_ids_go_on_after_a_restart() -> None:
    with at(datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)):
        before = BotApi.continuing().person(ANA).send("uno")
    with at(datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)):
        after = BotApi.continuing().person(ANA).send("dos")
    assert before["update_id"] < after["update_id"]
    assert before["message"]["message_id"] < after["message"]["message_id"] < 2**31
