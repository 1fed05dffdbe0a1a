"""The in-memory Bot API behaves as Telegram does, seen by python-telegram-bot and by a person."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import (
    BadRequest,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.botapi import BotApi
from bot.botapi_errors import AnswerLost, server_error, too_many_requests
from bot.botapi_request import InProcessRequest
from bot.botapi_server import SECRET_HEADER, BotApiServer
from core.clock import at

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning"),
]

ANA, BRUNO, STRANGER = 101, 102, 999
Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]
YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Sí", callback_data="y"), InlineKeyboardButton("No", callback_data="n")]]
)


async def greet(update: Update, context: Context) -> None:
    assert update.message
    await update.message.reply_text("<b>¿Participa?</b>", parse_mode="HTML", reply_markup=YES_NO)


async def take(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    await query.answer("anotado")
    await query.edit_message_text(f"usted dijo {query.data}")


async def echo(update: Update, context: Context) -> None:
    assert update.message and update.message.text
    await update.message.reply_text(update.message.text)


def with_handlers(app: App) -> App:
    app.add_handler(CommandHandler("start", greet))
    app.add_handler(CallbackQueryHandler(take))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    return app


@pytest.fixture
def api() -> BotApi:
    return BotApi()


@pytest_asyncio.fixture
async def app(api: BotApi) -> AsyncIterator[App]:
    builder = Application.builder().token(api.token).updater(None)
    app = with_handlers(
        builder.request(InProcessRequest(api)).get_updates_request(InProcessRequest(api)).build()
    )
    async with app:
        yield app


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


# Handlers, reached in all three ways


async def test_a_chat_in_process(api: BotApi, app: App) -> None:
    ana = api.person(ANA, language_code="es")

    async def process(payload: dict[str, Any]) -> None:
        await app.process_update(Update.de_json(payload, app.bot))

    await process(ana.send("/start"))
    assert (ana.last.text, ana.last.html, ana.last.labels) == (
        "¿Participa?",
        "<b>¿Participa?</b>",
        [["Sí", "No"]],
    )

    await process(ana.tap("No"))
    assert (ana.last.text, ana.last.labels) == ("usted dijo n", [])
    assert ana.toasts == ["anotado"] and ana.unanswered == 0

    await process(ana.send("hola 👋"))
    assert [message.text for message in ana.screen] == ["/start", "usted dijo n", "hola 👋", "hola 👋"]
    assert api.calls["sendMessage"] == 2 and api.calls["editMessageText"] == 1


async def test_long_polling_over_http(api: BotApi) -> None:
    ana = api.person(ANA)
    async with BotApiServer(api) as server:
        app = with_handlers(Application.builder().token(api.token).base_url(server.base_url).build())
        async with app:
            assert app.updater
            await app.updater.start_polling(poll_interval=0, timeout=1)
            await app.start()
            ana.send("/start")
            await until(lambda: len(ana.screen) == 2)
            ana.tap("Sí")
            await until(lambda: ana.last.text == "usted dijo y" and not ana.unanswered)
            await app.updater.stop()
            await app.stop()
    assert not len(api.updates), "a bot that stops has confirmed what it has read"


async def test_webhook_is_called_with_its_secret_until_it_accepts(api: BotApi, app: App) -> None:
    seen: list[tuple[str | None, int]] = []

    async def hook(request: web.Request) -> web.Response:
        payload = await request.json()
        seen.append((request.headers.get(SECRET_HEADER), payload["update_id"]))
        if len(seen) == 1:
            return web.Response(status=503)
        await app.process_update(Update.de_json(payload, app.bot))
        return web.Response()

    site = web.Application()
    site.router.add_post("/hook", hook)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with BotApiServer(api):
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await app.bot.set_webhook(url, secret_token="s3cret")
        info = await app.bot.get_webhook_info()
        assert info.url == url
        ana = api.person(ANA)
        ana.send("buenas")
        await until(lambda: len(ana.screen) == 2)
    await runner.cleanup()
    assert seen == [("s3cret", 1), ("s3cret", 1)]
    assert ana.last.text == "buenas"


# Limits and refusals


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "a" * 4097}, "Message is too long"),
        ({"text": ""}, "Message text is empty"),
        ({"text": " \n "}, "Text must be non-empty"),
        ({"text": "a < b", "parse_mode": "HTML"}, "Can't parse entities"),
        ({"text": "<b>uno", "parse_mode": "HTML"}, 'Can\'t find end tag corresponding to start tag "b"'),
        ({"text": "ñ<i>uno</b>", "parse_mode": "HTML"}, 'byte offset 8, expected "</i>", found "</b>"'),
        (
            {"text": "<script>x</script>", "parse_mode": "HTML"},
            'Unsupported start tag "script" at byte offset 0',
        ),
    ],
)
async def test_refuses_what_telegram_refuses(
    api: BotApi, app: App, given: dict[str, str], words: str
) -> None:
    api.person(ANA)
    with pytest.raises(BadRequest) as refusal:
        await app.bot.send_message(ANA, **given)
    assert words.lower() in refusal.value.message.lower()


async def test_callback_data_counts_bytes(api: BotApi, app: App) -> None:
    api.person(ANA)

    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data=data)]])

    await app.bot.send_message(ANA, "cabe", reply_markup=keyboard("ñ" * 32))
    with pytest.raises(BadRequest, match=r"BUTTON_DATA_INVALID|Button_data_invalid"):
        await app.bot.send_message(ANA, "no cabe", reply_markup=keyboard("ñ" * 33))


async def test_formatting_does_not_count_towards_the_limit(api: BotApi, app: App) -> None:
    api.person(ANA)
    sent = await app.bot.send_message(ANA, f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


async def test_captions_are_shorter(api: BotApi, app: App) -> None:
    api.person(ANA)
    with pytest.raises(BadRequest, match="caption is too long"):
        await app.bot.send_document(ANA, b"x", caption="a" * 1025)


async def test_unknown_chats_and_people_who_left(api: BotApi, app: App) -> None:
    ana = api.person(ANA)
    with pytest.raises(BadRequest, match="Chat not found"):
        await app.bot.send_message(STRANGER, "hola")
    left = ana.block()["my_chat_member"]
    assert left["new_chat_member"]["status"] == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await app.bot.send_message(ANA, "hola")
    ana.unblock()
    await app.bot.send_message(ANA, "hola otra vez")
    assert ana.last.text == "hola otra vez"


async def test_a_load_test_may_write_to_anybody() -> None:
    api = BotApi(opens_chats=True)
    await api.call("sendMessage", {"chat_id": STRANGER, "text": "hola"})
    assert api.person(STRANGER).last.text == "hola"


async def test_an_edit_that_changes_nothing_is_refused(api: BotApi, app: App) -> None:
    api.person(ANA)
    sent = await app.bot.send_message(ANA, "uno", reply_markup=YES_NO)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await app.bot.edit_message_text("uno", ANA, sent.message_id, reply_markup=YES_NO)
    await app.bot.edit_message_text("uno", ANA, sent.message_id)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await app.bot.edit_message_reply_markup(ANA, sent.message_id)


async def test_what_cannot_be_edited(api: BotApi, app: App) -> None:
    ana = api.person(ANA)
    ana.send("hola")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await app.bot.edit_message_text("x", ANA, ana.screen[-1].id)
    asked = await app.bot.send_message(ANA, "¿dónde?", reply_markup=ReplyKeyboardMarkup([["aquí"]]))
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await app.bot.edit_message_text("x", ANA, asked.message_id)
    sent = await app.bot.send_document(ANA, b"x")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await app.bot.edit_message_text("x", ANA, sent.message_id)
    await app.bot.delete_message(ANA, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await app.bot.edit_message_text("x", ANA, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await app.bot.delete_message(ANA, sent.message_id)


async def test_message_ids_belong_to_their_chat(api: BotApi, app: App) -> None:
    ana, bruno = api.person(ANA), api.person(BRUNO)
    to_ana, to_bruno = await app.bot.send_message(ANA, "a"), await app.bot.send_message(BRUNO, "b")
    assert to_ana.message_id == to_bruno.message_id == 1
    await app.bot.edit_message_text("c", BRUNO, to_bruno.message_id)
    assert (ana.last.text, bruno.last.text) == ("a", "c")


async def test_a_tap_is_answered_once_and_only_if_it_was_made(api: BotApi, app: App) -> None:
    ana = api.person(ANA)
    await app.bot.send_message(ANA, "uno", reply_markup=YES_NO)
    query = ana.tap("y")["callback_query"]
    assert ana.unanswered == 1
    await app.bot.answer_callback_query(query["id"], "gracias")
    await app.bot.answer_callback_query(query["id"], "gracias")
    assert (ana.unanswered, ana.toasts) == (0, ["gracias"])
    with pytest.raises(BadRequest, match="Query is too old"):
        await app.bot.answer_callback_query("12345")


async def test_failures_on_demand(api: BotApi, app: App) -> None:
    ana = api.person(ANA)
    api.person(BRUNO)
    api.fail(too_many_requests(7), method="sendMessage", chat_id=ANA)
    api.fail(server_error(502), times=2)
    with pytest.raises(RetryAfter) as slow:
        await app.bot.send_message(ANA, "a")
    assert slow.value._retry_after == timedelta(seconds=7)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await app.bot.send_message(BRUNO, "b")
    assert not ana.screen
    api.fail(AnswerLost())
    with pytest.raises(TimedOut):
        await app.bot.send_message(ANA, "sí llegó")
    assert ana.last.text == "sí llegó", "the call was carried out, only its answer is lost"


async def test_unknown_methods_and_tokens(api: BotApi, app: App) -> None:
    with pytest.raises(EndPointNotFound, match="Endpoint 'sendTelepathy' not found"):
        await app.bot.do_api_request("sendTelepathy")
    async with BotApiServer(api) as server:
        stranger = Application.builder().token("2:other").base_url(server.base_url).build()
        with pytest.raises(InvalidToken):
            await stranger.bot.initialize()
        await stranger.bot.shutdown()


# What is sent and received besides text


async def test_reply_keyboards_come_and_go(api: BotApi, app: App) -> None:
    ana = api.person(ANA)
    keys = ReplyKeyboardMarkup(
        [[KeyboardButton("Mi ubicación", request_location=True)], ["Otavalo"]], one_time_keyboard=True
    )
    await app.bot.send_message(ANA, "¿dónde vive?", reply_markup=keys)
    assert [[key.label for key in row] for row in ana.keyboard] == [["Mi ubicación"], ["Otavalo"]]
    with pytest.raises(LookupError, match="share_location"):
        ana.tap("Mi ubicación")
    assert ana.tap("Otavalo")["message"]["text"] == "Otavalo"
    assert ana.keyboard == [], "a keyboard for one use is gone after it"
    await app.bot.send_message(ANA, "¿dónde vive?", reply_markup=ReplyKeyboardMarkup([["Otavalo"]]))
    ana.send("Otavalo")
    assert ana.keyboard
    await app.bot.send_message(ANA, "gracias", reply_markup=ReplyKeyboardRemove())
    assert ana.keyboard == []


async def test_everything_a_phone_sends_is_read_by_the_library(api: BotApi, app: App) -> None:
    ana = api.person(ANA, language_code="qu")

    def read(payload: dict[str, Any]) -> Update:
        return Update.de_json(payload, app.bot)

    with at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        update = read(ana.send("mire /ayuda"))
    assert update.message and update.message.date == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert update.message.parse_entities(["bot_command"]).popitem()[1] == "/ayuda"
    assert update.effective_user and update.effective_user.language_code == "qu"
    assert (place := read(ana.share_location(0.35, -78.12)).message) and place.location
    assert (place.location.latitude, place.location.longitude) == (0.35, -78.12)
    assert (message := read(ana.send_sticker()).message) and message.sticker
    assert (message := read(ana.send_photo(caption="aquí")).message) and message.photo and message.caption
    assert (message := read(ana.send_document("a.txt", b"x")).message) and message.document
    assert read(ana.edit(ana.screen[0], "mejor así")).edited_message
    assert read(ana.block()).my_chat_member
    assert read(ana.send_unknown()).effective_user is None
    assert read(ana.send("adiós")).update_id == 9


async def test_files_go_both_ways(api: BotApi, app: App) -> None:
    ana = api.person(ANA)
    sent = await app.bot.send_document(
        ANA, InputFile(b"BEGIN", filename="cita.ics"), caption="<i>su cita</i>", parse_mode="HTML"
    )
    assert sent.document and (sent.document.file_name, sent.document.file_size) == ("cita.ics", 5)
    assert ana.last.html == "<i>su cita</i>"
    again = await app.bot.send_document(ANA, sent.document.file_id)
    assert again.document and again.document.file_id == sent.document.file_id

    voice = ana.send_voice(b"OggS 123")["message"]["voice"]
    async with BotApiServer(api) as server:
        other = (
            Application.builder()
            .token(api.token)
            .base_url(server.base_url)
            .base_file_url(server.base_file_url)
            .build()
        )
        async with other.bot:
            for bot in (app.bot, other.bot):
                file = await bot.get_file(voice["file_id"])
                assert bytes(await file.download_as_bytearray()) == b"OggS 123"
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await app.bot.get_file("nothing")


async def test_commands_are_checked_and_kept_by_language(api: BotApi, app: App) -> None:
    await app.bot.set_my_commands([BotCommand("ayuda", "Ayuda")], language_code="es")
    assert api.commands["es"] == [{"command": "ayuda", "description": "Ayuda"}]
    with pytest.raises(BadRequest, match=r"(?i)BOT_COMMAND_INVALID"):
        await app.bot.set_my_commands([("Ayuda", "con mayúscula")])
