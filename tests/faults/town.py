"""A town of some hundred people, a consultation opened to all of them, and what must be true when all is over."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbos import DBOSClient
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.botapi import TOKEN
from core.clock import today
from core.database import Database
from core.progress import Sending, State, progress_of
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Delivery, DeliveryChunk, Participant, SendingBudget
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaires import store_questionnaire
from tests.bot.town import QUESTIONNAIRE
from tests.faults.bot_api_process import BotApiProcess
from tests.faults.worker import RIMAY, Worker

KEY = bytes(range(32))
_LONGEST = 90.0
FIRST = 5_000_000
BATCH = 50
PEOPLE = 300
RATE = 300
CEILING = RATE * 3 // 2
"""Messages in a second that this pace may come to when some of them are late; Telegram's own are 30 and 1,000."""
BLOCKED, GONE, MOVED = (range(FIRST + first, FIRST + first + 3) for first in (20, 30, 40))
"""People who blocked the bot, whose chat is no more, and whose chat has moved."""


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery, with the chat that it goes to."""

    chat: int
    chunk: int
    state: State


class Town:
    """Runs inside an `async with` block of its Bot API; the database is migrated already."""

    def __init__(self, url: str, home: Path, api: BotApiProcess) -> None:
        self.url = url
        self.api = api
        self.database = Database(url)
        self._vault = Vault(KEY)
        self.jobs_url = read_settings({"RIMAY_HOME": str(home), "RIMAY_DATABASE_URL": url}).jobs_url
        self._home = home
        self._workers = 0

    async def settle_in(self, people: int = PEOPLE, *, broadcasts: int = 1, all_there: bool = False) -> None:
        """Enrol people, some of whom have left or moved since; open consultations to all: broadcasts 1, 2, …"""
        chats = range(FIRST, FIRST + people)
        await self.database.run(enrol_many, chats, self._vault)
        for _ in range(broadcasts):
            await self.database.run(open_one)
        if all_there:
            return
        for chat in BLOCKED:
            await self.api.tell("know", chat=chat, kind="blocked")
        for chat in GONE:
            await self.api.tell("know", chat=chat, kind="unknown")
        for chat in MOVED:
            await self.api.tell("know", chat=chat, kind="moved", to=moved(chat))

    def worker(
        self, settings: Mapping[str, str] | None = None, *, command: tuple[str, ...] = RIMAY
    ) -> Worker:
        """A worker of this town, to be entered; some of its settings may be others."""
        return Worker(*self._how(settings or {}), command)

    @asynccontextmanager
    async def workers(self, settings: Mapping[str, str] | None = None) -> AsyncIterator[list[Worker]]:
        """As many as may be: one on SQLite, two on PostgreSQL."""
        async with AsyncExitStack() as stack:
            count = 1 if self.database.is_sqlite else 2
            yield [await stack.enter_async_context(self.worker(settings)) for _ in range(count)]

    def _how(self, settings: Mapping[str, str]) -> tuple[dict[str, str], Path]:
        self._workers += 1
        environment = {
            "RIMAY_HOME": str(self._home),
            "RIMAY_DATABASE_URL": self.url,
            "RIMAY_SECRET_KEY": base64.b64encode(KEY).decode(),
            "RIMAY_TELEGRAM_TOKEN": TOKEN,
            "RIMAY_TELEGRAM_API": self.api.address,
            "RIMAY_QUIET_HOURS": "off",
            "RIMAY_MESSAGES_PER_SECOND": str(RATE),
        }
        return {**environment, **settings}, self._home / f"worker-{self._workers}.log"

    # Waiting

    async def progress(self, broadcast_id: int = 1) -> Sending:
        """The counts by state."""
        return await self.database.read(progress_of, broadcast_id)

    async def until_arrived(self, messages: int) -> None:
        """Wait until as many messages are in their chats."""

        async def reached() -> bool:
            return (await self.api.report()).messages >= messages

        await until(reached)

    async def until_over(self, *, broadcasts: int = 1, steady: float = 0.6) -> None:
        """Wait until nothing is left to send and nothing moves any more: what is `sending` then is in doubt."""

        async def nothing_waits() -> bool:
            return not any([(await self.progress(number)).new for number in range(1, broadcasts + 1)])

        async with asyncio.timeout(_LONGEST):
            while True:
                await until(nothing_waits)
                await self.until_steady(steady)
                if await nothing_waits():  # what did not get through is new again
                    return

    async def until_steady(self, seconds: float = 0.6) -> None:
        """Wait until nothing changes for so long."""
        while (before := await self.database.read(read_counts)) is not None:
            await asyncio.sleep(seconds)
            if await self.database.read(read_counts) == before:
                return

    async def until_idle(self) -> None:
        """Wait until no job is left to be done."""

        def no_job_is_left() -> bool:
            client = DBOSClient(system_database_url=self.jobs_url)
            left = client.list_workflows(status=["ENQUEUED", "PENDING"], load_input=False)
            client.destroy()
            return not left

        async def idle() -> bool:
            return await asyncio.to_thread(no_job_is_left)

        await until(idle)

    # What must be true

    async def rows(self, broadcast_id: int = 1) -> list[Row]:
        """Every delivery of a broadcast."""
        return await self.database.read(list_rows, broadcast_id, self._vault)

    async def in_doubt(self, broadcast_id: int = 1) -> set[int]:
        """The chats of deliveries that nobody can be sure of."""
        return {row.chat for row in await self.rows(broadcast_id) if row.state is State.SENDING}

    async def check(self, *, broadcasts: int = 1, ceiling: int = CEILING) -> None:
        """Everybody who can be reached got the message, nobody twice, and never too many in a second."""
        arrived, report = await self.api.arrived(), await self.api.report()
        for number in range(1, broadcasts + 1):
            check_rows(await self.rows(number), arrived, most=broadcasts)
        assert report.most_to_one <= broadcasts, "nobody got it twice"
        assert not arrived.keys() & {*BLOCKED, *GONE, *MOVED}
        assert await self.database.read(count_anew) == await self.database.read(read_counts)
        assert report.keeps(ceiling), f"{report.worst_second} in a second, stalled {report.stall:.3f} s"

    async def put_clock_of_budget(self, hours: float) -> None:
        """To the budget of all workers, this is what a jump of the database's clock looks like."""
        await self.database.run(look_older, round(hours * 3600 * 1_000_000))

    async def reconnect(self) -> None:
        """The database was away: the connections of this process are broken."""
        await self.database.dispose()
        self.database = Database(self.url)

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.dispose()


def check_rows(rows: list[Row], arrived: dict[int, int], *, most: int) -> None:
    """What the house believes of one broadcast is what the chats show."""
    by_state = {state: {row.chat for row in rows if row.state is state} for state in State}
    assert {state for state, chats in by_state.items() if chats} <= {
        State.SENT,
        State.BLOCKED,
        State.SENDING,
    }, "nobody is forgotten, and nobody given up"
    assert not {chat for chat in by_state[State.SENT] if not 1 <= arrived.get(chat, 0) <= most}
    assert by_state[State.BLOCKED] <= {*BLOCKED, *GONE} <= by_state[State.BLOCKED] | by_state[State.SENDING]
    doubts = Counter(row.chunk for row in rows if row.state is State.SENDING)
    assert all(count <= BATCH for count in doubts.values()), f"one batch a chunk may be in doubt: {doubts}"


def moved(chat: int) -> int:
    """Where a chat is now."""
    return -chat


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something to happen."""
    async with asyncio.timeout(_LONGEST):
        while not await reached():
            await asyncio.sleep(0.02)


def enrol_many(db: Session, chats: range, vault: Vault) -> None:
    """Everyone consents at once, every other one in Kichwa."""
    day = today(read_settings({}).zone)
    people: list[dict[str, Any]] = [
        {
            "chat_index": vault.index(str(chat)),
            "chat_sealed": vault.seal(str(chat)),
            "language": ("es", "qu")[chat % 2],
            "profile": {},
            "consent_version": "1",
            "consented_on": day,
            "reachable": True,
        }
        for chat in chats
    ]
    for first in range(0, len(people), 10_000):
        db.execute(insert(Participant), people[first : first + 10_000])


def open_one(db: Session) -> None:
    """A consultation is opened to everyone, as the console does it."""
    stored = store_questionnaire(db, QUESTIONNAIRE, content=b"", file_name="n.xlsx", account_id=None)
    drafted = draft_consultation(db, questionnaire_id=stored, account_id=None)
    open_consultation(db, drafted, account_id=None)


def list_rows(db: Session, broadcast_id: int, vault: Vault) -> list[Row]:
    """Every delivery of a broadcast, with its chat in clear."""
    query = (
        select(Participant.chat_sealed, Delivery.chunk, Delivery.state)
        .join(Participant, Participant.id == Delivery.participant_id)
        .where(Delivery.broadcast_id == broadcast_id)
    )
    return [
        Row(int(vault.open(sealed)), chunk, State(state))
        for sealed, chunk, state in db.execute(query)
        if sealed
    ]


def look_older(db: Session, microseconds: int) -> None:
    """The moments that are written down are further back than they were."""
    budget = SendingBudget
    columns = budget.next_at, budget.quiet_until, budget.changed_at
    db.execute(update(budget).values({column.key: column - microseconds for column in columns}))


Counts = dict[tuple[int, int, State], int]


def count_anew(db: Session) -> Counts:
    """How many deliveries of each chunk are in which state."""
    query = select(Delivery.broadcast_id, Delivery.chunk, Delivery.state)
    return dict(Counter((broadcast, chunk, State(state)) for broadcast, chunk, state in db.execute(query)))


def read_counts(db: Session) -> Counts:
    """The same as the house has counted along."""
    return {
        (row.broadcast_id, row.number, state): count
        for row in db.scalars(select(DeliveryChunk))
        for state in State
        if (count := getattr(row, state.value))
    }
