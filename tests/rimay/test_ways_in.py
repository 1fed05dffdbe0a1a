"""Three ways to the same handlers: long polling, a webhook that knows its secret, the simulator."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
from httpx import ASGITransport, AsyncClient

from api.application import create_app
from api.services import Services
from bot.botapi import BotApi
from bot.botapi_person import Person
from bot.botapi_server import SECRET_HEADER, BotApiServer
from core.settings import read_settings
from rimay.chat import Chat
from rimay.composition import Installation, open_installation
from surveys.consultations import draft_consultation, get_consultation, open_consultation
from surveys.questionnaires import store_questionnaire
from tests.bot.town import QUESTIONNAIRE

LUIS = 1_700_000_002


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(BotApi()) as server:
        yield server


@pytest.fixture
async def installation(
    sqlite_url: str, tmp_path_factory: pytest.TempPathFactory, server: BotApiServer
) -> AsyncIterator[Installation]:
    """An installation with a Telegram token, whose Telegram is ours."""
    settings = read_settings(
        {
            "RIMAY_HOME": str(tmp_path_factory.mktemp("home")),
            "RIMAY_DATABASE_URL": sqlite_url,
            "RIMAY_TELEGRAM_TOKEN": server.api.token,
            "RIMAY_TELEGRAM_API": server.base_url,
            "RIMAY_MESSAGES_PER_SECOND": "1000",
            "RIMAY_QUIET_HOURS": "off",
        }
    )
    installation = open_installation(settings)
    yield installation
    await installation.database.dispose()


async def opens(installation: Installation) -> int:
    """A consultation is drafted and opened; its broadcast."""
    database = installation.database
    stored = await database.run(
        store_questionnaire, QUESTIONNAIRE, content=b"", file_name="n.xlsx", account_id=None
    )
    drafted = await database.run(
        draft_consultation, questionnaire_id=stored, closes_on=date(2099, 1, 1), account_id=None
    )
    return await database.run(open_consultation, drafted, account_id=None)


async def sees(person: Person, text: str) -> None:
    """Wait until the bot shows a text."""
    async with asyncio.timeout(10):
        while not any(text in message.text for message in person.screen if message.from_bot):
            await asyncio.sleep(0.01)


async def walks_in(person: Person, send: Callable[[dict[str, object]], object] | None = None) -> None:
    """From /start to the second question, waiting for each answer as a person does."""

    async def passes_on(update: dict[str, object]) -> None:
        if send is not None:
            await send(update)  # type: ignore[misc]

    await passes_on(person.send("/start"))
    await sees(person, "¿En qué idioma prefiere hablar?")
    await passes_on(person.tap("Español"))
    await sees(person, "¿Está de acuerdo en participar?")
    await passes_on(person.tap("Sí, quiero participar"))
    await sees(person, "¿Cuántos años tiene?")
    await passes_on(person.send("34"))
    await sees(person, "¿En qué cantón vive?")


async def test_long_polling_from_the_first_word_to_the_answer(
    installation: Installation, server: BotApiServer
) -> None:
    luis = server.api.person(LUIS)
    await opens(installation)
    chat = Chat(installation)
    async with chat.running():
        await walks_in(luis)
        assert chat.receives()

    assert not chat.receives()
    assert luis.unanswered == 0
    assert (await installation.database.read(get_consultation, 1)).reach.started == 1
    menu = {command["command"] for command in server.api.commands[""]}
    assert {"consultas", "misdatos", "borrar", "ayuda"} <= menu


async def test_what_was_said_while_nobody_listened_is_answered_at_the_next_start(
    installation: Installation, server: BotApiServer
) -> None:
    luis = server.api.person(LUIS)
    await opens(installation)
    async with Chat(installation).running():
        await walks_in(luis)
    luis.send("Otavalo")

    async with Chat(installation).running():
        await sees(luis, "¿Qué necesita con más urgencia?")

    questions = [m for m in luis.screen if m.from_bot and "¿En qué cantón vive?" in m.text]
    assert len(questions) == 1, "what was answered before is not answered again"


async def test_a_broadcast_leaves_by_the_jobs_of_the_running_house(
    installation: Installation, server: BotApiServer
) -> None:
    luis = server.api.person(LUIS)
    chat = Chat(installation)
    async with chat.running():
        luis.send("/start")
        await sees(luis, "¿En qué idioma prefiere hablar?")
        luis.tap("Español")
        await sees(luis, "¿Está de acuerdo en participar?")
        luis.tap("Sí, quiero participar")
        await sees(luis, "Ahora no hay consultas abiertas.")

        await chat.jobs.deliver(await opens(installation))
        await sees(luis, "Hay una consulta nueva")
        luis.tap("Empezar")
        await sees(luis, "¿Cuántos años tiene?")


@asynccontextmanager
async def web(chat: Chat) -> AsyncIterator[AsyncClient]:
    """The web side of a house."""
    house = chat.installation
    services = Services(
        database=house.database,
        translator=house.translator,
        settings=house.settings,
        vault=house.vault,
        deliver=chat.jobs.deliver,
        simulator=chat.simulator,
        webhook=chat.webhook,
    )
    transport = ASGITransport(create_app(services))
    async with AsyncClient(transport=transport, base_url="https://rimay.example") as client:
        yield client


async def test_a_webhook_lets_in_who_knows_the_secret(
    installation: Installation, server: BotApiServer
) -> None:
    settings = replace(installation.settings, public_url="https://rimay.example")
    chat = Chat(replace(installation, settings=settings))
    luis = server.api.person(LUIS)
    await opens(installation)
    async with chat.running(), web(chat) as client:
        told = server.api.webhook
        assert told["url"] == "https://rimay.example/telegram"

        async def push(update: dict[str, object]) -> None:
            server.api.updates.forget(int(str(update["update_id"])))
            headers = {SECRET_HEADER: told["secret_token"]}
            response = await client.post("/telegram", json=update, headers=headers)
            assert response.status_code == 200

        await walks_in(luis, push)

        before = len(luis.screen)
        forged = luis.send("Otavalo")
        for headers in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "guessed"}, {SECRET_HEADER: "ñ"}):
            raw = {name.encode(): value.encode() for name, value in headers.items()}
            response = await client.post("/telegram", json=forged, headers=raw)
            assert response.status_code == 404
        for body in (b"", b"[]", b"{", b"\xff"):
            assert (await client.post("/telegram", content=body)).status_code == 404
        assert len(luis.screen) == before + 1, "nobody answers what came without the secret"

        headers = {SECRET_HEADER: told["secret_token"]}
        for strange in ({}, {"update_id": "x"}, {"update_id": 1, "message": 5}):
            response = await client.post("/telegram", json=strange, headers=headers)
            assert response.status_code == 200, "else Telegram would send it again for ever"


async def test_the_secret_is_the_same_in_every_process_and_differs_between_houses(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = Chat(installation).webhook_secret
    other = open_installation(read_settings({"RIMAY_HOME": str(tmp_path_factory.mktemp("other"))}))

    assert Chat(open_installation(installation.settings)).webhook_secret == secret
    assert Chat(other).webhook_secret != secret
    await other.database.dispose()


async def test_without_a_public_address_there_is_no_webhook(installation: Installation) -> None:
    chat = Chat(installation)
    async with web(chat) as client:
        response = await client.post("/telegram", json={"update_id": 1}, headers={SECRET_HEADER: "x"})

    assert response.status_code == 404


async def test_without_a_token_the_chat_is_the_simulator(installation: Installation) -> None:
    settings = replace(installation.settings, telegram_token=None, public_url="https://rimay.example")
    await opens(installation)
    chat = Chat(replace(installation, settings=settings))
    assert chat.simulator is not None
    assert chat.webhook is None
    async with chat.running():
        token = chat.simulator.open_chat()
        await chat.simulator.say(token, "/start")
        await chat.simulator.tap(token, chat.simulator.snapshot(token)[-1]["id"], 0)
        await chat.simulator.tap(token, chat.simulator.snapshot(token)[-1]["id"], 0)

        assert "¿Cuántos años tiene?" in chat.simulator.snapshot(token)[-1]["text"]
