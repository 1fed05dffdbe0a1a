"""Delivery: each message claimed, sent, settled.

No transaction is open while Telegram is asked. A process that dies leaves at most the batch in flight as
`sending`: in doubt, because Telegram has no idempotency key; those are never silently sent again.
"""

import asyncio
import logging

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.announcements import Announcer
from bot.context import contact_of
from bot.message import Message, split
from bot.pace import Pace, asked_wait
from bot.transport import NeverSent
from core.database import Database
from core.outbox import Claimed, Settled, claim_batch, settle
from core.people import move_chat
from core.progress import State
from core.sealing import UnusableKey, Vault
from core.settings import Settings
from i18n.translator import Translator

_BATCH = 25
_PATIENCE = 5.0
"""Seconds before trying again where the network does not carry anything."""

_log = logging.getLogger("rimay.delivery")


class Courier:
    """Carries broadcasts, one batch at a time whatever waits: that batch is all that a crash can leave in doubt."""

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
        self._one_batch = asyncio.Lock()
        self._stopping = False

    async def carry(self, broadcast_id: int, chunk: int) -> None:
        """Send every delivery of a chunk that nobody has claimed. Running it twice sends nothing twice."""
        announcer = await self._database.read(Announcer, broadcast_id, self._translator, self._settings)
        # Written before anything is claimed: a text that cannot be written leaves nobody in doubt.
        letters = {language: announcer.write(language) for language in self._translator.languages}
        while await self._carry_batch(broadcast_id, chunk, letters):
            pass

    async def stop(self) -> None:
        """Finish the batch in flight; `carry` ends as cancelled, so that its job goes on at the next start."""
        self._stopping = True
        async with self._one_batch:
            pass

    async def _carry_batch(self, broadcast_id: int, chunk: int, letters: dict[str, Message]) -> bool:
        """False when there was nothing left to claim."""
        async with self._one_batch:
            await self._pace.end_of_quiet()
            if self._stopping:
                raise asyncio.CancelledError
            claimed = await self._database.run(claim_batch, broadcast_id, chunk, _BATCH)
            outcomes = await asyncio.gather(*(self._send(one, letters[one.language]) for one in claimed))
            settled = [outcome for outcome in outcomes if outcome is not None]
            await self._database.run(settle, broadcast_id, chunk, settled)
        if settled and all(outcome.state is State.NEW for outcome in settled):
            await asyncio.sleep(_PATIENCE)
        return bool(claimed)

    async def _send(self, one: Claimed, message: Message) -> Settled | None:
        """What became of it; None when only Telegram knows: the delivery stays in doubt."""
        await self._pace.wait()
        try:
            chat_id = int(self._vault.open(one.chat_sealed))
        except UnusableKey:
            return Settled(one.delivery_id, State.FAILED, UnusableKey.code)
        try:
            await self._post(chat_id, message)
        except ChatMigrated as moved:
            new = contact_of(moved.new_chat_id, self._vault)
            await self._database.run(move_chat, self._vault.index(str(chat_id)), new)
            return Settled(one.delivery_id, State.NEW)
        except RetryAfter as asked:
            self._pace.hold(asked_wait(asked))
            return Settled(one.delivery_id, State.NEW)
        except (NeverSent, InvalidToken):  # nothing left; who runs the house mends it
            return Settled(one.delivery_id, State.NEW)
        except Forbidden:
            return Settled(one.delivery_id, State.BLOCKED, "forbidden")
        except BadRequest as error:
            gone = "chat not found" in str(error).lower()
            return Settled(one.delivery_id, State.BLOCKED if gone else State.FAILED, type(error).__name__)
        except NetworkError:
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
