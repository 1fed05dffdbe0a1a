"""Delivery: one durable job a chunk of recipients; each message claimed, sent, settled.

No transaction is open while Telegram is asked. A process that dies leaves at most the batch in flight as
`sending`: in doubt, because Telegram has no idempotency key; those are never silently sent again.
"""

import asyncio
import logging

from dbos import DBOS, DBOSConfig, SetWorkflowID
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.announcements import Announcer
from bot.context import contact_of
from bot.message import Message, split
from bot.pace import Pace, asked_wait
from bot.transport import NeverSent
from core.database import Database
from core.outbox import (
    Claimed,
    Settled,
    State,
    chunks_of,
    claim_batch,
    list_unfinished,
    settle,
)
from core.people import move_chat
from core.sealing import Vault
from core.settings import Settings
from i18n.translator import Translator

_BATCH = 25
_PATIENCE = 5.0
"""Seconds before trying again where the network does not carry anything."""

_log = logging.getLogger("rimay.delivery")


class Courier:
    """Carries broadcasts. Jobs hold two numbers, the broadcast and the chunk: nothing that names a person."""

    def __init__(
        self,
        *,
        bot: Bot,
        database: Database,
        vault: Vault,
        translator: Translator,
        settings: Settings,
    ) -> None:
        self._bot = bot
        self._database = database
        self._vault = vault
        self._translator = translator
        self._settings = settings
        self._pace = Pace(settings.messages_per_second)

    async def carry(self, broadcast_id: int, chunk: int) -> None:
        """Send every delivery of a chunk that nobody has claimed. Running it twice sends nothing twice."""
        announcer = await self._database.read(Announcer, broadcast_id, self._translator, self._settings)
        while claimed := await self._database.run(claim_batch, broadcast_id, chunk, _BATCH):
            outcomes = await asyncio.gather(*(self._send(one, announcer) for one in claimed))
            settled = [outcome for outcome in outcomes if outcome is not None]
            await self._database.run(settle, settled)
            if all(outcome.state is State.NEW for outcome in settled) and settled:
                await asyncio.sleep(_PATIENCE)

    async def _send(self, one: Claimed, announcer: Announcer) -> Settled | None:
        """What became of it; None when only Telegram knows: the delivery stays in doubt."""
        message = announcer.write(one.language)
        chat_id = int(self._vault.open(one.chat_sealed))
        await self._pace.wait()
        try:
            await self._post(chat_id, message)
        except ChatMigrated as moved:
            new = contact_of(moved.new_chat_id, self._vault)
            await self._database.run(move_chat, self._vault.index(str(chat_id)), new)
            return Settled(one.delivery_id, State.NEW)
        except RetryAfter as asked:
            self._pace.hold(asked_wait(asked))
            return Settled(one.delivery_id, State.NEW)
        except Forbidden:
            return Settled(one.delivery_id, State.BLOCKED, "forbidden")
        except BadRequest as error:
            gone = "chat not found" in str(error).lower()
            return Settled(
                one.delivery_id,
                State.BLOCKED if gone else State.FAILED,
                type(error).__name__,
            )
        except NeverSent:
            return Settled(one.delivery_id, State.NEW)
        except (TimedOut, NetworkError):
            return None
        except TelegramError as error:
            _log.error("a delivery failed: %s", type(error).__name__)
            return Settled(one.delivery_id, State.FAILED, type(error).__name__)
        return Settled(one.delivery_id, State.SENT)

    async def _post(self, chat_id: int, message: Message) -> None:
        *first, last = split(message.text)
        for piece in first:
            await self._bot.send_message(chat_id, piece)
        await self._bot.send_message(chat_id, last, reply_markup=message.markup)


class Jobs:
    """The durable jobs of this process. What was running when another died goes on here."""

    _running: "Jobs | None" = None

    def __init__(self, url: str, courier: Courier, database: Database) -> None:
        self._courier = courier
        self._database = database
        self._loop: asyncio.AbstractEventLoop | None = None
        config: DBOSConfig = {
            "name": "rimay",
            "system_database_url": url,
            "application_version": "1",
            "executor_id": "slot-1",
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)

    async def start(self) -> None:
        """Take up what is unfinished: jobs that were running, and broadcasts that nobody enqueued in time."""
        Jobs._running, self._loop = self, asyncio.get_running_loop()
        await asyncio.to_thread(DBOS.launch)
        for broadcast_id in await self._database.read(list_unfinished):
            await self.deliver(broadcast_id)

    async def deliver(self, broadcast_id: int) -> None:
        """Enqueue the chunks of a broadcast. A second time changes nothing: a job is known by its name."""
        for chunk in range(await self._database.read(chunks_of, broadcast_id)):
            with SetWorkflowID(f"broadcast-{broadcast_id}-{chunk}"):
                await DBOS.start_workflow_async(carry_chunk, broadcast_id, chunk)

    async def stop(self) -> None:
        """Let go; unfinished jobs go on at the next start."""
        await asyncio.to_thread(DBOS.destroy)
        Jobs._running = None

    @classmethod
    async def carry(cls, broadcast_id: int, chunk: int) -> None:
        """Carry a chunk on the loop that the bot's connections belong to; jobs may wake up on another."""
        jobs = cls._running
        if jobs is None or jobs._loop is None:
            raise RuntimeError("a job woke up in a process that has no courier")
        work = jobs._courier.carry(broadcast_id, chunk)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, jobs._loop))


@DBOS.workflow(name="carry_chunk", max_recovery_attempts=50)
async def carry_chunk(broadcast_id: int, chunk: int) -> None:
    """One durable job."""
    await Jobs.carry(broadcast_id, chunk)
