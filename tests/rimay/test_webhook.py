"""Pushed updates and real processes: what was answered with 200 is never lost, whatever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.botapi import BotApi
from bot.botapi_person import Person
from bot.botapi_server import BotApiServer
from core.database import Database
from core.settings import Settings
from i18n.translator import Translator
from migrations.schema import upgrade
from tests.rimay.houses import NewHouse
from tests.rimay.web_process import WebProcess

LUIS, ROSA = 1_700_000_002, 1_700_000_001


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(BotApi()) as server:
        yield server


def environment(house: Settings, server: BotApiServer) -> Mapping[str, str]:
    """What the processes of a house are told."""
    database = Database(house.database_url)
    upgrade(database.engine)
    database.close()
    return {
        "RIMAY_HOME": str(house.home),
        "RIMAY_DATABASE_URL": house.database_url,
        "RIMAY_TELEGRAM_TOKEN": server.api.token,
        "RIMAY_TELEGRAM_API": server.base_url,
        "RIMAY_PUBLIC_URL": "https://rimay.example",
    }


def answers(person: Person, words: str) -> int:
    """How often the bot showed them."""
    return sum(words in message.text for message in person.screen if message.from_bot)


async def becomes(person: Person, words: str, count: int) -> None:
    """Wait until they were shown so often."""
    async with asyncio.timeout(60):  # a chat gets an answer a second
        while answers(person, words) < count:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_what_was_stored_when_a_process_was_killed_is_answered_by_the_next(
    backend: str, new_house: NewHouse, server: BotApiServer, tmp_path: Path, translator: Translator
) -> None:
    told, luis = environment(new_house(backend), server), server.api.person(LUIS)
    welcome = translator.in_every_language("chat.language_question")
    async with WebProcess(told, tmp_path / "first.log") as web:
        flood = [luis.send("/idioma") for _ in range(30)]
        confirmed = await asyncio.gather(*(web.push(update) for update in flood))
        assert set(confirmed) == {200}, "a flood is confirmed, too"
        await web.kill()
    assert 1 <= answers(luis, welcome) < 30, "the rest waits for its pace"

    async with WebProcess(told, tmp_path / "second.log"):
        await becomes(luis, welcome, 30)


async def test_two_processes_keep_the_order_of_a_person(
    new_house: NewHouse, server: BotApiServer, tmp_path: Path
) -> None:
    told, luis = environment(new_house("postgresql"), server), server.api.person(LUIS)
    async with WebProcess(told, tmp_path / "1.log") as one, WebProcess(told, tmp_path / "2.log") as two:
        assert await one.push(luis.send("/start")) == 200
        await becomes(luis, "¿En qué idioma", 1)
        for number in range(16):
            update = luis.send(("/idioma", "/start")[number // 2 % 2])
            assert await (one, two)[number % 2].push(update) == 200
        await becomes(luis, "¿En qué idioma", 17)

    shown = [message.text for message in luis.screen if message.from_bot]
    language, welcome = shown[1], shown[0]
    assert shown == [welcome, *[language, language, welcome, welcome] * 4]


async def test_while_the_database_is_away_telegram_is_asked_to_come_again(
    new_house: NewHouse, server: BotApiServer, tmp_path: Path
) -> None:
    house = new_house("postgresql")
    told, luis, rosa = environment(house, server), server.api.person(LUIS), server.api.person(ROSA)
    async with WebProcess(told, tmp_path / "web.log") as web:
        assert await web.push(luis.send("/start")) == 200
        _admit(house, False)
        updates = luis.send("/start"), rosa.send("/start")
        assert [await web.push(update) for update in updates] == [503, 503]

        _admit(house, True)
        assert [await web.push(update) for update in updates] == [200, 200]
        await becomes(luis, "¿En qué idioma", 2)
        await becomes(rosa, "¿En qué idioma", 1)

    assert (answers(luis, "¿En qué idioma"), answers(rosa, "¿En qué idioma")) == (2, 1)


def _admit(house: Settings, admitted: bool) -> None:
    """Whether the server lets anybody into the database; who is in is thrown out."""
    url = make_url(house.database_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {admitted}"))
        query = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(query, {"name": url.database})
    engine.dispose()
