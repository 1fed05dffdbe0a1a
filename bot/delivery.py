"""Delivery: moments reserved, messages claimed, each sent at its moment, settled.

No transaction is open while Telegram is asked, and nothing is claimed while merely waiting. A process that dies
leaves at most one batch of each chunk that it was carrying as `sending`: in doubt, because Telegram has no
idempotency key; those are never silently sent again.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import RetryAfter

from bot.announcements import Announcer
from bot.context import contact_of
from bot.pace import Pace
from bot.post import Letter, Post, Posted
from core.budget import BROADCASTS, is_quiet, reserve
from core.claims import Claimed, Restraint, claim_batch, release
from core.clock import now, ticks
from core.database import Database
from core.dispatch import Asked, Batch, Moments, Wait, dispatch, settle_batch
from core.observation import Observer, Unobserved
from core.outbox import Settled
from core.people import move_chat
from core.progress import State
from core.sealing import UnusableKey, Vault
from core.settings import Settings
from i18n.translator import Translator

P = ParamSpec("P")
R = TypeVar("R")

BATCH = 25
_PATIENCE = 5.0
"""Seconds before trying again where the network, or the database, does not carry anything."""
_LOOK_AGAIN = 30.0
"""The longest wait without a look at the clock and at what was asked for meanwhile."""
_TRAVEL = 0.35
"""Seconds that a batch spends beyond its moments: being claimed, on its way to Telegram, being settled."""
_A_MOMENT = 0.2
_AWAY = (OperationalError, InterfaceError)

_log = logging.getLogger("rimay.delivery")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one durable job carries: the recipients of a chunk, and what they read by language."""

    broadcast_id: int
    number: int
    letters: dict[str, Letter]


class Courier:
    """Carries broadcasts, any number of chunks at once, at the pace that all workers share."""

    def __init__(
        self,
        *,
        bot: Bot,
        database: Database,
        vault: Vault,
        translator: Translator,
        settings: Settings,
        restraint: Restraint | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._translator = translator
        self._settings = settings
        self._restraint = restraint or Restraint(settings.messages_per_week)
        self._observer = observer or Unobserved()
        self._pace = Pace(settings.messages_per_second)
        self._post = Post(bot, self._further, paid=settings.paid_broadcast)
        self._size = min(BATCH, settings.messages_per_second)
        self._claim_takes = 0.01
        self._carrying = 0
        self._stopping, self._at_rest = asyncio.Event(), asyncio.Event()

    @property
    def chunks_at_once(self) -> int:
        """How many chunks have to be carried at once for the pace to be reached."""
        return 1 + -(-round(self._settings.messages_per_second * _TRAVEL) // BATCH)

    @property
    def silent(self) -> bool:
        """Whether it is a time of the day in which nobody is written to."""
        hours = self._settings.quiet_hours
        return hours is not None and hours.end_of_quiet(now()) is not None

    async def carry(self, broadcast_id: int, number: int) -> None:
        """Send every delivery of a chunk that is due and that nobody has claimed. Twice sends nothing twice."""
        announcer = await self._database.read(Announcer, broadcast_id, self._translator, self._settings)
        # Written before anything is claimed: a text that cannot be written leaves nobody in doubt.
        letters = {language: Letter.of(announcer.write(language)) for language in self._translator.languages}
        chunk = Chunk(broadcast_id, number, letters)
        self._carrying += 1
        self._at_rest.clear()
        try:
            batch = Batch()
            while moments := await self._next(chunk, batch):
                batch = await self._send_batch(chunk, moments)
        finally:
            self._carrying -= 1
            if not self._carrying:
                self._at_rest.set()

    async def stop(self) -> None:
        """Finish the batches in flight; `carry` ends as cancelled, so that its job goes on elsewhere or later."""
        self._stopping.set()
        if self._carrying:
            await self._at_rest.wait()

    async def _next(self, chunk: Chunk, batch: Batch) -> Moments | None:
        """Write down what became of a batch, and wait until the next may leave. None: nothing is left for now."""
        while True:
            pause = self._pace.quiet_left() or (0.0 if batch.carried else _PATIENCE)
            if pause or self.silent or self._stopping.is_set():
                await self._settle(chunk, batch)
                if self.silent:
                    return None
            else:
                got = await self._dispatch(chunk, batch)
                if not isinstance(got, Wait):
                    return got
                pause = got.seconds
            batch = Batch()
            await self._rest(min(pause, _LOOK_AGAIN))

    async def _settle(self, chunk: Chunk, batch: Batch) -> None:
        if batch.settled or batch.quiet:
            await self._insist(settle_batch, chunk.broadcast_id, chunk.number, batch)

    async def _dispatch(self, chunk: Chunk, batch: Batch) -> Moments | Wait | None:
        known_by = now()
        asked = Asked(self._size, self._pace.per_second, self._lead, self._restraint, known_by)
        try:
            return await self._database.run(dispatch, chunk.broadcast_id, chunk.number, batch, asked)
        except Exception as error:
            # Whatever is wrong: what was sent was sent, and what was perhaps claimed has not left.
            await self._settle(chunk, batch)
            await self._insist(release, chunk.broadcast_id, chunk.number, known_by)
            if not isinstance(error, _AWAY):
                raise
            return Wait(_A_MOMENT)

    @property
    def _lead(self) -> float:
        """Seconds before its first moment in which a batch is claimed."""
        return min(1.0, 2 * self._claim_takes)

    async def _send_batch(self, chunk: Chunk, moments: Moments) -> Batch:
        claimed, known_by = moments.claimed, moments.known_by
        if claimed is None:
            await self._rest(moments.latest - self._lead - ticks())
            claimed, known_by = await self._claim(chunk, moments.count)
        sending = (self._send(one, chunk, moments, place) for place, one in enumerate(claimed))
        sent = list[tuple[Settled | None, Posted | None]]()
        for became in await asyncio.gather(*sending, return_exceptions=True):
            if isinstance(became, BaseException):  # of that one alone nobody knows
                _log.error("a delivery is in doubt: %s", type(became).__name__)
            else:
                sent.append(became)
        settled = [one for one, _ in sent if one is not None]
        tried = [posted for _, posted in sent if posted is not None]
        quiet = max((posted.quiet for posted in tried), default=0.0)
        return Batch(settled, known_by, quiet, carried=not tried or any(posted.carried for posted in tried))

    async def _claim(self, chunk: Chunk, size: int) -> tuple[Sequence[Claimed], datetime]:
        begun, known_by = ticks(), now()
        try:
            claimed = await self._database.run(_claim, chunk, size, self._restraint, known_by)
        except _AWAY:  # perhaps after it was done
            await self._insist(release, chunk.broadcast_id, chunk.number, known_by)
            return (), known_by
        self._claim_takes = max(ticks() - begun, 0.9 * self._claim_takes)
        return claimed, known_by

    async def _send(
        self, one: Claimed, chunk: Chunk, moments: Moments, place: int
    ) -> tuple[Settled | None, Posted | None]:
        """What became of it, None when only Telegram knows: it stays in doubt. And of its post, if it was tried."""
        later = place * self._pace.gap
        await asyncio.sleep(max(0.0, moments.latest + later - ticks()))
        missed = ticks() > moments.earliest + later + self._pace.leeway
        if missed or self.silent or not self._pace.take():
            return Settled(one.delivery_id, State.NEW), None
        try:
            chat_id = int(self._vault.open(one.chat_sealed))
        except UnusableKey:
            return Settled(one.delivery_id, State.FAILED, UnusableKey.code), None
        letter = chunk.letters.get(one.language) or next(iter(chunk.letters.values()))
        posted = await self._post.send(chat_id, letter)
        self._observer.sent(posted.outcome)
        if posted.quiet:
            self._pace.hold(posted.quiet)
            self._observer.quiet(posted.quiet)
        if posted.moved_to is not None:
            new = contact_of(posted.moved_to, self._vault)
            await self._insist(move_chat, self._vault.index(str(chat_id)), new)
        if posted.state is None:
            return None, posted
        return Settled(one.delivery_id, posted.state, posted.reason), posted

    async def _further(self) -> None:
        """Return when a further piece of a long text may leave."""
        while True:
            moment = await self._insist(reserve, BROADCASTS, 1, rate=self._pace.per_second)
            if moment.delay > _LOOK_AGAIN:
                raise RetryAfter(round(moment.delay))
            await asyncio.sleep(moment.delay)
            if moment.count and self._pace.take():
                return

    async def _rest(self, seconds: float) -> None:
        """Wait, with nothing claimed. Raises CancelledError when the process is about to stop."""
        if seconds > 0 and not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                return
        if self._stopping.is_set():
            raise asyncio.CancelledError

    async def _insist(
        self, use_case: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a use case that may run twice, until the database is there for it."""
        patience = 0.1
        while True:
            try:
                return await self._database.run(use_case, *args, **kwargs)
            except _AWAY as error:
                _log.warning("the database is waited for: %s", type(error).__name__)
            await asyncio.sleep(patience)
            patience = min(2 * patience, _PATIENCE)


def _claim(
    db: Session, chunk: Chunk, size: int, restraint: Restraint, known_by: datetime
) -> Sequence[Claimed]:
    if is_quiet(db, BROADCASTS):  # another worker was told so meanwhile
        return ()
    return claim_batch(db, chunk.broadcast_id, chunk.number, size, restraint=restraint, moment=known_by)
