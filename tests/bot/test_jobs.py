"""The durable jobs, with the real engine on a SQLite file: enqueued, stopped, killed, and going on."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.botapi_server import BotApiServer
from bot.delivery import Courier
from bot.enqueueing import Enqueuer
from bot.jobs import Jobs
from core.clock import at, now
from core.database import Database
from core.doubts import count_in_doubt
from core.people import Contact, enrol
from core.progress import Sending, progress_of
from core.sealing import Vault
from core.settings import Settings, read_settings
from i18n.translator import Translator
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaires import store_questionnaire
from tests.bot.carrying import KEY
from tests.bot.town import QUESTIONNAIRE

FIRST, PEOPLE = 4_000_000, 170
BATCH = 50


@pytest.fixture
async def data(sqlite_url: str) -> AsyncIterator[Database]:
    """Ninety people, and a consultation opened to them: broadcast 1."""
    database, vault = Database(sqlite_url), Vault(KEY)

    def settle_in(db: Any) -> None:
        for chat_id in range(FIRST, FIRST + PEOPLE):
            enrol(db, Contact(vault.index(str(chat_id)), vault.seal(str(chat_id))), "qu", "1")
        stored = store_questionnaire(db, QUESTIONNAIRE, content=b"", file_name="n.xlsx", account_id=None)
        opened = draft_consultation(db, questionnaire_id=stored, account_id=None)
        open_consultation(db, opened, account_id=None)

    await database.run(settle_in)
    yield database
    await database.dispose()


def new_api(**options: Any) -> BotApi:
    """A Bot API that knows all of them."""
    api = BotApi(**options)
    for chat_id in range(FIRST, FIRST + PEOPLE):
        api.person(chat_id)
    return api


def received(api: BotApi) -> list[int]:
    """How many messages each person got."""
    return [len(api.person(chat_id).screen) for chat_id in range(FIRST, FIRST + PEOPLE)]


async def until(reached: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for something to happen."""
    async with asyncio.timeout(seconds):
        while True:
            found = reached()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)


class Process:
    """Bot, courier and jobs of one process."""

    def __init__(self, api: BotApi, data: Database, settings: Settings) -> None:
        bot = Bot(api.token, request=InProcessRequest(api), get_updates_request=InProcessRequest(api))
        settings = replace(settings, messages_per_second=200)
        courier = Courier(
            bot=bot, database=data, vault=Vault(KEY), translator=Translator(), settings=settings
        )
        self.jobs = Jobs(settings.jobs_url, courier, data)


async def progress(data: Database) -> Sending:
    return await data.read(progress_of, 1)


async def test_a_start_takes_up_what_nobody_enqueued_and_enqueuing_twice_sends_once(
    data: Database, settings: Settings, bare_url: str
) -> None:
    if bare_url.startswith("postgresql"):  # there the jobs live beside the data
        settings = replace(settings, jobs_url=read_settings({"RIMAY_DATABASE_URL": bare_url}).jobs_url)
    api = new_api()
    process = Process(api, data, settings)
    await process.jobs.start()
    try:
        await process.jobs.deliver(1)
        await process.jobs.deliver(1)
        await until(lambda: sum(received(api)) == PEOPLE)
        await process.jobs.deliver(1)
        await asyncio.sleep(0.1)
    finally:
        await process.jobs.stop()

    assert received(api) == [1] * PEOPLE
    assert await progress(data) == Sending(PEOPLE, 0, 0, PEOPLE, 0, 0)


async def test_a_stop_finishes_the_batch_and_leaves_nothing_in_doubt_and_a_start_goes_on(
    data: Database, settings: Settings
) -> None:
    api = new_api(delay=0.01)
    process = Process(api, data, settings)
    await process.jobs.start()
    await until(lambda: sum(received(api)) >= 5)
    await process.jobs.stop()

    stopped = await progress(data)
    assert stopped.sending == 0
    assert 0 < stopped.sent < PEOPLE
    assert stopped.new == PEOPLE - stopped.sent

    process = Process(api, data, settings)
    await process.jobs.start()
    try:
        await until(lambda: sum(received(api)) == PEOPLE)
        await until(lambda: _done(data))
    finally:
        await process.jobs.stop()

    assert received(api) == [1] * PEOPLE


async def _done(data: Database) -> bool:
    return (await progress(data)).sent == PEOPLE


async def test_a_job_that_met_trouble_goes_on_by_itself(
    data: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs._PATIENCE", 0.05)
    troubles = 2
    carry = Courier.carry

    async def troubled(courier: Courier, broadcast_id: int, chunk: int) -> None:
        nonlocal troubles
        troubles -= 1
        if troubles >= 0:
            raise OSError("the database is away")
        await carry(courier, broadcast_id, chunk)

    monkeypatch.setattr(Courier, "carry", troubled)
    api = new_api()
    process = Process(api, data, settings)
    await process.jobs.start()
    try:
        await until(lambda: sum(received(api)) == PEOPLE)
    finally:
        await process.jobs.stop()


async def test_a_process_killed_in_the_middle_is_followed_by_one_that_finishes_the_rest(
    data: Database, settings: Settings
) -> None:
    api = new_api(delay=0.03)
    async with BotApiServer(api) as server:

        async def start() -> asyncio.subprocess.Process:
            command = (sys.executable, "-m", "tests.bot.carrying", str(settings.home), server.base_url)
            root = Path(__file__).parents[2]
            return await asyncio.create_subprocess_exec(*command, cwd=root)

        first = await start()
        await until(lambda: sum(received(api)) >= BATCH + 10)
        first.send_signal(signal.SIGKILL)
        await first.wait()
        killed = await progress(data)
        assert 0 < killed.sending <= BATCH, "the batch in flight"
        assert killed.new > 0

        second = await start()
        await until(lambda: _settled(data))
        second.terminate()
        await second.wait()

    at_the_end = await progress(data)
    assert at_the_end.sending == killed.sending, "in doubt, shown, and never sent again"
    assert at_the_end.sent == PEOPLE - killed.sending
    with at(now() + timedelta(minutes=2)):
        assert await data.read(count_in_doubt, 1) == killed.sending
    assert max(received(api)) == 1, "nobody gets it twice"
    assert sum(received(api)) >= at_the_end.sent


async def _settled(data: Database) -> bool:
    sending = await progress(data)
    return sending.new == 0 and sending.sent + sending.sending == PEOPLE and sending.sending <= BATCH


async def test_jobs_that_were_over_long_ago_are_forgotten(data: Database, settings: Settings) -> None:
    process, enqueuer = Process(new_api(), data, settings), Enqueuer(settings.jobs_url)
    client = enqueuer._jobs
    await process.jobs.start()
    try:
        await until(lambda: _done(data))
        await until(lambda: all(row.status == "SUCCESS" for row in client.list_workflows()))
    finally:
        await process.jobs.stop()
    enqueuer.forget_old()
    assert client.list_workflows(), "they may still be looked at"

    with at(now() + timedelta(days=8)):
        enqueuer.forget_old()

    assert client.list_workflows() == []
    enqueuer.close()
