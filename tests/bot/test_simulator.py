"""People in the browser, talking to real handlers, seen through the simulator's plain surface."""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters

from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.simulator import SIMULATED, Simulator, chat_id_of
from core.errors import NotFound

pytestmark = pytest.mark.asyncio

BUTTONS = InlineKeyboardMarkup([
    [InlineKeyboardButton("<Agua>", callback_data="water")],
    [InlineKeyboardButton("Más", url="https://rimay.example"), InlineKeyboardButton("Techo", callback_data="roof")],
])  # fmt: skip


class Handlers:
    """A bot that asks the same whatever it hears, and tells what was tapped."""

    def __init__(self) -> None:
        self.api = BotApi()
        request = InProcessRequest(self.api)
        self.app = (
            Application.builder()
            .token("1:T")
            .updater(None)
            .request(request)
            .get_updates_request(request)
            .build()
        )
        self.app.add_handler(CallbackQueryHandler(self.on_tap))
        self.app.add_handler(MessageHandler(filters.Regex("^falla$"), self.on_failure))
        self.app.add_handler(MessageHandler(filters.Regex("^archivo$"), self.on_file))
        self.app.add_handler(MessageHandler(filters.ALL, self.on_message))
        self.simulator = Simulator(self.api, self.process, limit=3)

    async def process(self, update: dict[str, Any]) -> None:
        await self.app.process_update(Update.de_json(update, self.app.bot))

    async def on_message(self, update: Update, context: Any) -> None:
        assert update.message
        await asyncio.sleep(0.005 if update.message.text == "1" else 0)
        await update.message.reply_text("¿Qué <b>necesita</b>?", parse_mode="HTML", reply_markup=BUTTONS)

    async def on_tap(self, update: Update, context: Any) -> None:
        assert update.callback_query
        await update.callback_query.answer("listo")
        await update.callback_query.edit_message_text(f"{update.callback_query.data}")

    async def on_file(self, update: Update, context: Any) -> None:
        assert update.message
        await update.message.reply_document(b"BEGIN", filename="cita.ics")
        await update.message.reply_text(
            "¿dónde?", reply_markup=ReplyKeyboardMarkup([["aquí"]], one_time_keyboard=True)
        )

    async def on_failure(self, update: Update, context: Any) -> None:
        raise RuntimeError


@pytest_asyncio.fixture
async def handlers() -> Any:
    handlers = Handlers()
    async with handlers.app:
        yield handlers


async def test_a_token_always_leads_to_the_same_chat() -> None:
    assert chat_id_of("a" * 32) == chat_id_of("a" * 32) != chat_id_of("b" * 32)
    assert chat_id_of("a" * 32) in SIMULATED and SIMULATED.stop <= 2**52


async def test_what_the_page_shows(handlers: Handlers) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    await simulator.say(chat, "  a < b  ")
    mine, asked = simulator.snapshot(chat)
    assert (mine["from"], mine["text"]) == ("me", "a &lt; b")
    assert (asked["kind"], asked["from"], asked["text"]) == ("message", "bot", "¿Qué <b>necesita</b>?")
    assert asked["buttons"] == [
        [{"label": "<Agua>", "index": 0}],
        [{"label": "Más", "url": "https://rimay.example"}, {"label": "Techo", "index": 2}],
    ]
    await simulator.tap(chat, asked["id"], 2)
    assert simulator.snapshot(chat)[-1]["text"] == "roof"


async def test_files_and_keyboards(handlers: Handlers) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    await simulator.say(chat, "archivo")
    _, sent, asked = simulator.snapshot(chat)
    document = sent["document"]
    assert (document["name"], document["size"], document["type"]) == ("cita.ics", 5, "text/calendar")
    file = simulator.find_file(document["url"].rsplit("/", 1)[1])
    assert file and file.content == b"BEGIN"
    assert asked["keyboard"] == [[{"label": "aquí", "location": False}]]
    await simulator.say(chat, "aquí")
    assert simulator.snapshot(chat)[3]["keyboard"] == []
    await simulator.share_location(chat, 0.35, -78.12)
    assert simulator.snapshot(chat)[-2]["location"] == {"latitude": 0.35, "longitude": -78.12}


@pytest.mark.parametrize(
    "mime", ["image/jpeg", "audio/ogg", "audio/mpeg", "video/mp4", "application/pdf", ""]
)
async def test_a_file_is_sent_as_a_phone_would(handlers: Handlers, mime: str) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    await simulator.send_file(chat, "a", b"content", mime)
    await simulator.send_file(chat, "nothing", b"", mime)
    (sent,) = [message for message in simulator.snapshot(chat) if message["from"] == "me"]
    file = simulator.find_file(sent["document"]["url"].rsplit("/", 1)[1])
    assert file and file.content == b"content"


async def test_every_open_page_of_a_chat_hears_the_same(handlers: Handlers) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    pages = [simulator.events(chat), simulator.events(chat)]
    assert [await anext(page) for page in pages] == [{"kind": "snapshot", "messages": []}] * 2
    await simulator.say(chat, "hola")
    await simulator.tap(chat, simulator.snapshot(chat)[-1]["id"], 0)
    for page in pages:
        events = [await anext(page) for _ in range(4)]
        assert [event["kind"] for event in events] == ["message", "message", "toast", "edit"]
        assert json.dumps(events)
    simulator.close()
    for page in pages:
        assert [event async for event in page] == []


async def test_a_page_that_comes_back_sees_the_screen(handlers: Handlers) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    await simulator.say(chat, "hola")
    snapshot = await anext(simulator.events(chat))
    assert snapshot["messages"] == simulator.snapshot(chat)


async def test_one_chat_in_order_and_many_at_once(handlers: Handlers) -> None:
    simulator = handlers.simulator
    one, two = simulator.open_chat(), simulator.open_chat()
    slow = asyncio.create_task(simulator.say(one, "1"))
    await asyncio.sleep(0)
    await simulator.say(two, "hola")
    assert not slow.done(), "another chat does not wait"
    await simulator.say(one, "2")
    assert [message["from"] for message in simulator.snapshot(one)] == ["me", "bot", "me", "bot"]


@pytest.mark.parametrize(
    "text", ["", "   ", "\0", "a" * 4096, "a" * 9000, "/", "/start " + "x" * 99, "\ud800", "falla"]
)
async def test_no_text_breaks_it(handlers: Handlers, text: str) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    await simulator.say(chat, text)
    assert all(len(message["text"]) <= 4096 for message in simulator.snapshot(chat))
    await simulator.say(chat, "sigo aquí")
    assert simulator.snapshot(chat)[-1]["from"] == "bot"


async def test_no_forged_act_breaks_it(handlers: Handlers) -> None:
    simulator = handlers.simulator
    chat = simulator.open_chat()
    await simulator.say(chat, "hola")
    before = simulator.snapshot(chat)
    for message_id, index in [(0, 0), (-1, 5), (2, -1), (2, 99), (1, 0), (2, 1), (10**30, 10**30)]:
        await simulator.tap(chat, message_id, index)
    await simulator.share_location(chat, 1e9, float("nan"))
    await simulator.send_file(chat, "vacío", b"", "text/plain")
    assert simulator.snapshot(chat) == before


@pytest.mark.parametrize("token", ["", "x", "../../etc", "a" * 33, "a" * 31 + "\n"])
async def test_a_token_that_nobody_gave_out_is_refused(handlers: Handlers, token: str) -> None:
    with pytest.raises(NotFound):
        handlers.simulator.snapshot(token)
    with pytest.raises(NotFound):
        handlers.simulator.events(token)


async def test_a_chat_that_nobody_watches_gives_way(handlers: Handlers) -> None:
    simulator = handlers.simulator
    watched, quiet = simulator.open_chat(), simulator.open_chat()
    events = simulator.events(watched)
    await anext(events)
    await simulator.say(watched, "hola")
    await simulator.say(quiet, "hola")
    for _ in range(3):
        await simulator.say(simulator.open_chat(), "hola")
    assert simulator.people == 3
    assert simulator.snapshot(watched) and not simulator.snapshot(quiet)
