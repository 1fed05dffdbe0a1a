"""Two thousand people answer at once: how long each waits for the next question, on SQLite and on PostgreSQL.

    python -m bench.crowd [--people 2000] [--webs 400]

The real bot and the questionnaire of the demonstration; each person opens the consultation and answers two questions,
each as soon as the one before is answered. *All in one instant*: everybody begins in the same moment, so that most of
the wait is the queue. *Over ten seconds*: each answers once more, at some moment of ten seconds.

Then one `rimay web` beside two on PostgreSQL, over HTTP: updates come by the webhook, to each process in turn, and
answers go to a Bot API in this process. What this process and the database take of the same cores is printed too.
"""

import argparse
import asyncio
import os
import random
import resource
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, TCPConnector
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.turn import Ours, new_postgresql
from bot.botapi import BotApi
from bot.botapi_server import BotApiServer
from bot.callback_data import TakeUp, encode
from core.database import Database
from core.people import Contact, enrol
from core.sealing import Vault, open_vault
from core.settings import read_settings
from i18n.translator import Translator
from migrations.schema import upgrade
from rimay.demonstration.characters import invent
from rimay.demonstration.people import Someone
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.xlsform.reading import read_questionnaire
from tests.rimay.web_process import WebProcess

_FIRST_CHAT = 50_000
_TURNS = 3
_SPREAD = 10.0
_AIM = 1.7
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
Process = Callable[[dict[str, Any]], Awaitable[object]]


class Enough(Exception):
    """A person has taken the turns that are measured."""


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds of each turn, and from the first to the last."""

    turns: Sequence[float]
    seconds: float

    @property
    def speed(self) -> float:
        """Turns a second."""
        return len(self.turns) / self.seconds

    def __str__(self) -> str:
        hundredths = quantiles(self.turns, n=100)
        return (
            f"{len(self.turns)} turns, {self.speed:.0f}/s, "
            f"p50 {hundredths[49] * 1000:.0f} ms, p99 {hundredths[98] * 1000:.0f} ms"
        )


class Crowd:
    """People in front of their telephones, on which a consultation was announced."""

    def __init__(self, api: BotApi, consultation_id: int, questionnaire: Questionnaire) -> None:
        self.api = api
        self.consultation_id = consultation_id
        self.questionnaire = questionnaire
        self.translator = Translator()
        self._people: dict[int, One] = {}

    async def answer(
        self, people: range, process: Process, *, turns: int = _TURNS, spread: float = 0.0
    ) -> Waited:
        """Everybody takes some turns, each after a pause of up to `spread` seconds."""
        waited: list[float] = []
        start = perf_counter()
        everybody = (self._people.get(number) or self._arrive(number) for number in people)
        await asyncio.gather(*(one.take(turns, process, spread, waited) for one in everybody))
        return Waited(waited, perf_counter() - start)

    def _arrive(self, number: int) -> "One":
        self._people[number] = one = One(self, number)
        return one


class One:
    """Somebody of the crowd."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._api = crowd.api
        self._person = crowd.api.person(_FIRST_CHAT + number)
        self._someone = Someone(
            self._person, invent(number), self._turn, crowd.questionnaire, crowd.translator
        )
        self._announced: str | None = encode(TakeUp(crowd.consultation_id))
        self._pauses = random.Random(number)

    async def take(self, turns: int, process: Process, spread: float, waited: list[float]) -> None:
        """Tap what was announced, or answer what is on the screen, so many times; note how long each took."""
        self._left, self._process, self._spread, self._waited = turns, process, spread, waited
        with suppress(Enough):
            if self._announced is not None:
                button = {"text": "→", "callback_data": self._announced}
                markup = {"inline_keyboard": [[button]]}
                self._announced = None
                await self._api.call(
                    "sendMessage", {"chat_id": self._person.chat.id, "text": "…", "reply_markup": markup}
                )
                await self._turn(self._person.tap("→"))
            await self._someone.take_part()

    async def _turn(self, update: dict[str, Any]) -> None:
        if self._left == 0:
            raise Enough
        self._left -= 1
        await asyncio.sleep(self._pauses.uniform(0, self._spread))
        self._api.updates.forget(update["update_id"])
        start = perf_counter()
        await self._process(update)
        self._waited.append(perf_counter() - start)


async def announce(database: Database, vault: Vault, questionnaire: Questionnaire, people: int) -> int:
    """So many people have consented, and a consultation is open."""

    def work(db: Session) -> int:
        for number in range(people):
            chat = str(_FIRST_CHAT + number)
            enrol(db, Contact(vault.index(chat), vault.seal(chat)), invent(number).language, "2026-11")
        stored = store_questionnaire(db, questionnaire, content=b"", file_name="a.xlsx", account_id=None)
        drafted = draft_consultation(db, questionnaire_id=stored, account_id=None)
        open_consultation(db, drafted, account_id=None)
        return drafted

    return await database.run(work)


async def measure(name: str, url: str, home: Path, people: int) -> None:
    """Print how long the people wait in one process."""
    database = Database(url)
    upgrade(database.engine)
    ours = Ours(database, home)
    questionnaire = _questionnaire()
    opened = await announce(database, ours.bot.bot_data.vault, questionnaire, people + 20)
    crowd = Crowd(ours.api, opened, questionnaire)
    async with ours.bot, ours.reception.running():
        await crowd.answer(range(people, people + 20), ours.reception)  # warm
        at_once = await crowd.answer(range(people), ours.reception)
        print(f"{name:<11} {people} people, all in one instant  {at_once}", flush=True)
        over = await crowd.answer(range(people), ours.reception, turns=1, spread=_SPREAD)
        print(f"{name:<11} {people} people, over ten seconds    {over}", flush=True)
    await database.dispose()


@asynccontextmanager
async def webs(environment: dict[str, str], home: Path, number: int) -> AsyncIterator[list[WebProcess]]:
    """So many `rimay web` on the same database, each kept on one core."""
    cores = sorted(os.sched_getaffinity(0))
    async with AsyncExitStack() as stack:
        opened = []
        for place in range(number):
            web = WebProcess(environment, home / f"web-{place}.log")
            opened.append(await stack.enter_async_context(web))
            os.sched_setaffinity(web.pid, {cores[place % len(cores)]})
        yield opened


class Telegram(BotApiServer):
    """Answers, and leaves it to the crowd to bring the updates."""

    async def _push(self) -> None:
        return


async def push_to(crowd: Crowd, people: range, webs: Sequence[WebProcess]) -> Waited:
    """Everybody answers at once, and updates are brought to the processes in turn, as by a balancer."""
    places = count()
    async with ClientSession(connector=TCPConnector(limit=40 * len(webs), keepalive_timeout=2)) as client:

        async def push(update: dict[str, Any]) -> None:
            web = webs[next(places) % len(webs)]
            async with client.post(f"{web.address}/telegram", json=update, headers=web.headers) as response:
                response.raise_for_status()

        return await crowd.answer(people, push)


async def compare(url: str, home: Path, people: int) -> None:
    """Print what a second process adds."""
    async with Telegram(BotApi(opens_chats=True)) as server:
        environment = {
            "RIMAY_HOME": str(home),
            "RIMAY_DATABASE_URL": url,
            "RIMAY_TELEGRAM_TOKEN": server.api.token,
            "RIMAY_TELEGRAM_API": server.base_url,
            "RIMAY_PUBLIC_URL": "https://rimay.invalid",
            "RIMAY_REPLIES_PER_SECOND": "0",  # ours is measured, not Telegram's
            **_ONE_THREAD,
        }
        settings = read_settings(environment)
        database = Database(settings.database_url)
        upgrade(database.engine)
        questionnaire = _questionnaire()
        opened = await announce(database, open_vault(settings), questionnaire, 4 * people)
        await database.dispose()
        crowd, places = Crowd(server.api, opened, questionnaire), count()
        speeds = []
        for number in (1, 2):
            async with webs(environment, home, number) as processes:
                await push_to(crowd, _next(places, people), processes)  # warm
                own, all_cores, start = _own_seconds(), _busy_seconds(), perf_counter()
                waited = await push_to(crowd, _next(places, people), processes)
                span = perf_counter() - start
                speeds.append(waited.speed)
                own, all_cores = _own_seconds() - own, _busy_seconds() - all_cores
            print(
                f"PostgreSQL  {number} rimay web, {people} people at once  {waited};"
                f" of the cores {all_cores / span:.1f} busy, {own / span:.1f} by this process",
                flush=True,
            )
    print(
        f"            two do {speeds[1] / speeds[0]:.2f} times as much as one (aim {_AIM} where cores allow),"
        f" on {os.cpu_count()} cores that the Bot API and the database share"
    )


def _questionnaire() -> Questionnaire:
    return read_questionnaire(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name).questionnaire


def _next(places: "count[int]", people: int) -> range:
    first = next(places) * people
    return range(first, first + people)


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _busy_seconds() -> float:
    """Processor time of everybody on this machine, where it can be read."""
    try:
        user, nice, system, _idle, _wait, *rest = map(
            int, Path("/proc/stat").read_text().split("\n")[0].split()[1:]
        )
    except (OSError, ValueError):
        return 0.0
    return (user + nice + system + sum(rest[:2])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure in one process on both databases, then one and two processes over HTTP."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--webs", type=int, default=200, help="people who answer over HTTP")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(measure("SQLite", f"sqlite:///{home / 'crowd.db'}", home, given.people))
        try:
            with new_postgresql() as url:
                asyncio.run(measure("PostgreSQL", url, home, given.people))
            with new_postgresql() as url:
                asyncio.run(compare(url, home, given.webs))
        except OperationalError:
            print("PostgreSQL  does not listen: not measured")


if __name__ == "__main__":
    main()
