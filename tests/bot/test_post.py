"""A letter is written once and posted to many: it arrives as the library itself would have sent it."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from telegram import Bot

from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.botapi_server import BotApiServer
from bot.callback_data import TakeUp
from bot.message import Button, Message
from bot.post import Letter, Post, Posted
from bot.transport import AiohttpRequest, Form, Gate
from core.progress import State

ANA, LUIS, STRANGER = 101, 102, 999
MESSAGE = Message("Ñuka & «kan» + 1 = 100 % 🙂 <b>", [[Button("Sí, voy", TakeUp(7))]])
LONG = Message("palabra " * 600, MESSAGE.rows)


@pytest.fixture
def api() -> BotApi:
    api = BotApi()
    api.person(ANA)
    api.person(LUIS)
    return api


@pytest.fixture(params=["in process", "over HTTP"])
async def bot(request: pytest.FixtureRequest, api: BotApi) -> AsyncIterator[Bot]:
    """A bot whose messages go to that Bot API, either way."""
    if request.param == "in process":
        ways = InProcessRequest(api), InProcessRequest(api)
        async with Bot(api.token, request=ways[0], get_updates_request=ways[1]) as bot:
            yield bot
        return
    async with BotApiServer(api) as server:
        away = AiohttpRequest(), AiohttpRequest()
        async with Bot(
            api.token, base_url=server.base_url, request=away[0], get_updates_request=away[1]
        ) as bot:
            yield bot


async def gate() -> bool:
    return True


def post_of(bot: Bot) -> Post:
    async def at_once() -> Gate:
        return gate

    return Post(bot, at_once, paid=True)


async def test_a_letter_arrives_as_the_library_would_have_sent_it(api: BotApi, bot: Bot) -> None:
    letter = Letter.of(MESSAGE)

    assert await post_of(bot).send(ANA, letter, gate) == Posted(State.SENT)
    assert await post_of(bot).send(LUIS, letter, gate) == Posted(State.SENT)
    await bot.send_message(ANA, MESSAGE.text, reply_markup=MESSAGE.markup)

    ours, theirs = api.person(ANA).screen
    assert (ours.text, ours.buttons) == (theirs.text, theirs.buttons)
    assert api.person(LUIS).last.text == MESSAGE.text


async def test_a_long_letter_has_its_buttons_under_the_last_piece(
    api: BotApi, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.post._APART", 0.001)

    await post_of(bot).send(ANA, Letter.of(LONG), gate)

    first, last = api.person(ANA).screen
    assert (first.labels, last.labels) == ([], [["Sí, voy"]])


async def test_what_telegram_refuses_is_told_apart(api: BotApi, bot: Bot) -> None:
    api.person(LUIS).chat.blocked = True
    letter = Letter.of(MESSAGE)

    assert await post_of(bot).send(LUIS, letter, gate) == Posted(State.BLOCKED, "forbidden")
    assert await post_of(bot).send(STRANGER, letter, gate) == Posted(State.BLOCKED, "BadRequest")


def test_a_form_names_its_chat_and_who_pays() -> None:
    form = Form({"text": "a&b", "reply_markup": {"inline_keyboard": []}})

    assert parse_qs(form.to(5, allow_paid_broadcast=True).body.decode()) == {
        "chat_id": ["5"],
        "allow_paid_broadcast": ["true"],
        "text": ["a&b"],
        "reply_markup": ['{"inline_keyboard": []}'],
    }
