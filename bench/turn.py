"""One full turn of the chat beside the least that it can cost, on one core, on SQLite and on PostgreSQL.

    python -m bench.turn [--people 40] [--rounds 5]

A turn: an update as Telegram writes it → the answer committed → the next question handed to the in-memory Bot API.
The limit: python-telegram-bot reads the same kind of update and shows the same text with the same buttons through the
same Bot API, and one bare row is committed in the same database by the same `Database.run`. Both are played in turn.
"""

import argparse
import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.application import build_bot
from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.context import House
from bot.reception import Reception
from core.database import Database, connection_of
from core.sealing import Vault
from core.settings import read_settings
from core.tables import SeenUpdate, Table
from deliberation.voices.hearing import Hearing
from i18n.translator import Translator
from migrations.schema import upgrade
from rimay.demonstration.characters import invent
from rimay.demonstration.people import Someone
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaires import store_questionnaire
from surveys.xlsform.reading import read_questionnaire

SERVER = os.environ.get("RIMAY_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
_FIRST_CHAT = 40_000
_AIM = 2.0
_BARE = insert(Table.metadata.tables[SeenUpdate.__tablename__])
Process = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a turn put on the screen; the limit shows the same."""

    tapped: bool
    words: str
    labels: list[list[str]]


class Clock:
    """Adds up the seconds that updates take, and remembers what each of them showed."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.seconds: list[float] = []
        self.running = False

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Process one update."""
        start = perf_counter()
        await self._process(payload)
        if self.running:
            self.seconds.append(perf_counter() - start)


class Ours:
    """The whole bot on a database."""

    def __init__(self, database: Database, home: Path) -> None:
        self._database = database
        self._translator = Translator()
        vault = Vault(secrets.token_bytes(32))
        settings = read_settings({"RIMAY_HOME": str(home)})
        self.api = BotApi(opens_chats=True)
        house = House(settings, database, vault, self._translator, Hearing(vault))
        ways = InProcessRequest(self.api), InProcessRequest(self.api)
        self.bot = build_bot(house, token=self.api.token, request=ways[0], updates_request=ways[1])
        self.reception = Reception(self.bot)
        self._content = NEEDS_ASSESSMENT.read_bytes()
        self._questionnaire = read_questionnaire(self._content, NEEDS_ASSESSMENT.name).questionnaire

    async def prepare(self) -> None:
        """Open a consultation."""
        stored = await self._database.run(
            store_questionnaire,
            self._questionnaire,
            content=self._content,
            file_name="a.xlsx",
            account_id=None,
        )
        drafted = await self._database.run(draft_consultation, questionnaire_id=stored, account_id=None)
        await self._database.run(open_consultation, drafted, account_id=None)

    async def play(self, number: int) -> tuple[list[float], list[Shown]]:
        """One person answers everything. Seconds of each turn, and what it showed."""
        clock, shown = Clock(self.reception), list[Shown]()
        person = self.api.person(_FIRST_CHAT + number)

        async def watched(payload: dict[str, Any]) -> None:
            await clock(payload)
            if clock.running:
                screen = person.last
                shown.append(Shown("callback_query" in payload, screen.text, screen.labels))

        someone = Someone(person, invent(number), watched, self._questionnaire, self._translator)
        await someone.come_in()
        clock.running = True
        await someone.take_part()
        return clock.seconds, shown


class Limit:
    """python-telegram-bot alone, and one bare row."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.api = BotApi(opens_chats=True)
        ways = InProcessRequest(self.api), InProcessRequest(self.api)
        builder = Application.builder().token(self.api.token).request(ways[0]).get_updates_request(ways[1])
        self.bot = builder.updater(None).build()
        self.bot.add_handler(CallbackQueryHandler(self._on_tap))
        self.bot.add_handler(MessageHandler(filters.TEXT, self._on_text))
        self._next = Shown(True, "…", [["…"]])
        self._number = 0

    async def play(self, number: int, script: list[Shown]) -> list[float]:
        """One person taps or writes as often as in the script; each time the same is shown. Seconds of each turn."""
        person = self.api.person(_FIRST_CHAT + number)
        await self._process(person.send("/start"))
        clock = Clock(self._process)
        clock.running = True
        for shown in script:
            self._next = shown
            label = person.last.labels[0][0]
            await clock(person.tap(label) if shown.tapped else person.send("una respuesta"))
        return clock.seconds

    async def _process(self, payload: dict[str, Any]) -> None:
        await self.bot.process_update(Update.de_json(payload, self.bot.bot))

    async def _on_tap(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query is not None
        await self._commit(update)
        await asyncio.gather(
            query.answer(), query.edit_message_text(self._words(), reply_markup=self._markup())
        )

    async def _on_text(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        assert message is not None
        await self._commit(update)
        await self.bot.bot.send_message(message.chat_id, self._words(), reply_markup=self._markup())

    async def _commit(self, update: Update) -> None:
        await self._database.run(_bare_row, -update.update_id)

    def _words(self) -> str:
        self._number += 1  # an edit that changes nothing is refused
        return f"{self._next.words} {self._number}"

    def _markup(self) -> InlineKeyboardMarkup:
        rows = self._next.labels or [["…"]]
        return InlineKeyboardMarkup(
            [[InlineKeyboardButton(label, callback_data="q:1:1:c1:0") for label in row] for row in rows]
        )


def _bare_row(db: Session, update_id: int) -> None:
    connection_of(db).execute(_BARE, {"update_id": update_id})


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A new database with every table, closed afterwards."""
    database = Database(url)
    upgrade(database.engine)
    try:
        yield database
    finally:
        await database.dispose()


@contextmanager
def new_postgresql() -> Iterator[str]:
    """An empty database on the server, dropped afterwards."""
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"rimay_bench_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


async def measure(name: str, url: str, home: Path, people: int, rounds: int) -> None:
    """Print a line: turns/s of ours and of the limit, and the ratio of their times, round by round."""
    async with opened(url) as database:
        ours, limit = Ours(database, home), Limit(database)
        await ours.prepare()
        async with ours.bot, ours.reception.running(), limit.bot:
            await limit.play(10**6, (await ours.play(0))[1])  # warm
            ratios, turns, least = [], [], []
            for number in range(rounds):
                mine: list[float] = []
                theirs: list[float] = []
                for person in range(1 + number * people, 1 + (number + 1) * people):
                    seconds, script = await ours.play(person)
                    mine += seconds
                    theirs += await limit.play(person, script)
                turns.append(len(mine) / sum(mine))
                least.append(len(theirs) / sum(theirs))
                ratios.append(least[-1] / turns[-1])
    print(
        f"{name:<11} turn {median(turns):6.0f}/s   limit {median(least):6.0f}/s   "
        f"time {median(ratios):.2f} times the limit ({min(ratios):.2f} to {max(ratios):.2f}; aim {_AIM})",
        flush=True,
    )


def main() -> None:
    """Measure on both databases, on one core."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(measure("SQLite", f"sqlite:///{home / 'turn.db'}", home, given.people, given.rounds))
        try:
            with new_postgresql() as url:
                asyncio.run(measure("PostgreSQL", url, home, given.people, given.rounds))
        except OperationalError:
            print("PostgreSQL  does not listen: not measured")


if __name__ == "__main__":
    main()
