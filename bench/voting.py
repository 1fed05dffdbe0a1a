"""One vote in the chat beside the least that it can cost, on one core, on SQLite and on PostgreSQL.

    python -m bench.voting [--people 20] [--rounds 5] [--statements 40] [--voters 200]

A turn: a tap on a vote as Telegram writes it → the vote committed, with the sum of its statement → the next statement
chosen and handed to the in-memory Bot API. The limit is that of `bench.turn`: python-telegram-bot reads the same kind
of update and shows the same text with the same buttons through the same Bot API, and one bare row is committed.
"""

import argparse
import asyncio
import os
import secrets
import tempfile
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.turn import Clock, Limit, Shown, new_postgresql, opened
from bot.application import build_bot
from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.context import House
from bot.reception import Reception
from core.database import Database
from core.sealing import Vault
from core.settings import read_settings
from deliberation.opinions.deliberations import draft_deliberation, open_deliberation
from deliberation.opinions.statements import add_seed
from deliberation.opinions.tables import Statement, Voter
from deliberation.opinions.votes import record_vote
from deliberation.voices.hearing import Hearing
from i18n.translator import Translator

_FIRST_CHAT = 60_000
_AIM = 2.0


class Ours:
    """The whole bot on a database, with a deliberation in which others have voted."""

    def __init__(self, database: Database, home: Path, statements: int, voters: int) -> None:
        self._database, self._statements, self._voters = database, statements, voters
        self._translator = Translator()
        vault = Vault(secrets.token_bytes(32))
        settings = read_settings({"RIMAY_HOME": str(home)})
        self.api = BotApi(opens_chats=True)
        house = House(settings, database, vault, self._translator, Hearing(vault))
        ways = InProcessRequest(self.api), InProcessRequest(self.api)
        self.bot = build_bot(house, token=self.api.token, request=ways[0], updates_request=ways[1])
        self.reception = Reception(self.bot)

    async def prepare(self) -> None:
        """Open it, and let many vote on half of what there is."""
        await self._database.run(_prepare, self._statements, self._voters)

    async def play(self, number: int) -> tuple[list[float], list[Shown]]:
        """One person votes on everything. Seconds of each turn, and what it showed."""
        clock, shown = Clock(self.reception), list[Shown]()
        person = self.api.person(_FIRST_CHAT + number)

        def say(key: str) -> str:
            return self._translator.text("chat." + key, "es")

        await clock(person.send("/start"))
        await clock(person.tap(say("language_es")))
        await clock(person.tap(say("button_consent_yes")))
        await clock(person.tap(say("button_start")))
        clock.running = True
        votes = [say("vote_" + way) for way in ("agree", "disagree", "pass")]
        for turn in range(self._statements):
            await clock(person.tap(votes[(number + turn) % 3]))
            shown.append(Shown(True, person.last.text, person.last.labels))
        return clock.seconds, shown


def _prepare(db: Session, statements: int, voters: int) -> None:
    deliberation_id = draft_deliberation(db, title={"es": "a"}, question={"es": "b"}, account_id=None)
    for each in range(statements):
        words = {"es": f"Que haya más horas de atención en la ventanilla {each}"}
        add_seed(db, deliberation_id, words, account_id=None)
    zone = ZoneInfo("America/Guayaquil")
    open_deliberation(db, deliberation_id, threshold=5, zone=zone, account_id=None)
    ids = list(db.scalars(select(Statement.id).order_by(Statement.number)))
    for each in range(voters):
        voter = f"{each * 7919 % 2**32:08x}{each:024x}"
        row = {"id": voter, "deliberation_id": deliberation_id, "language": "es"}
        db.execute(insert(Voter).values(row))
        for statement in ids[each % 2 :: 2]:
            record_vote(db, voter, statement, (each + statement) % 3 - 1)


async def measure(name: str, url: str, home: Path, given: argparse.Namespace) -> None:
    """Print a line: turns/s of ours and of the limit, and the ratio of their times, round by round."""
    async with opened(url) as database:
        ours, limit = Ours(database, home, given.statements, given.voters), Limit(database)
        await ours.prepare()
        async with ours.bot, ours.reception.running(), limit.bot:
            await limit.play(10**6, (await ours.play(0))[1])  # warm
            ratios, turns, least = [], [], []
            for number in range(given.rounds):
                mine: list[float] = []
                theirs: list[float] = []
                for person in range(1 + number * given.people, 1 + (number + 1) * given.people):
                    seconds, script = await ours.play(person)
                    mine += seconds
                    theirs += await limit.play(person, script)
                turns.append(len(mine) / sum(mine))
                least.append(len(theirs) / sum(theirs))
                ratios.append(least[-1] / turns[-1])
    print(
        f"{name:<11} vote {median(turns):6.0f}/s   limit {median(least):6.0f}/s   "
        f"time {median(ratios):.2f} times the limit ({min(ratios):.2f} to {max(ratios):.2f}; aim {_AIM})",
        flush=True,
    )


def main() -> None:
    """Measure on both databases, on one core."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    for name, default in (("people", 20), ("rounds", 5), ("statements", 40), ("voters", 200)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(measure("SQLite", f"sqlite:///{home / 'votes.db'}", home, given))
        try:
            with new_postgresql() as url:
                asyncio.run(measure("PostgreSQL", url, home, given))
        except OperationalError:
            print("PostgreSQL  does not listen: not measured")


if __name__ == "__main__":
    main()
