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
from typing import Concatenate, ParamSpec, TypeGuard, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import RetryAfter

from bot.announcements import Announcer
from bot.context import contact_of
from bot.departures import PAID_CEILING, Departures, Moments
from bot.hearing import Hearing
from bot.post import Letter, Post, Posted
from bot.transport import Gate
from core.budget import BROADCASTS, reserve
from core.claims import Claimed, Held, Restraint, release
from core.clock import now, ticks
from core.database import Database
from core.dispatch import Batch, settle_and_claim, settle_batch
from core.observation import Observer, Unobserved
from core.outbox import Settled
from core.people import move_chat
from core.progress import State
from core.sealing import UnusableKey, Vault
from core.settings import Settings
from i18n.translator import Translator

P = ParamSpec("P")
R = TypeVar("R")

BATCH = 50
_PATIENCE = 5.0
"""Seconds before trying again where the network, or the database, does not carry anything."""
_LOOK_AGAIN = 30.0
"""The longest wait without a look at the clock and at what was asked for meanwhile."""
_TRAVEL = 0.35
"""Seconds that a batch spends beyond its moments: being claimed, on its way to Telegram, being settled."""
_SOON = 10.0
"""Who is due that soon is waited for; for others the job ends, and another one begins when they are due."""
_A_MOMENT = 0.3
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
        self._departures = Departures(settings.messages_per_second, self._ask)
        self._hearing = Hearing()
        self._post = Post(bot, self._further, paid=settings.paid_broadcast)
        self._size = min(BATCH, settings.messages_per_second)
        self._claim_takes = 0.01
        self._carrying = 0
        self._stopping, self._at_rest = asyncio.Event(), asyncio.Event()

    @property
    def chunks_at_once(self) -> int:
        """How many chunks are carried at once for the pace to be reached: more would be taken from other workers."""
        pace = min(self._settings.messages_per_second, PAID_CEILING)
        return 1 + -(-round(pace * _TRAVEL) // BATCH)

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
            await self._carry(chunk)
        finally:
            self._carrying -= 1
            if not self._carrying:
                self._at_rest.set()

    async def stop(self) -> None:
        """Finish the batches in flight; `carry` ends as cancelled, so that its job goes on elsewhere or later."""
        self._stopping.set()
        self._departures.close()
        if self._carrying:
            await self._at_rest.wait()
        self._departures.end()

    async def _carry(self, chunk: Chunk) -> None:
        held, batch = await self._settle(chunk, Batch()), Batch()
        while self._goes_on(held) or batch.settled:
            pause = self._pause(held, batch)
            if self._goes_on(held) and not pause and not self._stopping.is_set():
                held, batch = await self._next_batch(chunk, held, batch)
            else:
                held, batch = await self._settle(chunk, batch), Batch()
                await self._rest(min(pause, _LOOK_AGAIN))

    def _pause(self, held: Held | None, batch: Batch) -> float:
        """Seconds in which nothing of the chunk can leave."""
        later = (held.due_at - now()).total_seconds() if held is not None and held.due_at else 0.0
        unheard = max(self._hearing.pause(), 0.0 if batch.carried else _PATIENCE)
        return max(self._departures.quiet_left(), unheard, later)

    def _goes_on(self, held: Held | None) -> TypeGuard[Held]:
        """Whether the chunk has somebody who may be written to now, or soon."""
        if held is None or not held.goes_out or not held.new or self.silent:
            return False
        return held.due_at is None or (held.due_at - now()).total_seconds() < _SOON

    async def _next_batch(self, chunk: Chunk, held: Held, batch: Batch) -> tuple[Held | None, Batch]:
        """Wait until the next batch may leave, claim it, send it. The chunk as it is then, and what became of it."""
        probing, count = self._hearing.lost, self._hearing.allow(min(self._size, held.new))
        promise = asyncio.ensure_future(self._departures.promise(count))
        await asyncio.wait([promise], timeout=_A_MOMENT)
        try:
            if batch.settled and not (promise.done() and promise.result() - ticks() < _A_MOMENT):
                await self._settle(chunk, batch)  # so that what was sent is seen to be sent
                batch = Batch()
            await self._rest(await promise - self._lead - ticks())
        except asyncio.CancelledError:
            if promise.done() and not promise.cancelled():
                self._departures.give_back(count)
            await self._settle(chunk, batch)
            raise
        after, claimed, known_by = await self._claim(chunk, batch, count)
        self._departures.give_back(count - len(claimed))
        return after, await self._send_all(chunk, claimed, known_by, probing=probing)

    @property
    def _lead(self) -> float:
        """Seconds before its first moment in which a batch is claimed: none where a moment never passes unused."""
        return min(1.0, 2 * self._claim_takes) if self._departures.limited else 0.0

    async def _settle(self, chunk: Chunk, batch: Batch) -> Held | None:
        return await self._insist(settle_batch, chunk.broadcast_id, chunk.number, batch)

    async def _claim(
        self, chunk: Chunk, batch: Batch, size: int
    ) -> tuple[Held | None, Sequence[Claimed], datetime]:
        begun, known_by = ticks(), now()
        mine = chunk.broadcast_id, chunk.number
        try:
            held, claimed = await self._database.run(
                settle_and_claim, *mine, batch, size, restraint=self._restraint, known_by=known_by
            )
        except Exception as error:
            # Whatever is wrong: what was sent was sent, and what was perhaps claimed has not left.
            self._departures.give_back(size)
            held = await self._settle(chunk, batch)
            await self._insist(release, *mine, known_by)
            if not isinstance(error, _AWAY):
                raise
            return await self._settle(chunk, Batch()), (), known_by
        self._claim_takes = max(ticks() - begun, 0.9 * self._claim_takes)
        return held, claimed, known_by

    async def _send_all(
        self, chunk: Chunk, claimed: Sequence[Claimed], known_by: datetime, *, probing: bool
    ) -> Batch:
        sent = list[tuple[Settled | None, Posted | None]]()
        sending = (self._send(one, chunk, probing) for one in claimed)
        for became in await asyncio.gather(*sending, return_exceptions=True):
            if isinstance(became, BaseException):  # of that one alone nobody knows
                _log.error("a delivery is in doubt: %s", type(became).__name__)
                self._hearing.note(answered=False)
            else:
                sent.append(became)
        settled = [one for one, _ in sent if one is not None]
        tried = [posted for _, posted in sent if posted is not None]
        quiet = max((posted.quiet for posted in tried), default=0.0)
        carried = not tried or any(posted.carried for posted in tried)
        return Batch(settled, known_by, quiet, carried)

    async def _send(self, one: Claimed, chunk: Chunk, probing: bool) -> tuple[Settled | None, Posted | None]:
        """What became of it, None when only Telegram knows: it stays in doubt. And of its post, if it was tried."""
        leave = await self._departures.leave()
        if leave is None or self.silent or (self._hearing.lost and not probing):
            return Settled(one.delivery_id, State.NEW), None
        try:
            chat_id = int(self._vault.open(one.chat_sealed))
        except UnusableKey:
            return Settled(one.delivery_id, State.FAILED, UnusableKey.code), None
        letter = chunk.letters.get(one.language) or next(iter(chunk.letters.values()))
        posted = await self._post.send(chat_id, letter, leave.show)
        self._observer.sent(posted.outcome)
        if posted.carried:
            self._hearing.note(answered=posted.answered)
        if posted.quiet:
            self._departures.hold(posted.quiet)
            self._observer.quiet(posted.quiet)
        if posted.moved_to is not None:
            new = contact_of(posted.moved_to, self._vault)
            await self._insist(move_chat, self._vault.index(str(chat_id)), new)
        if posted.state is None:
            return None, posted
        return Settled(one.delivery_id, posted.state, posted.reason), posted

    async def _further(self) -> Gate:
        """Return when a further piece of a long text may leave."""
        await self._departures.promise(1)
        leave = await self._departures.leave()
        if leave is None:
            raise RetryAfter(round(self._departures.quiet_left()))
        return leave.show

    async def _ask(self, count: int) -> Moments:
        """Moments from the budget that all workers share."""
        return await self._insist(_reserve, count, self._settings.messages_per_second, self._lead)

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


def _reserve(db: Session, count: int, rate: float, ahead: float) -> Moments:
    before = ticks()
    given = reserve(db, BROADCASTS, count, rate=rate, ahead=ahead)
    after = ticks()
    return Moments(given.count, before + given.delay, after + given.delay, given.quiet, given.delay)
