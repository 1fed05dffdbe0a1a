"""Where updates come in, by webhook, long polling or the simulator. None is lost, and each has its turn.

An update of someone who is not being served, and of whom nothing waits, is handled in place. Any other is stored,
sealed; whoever serves the person takes it before letting go, the oldest first. What a process leaves behind when
it dies is found by the sweeper of any process.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeGuard, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from telegram import Update
from telegram.error import TelegramError

from bot.allowance import Allowance
from bot.application import Bot, excuse, handle
from bot.context import House
from core.clock import ticks
from core.database import Database
from core.errors import RimayError
from core.inbox import (
    NOBODY,
    TRIES,
    NotKept,
    Taken,
    finish_update,
    keep_update,
    list_people_waiting,
    note_fault,
    set_aside,
    take_next,
)
from core.observation import Observer, Unobserved
from core.sealing import UnusableKey
from core.turns import Behind, LocalTurns, Standing, Turns

P = ParamSpec("P")
R = TypeVar("R")

_PATIENCE = 2.0
_SWEEP_SECONDS = 1.0
_SWEPT_AT_ONCE = 1_000
_WAITS = (0.2, 0.8)
_INTERRUPTED = "Interrupted"
"""The fault of an update during which the process ended, again and again."""
_log = logging.getLogger("rimay.bot")


@dataclass(frozen=True, slots=True)
class _Arrival:
    update: Update
    payload: dict[str, Any]
    person: bytes

    @property
    def id(self) -> int:
        return self.update.update_id


class Reception:
    """Takes updates as Telegram wrote them.

    allowance: what one person may ask for; None where everybody is known to behave
    patience:  seconds after which `confirm` rather stores an update than let Telegram wait
    waits:     seconds before the second and the third try of an update that failed
    observer:  is told of each turn
    """

    def __init__(
        self,
        bot: Bot,
        *,
        allowance: Allowance | None = None,
        patience: float = _PATIENCE,
        waits: Sequence[float] = _WAITS,
        observer: Observer | None = None,
    ) -> None:
        self._bot = bot
        self._allowance = allowance
        self._patience = patience
        self._waits = waits
        self._observer = observer or Unobserved()
        self._turns = _open_turns(self._house.database, self._begin_serving)
        self._lines: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()
        """Person → where their updates stand in line, as they came, until each has the turn or is stored."""
        self._knows_who_waits = not self._house.database.is_sqlite
        """A database of many processes says it with every turn; the only process of another asks once."""
        self._learning = asyncio.Lock()
        self._uncounted: Counter[int] = Counter()
        """Tries that failed because the database was away: not the update's fault."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Return when the update is handled, or stored for its turn, or set aside. Raises NotKept if it was none."""
        arrival = self._read(payload)
        if isinstance(arrival, _Arrival):
            await self._receive(arrival)
        else:
            await self._set_unreadable_aside(payload, arrival)

    async def confirm(self, payload: dict[str, Any]) -> None:
        """The same for who must not wait long: what takes its time is stored while it is being handled."""
        receiving = self._spawn(self(payload))
        done, _ = await asyncio.wait({receiving}, timeout=self._patience)
        if done:
            receiving.result()
        elif isinstance(arrival := self._read(payload), _Arrival):
            async with self._line(arrival.person):
                if receiving.done():
                    receiving.result()
                else:  # who finds it handled already takes it out again
                    await self._store(arrival, Standing.BUSY)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What waits is taken up while the block runs; at its end, what has begun is brought to its end."""
        self._spawn(self._sweep())
        try:
            yield
        finally:
            await self.close()

    async def close(self) -> None:
        """Bring to an end what has begun; the rest stays stored."""
        self._closing.set()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._turns.close()

    @property
    def _house(self) -> House:
        return self._bot.bot_data

    # Coming in

    def _read(self, payload: dict[str, Any]) -> _Arrival | Exception:
        try:
            if not _is_number(payload.get("update_id")):
                raise TypeError("an update without a number")
            update = Update.de_json(payload, self._bot.bot)
            whose = update.effective_chat or update.effective_user
            return _Arrival(update, payload, self._house.vault.index(str(whose.id)) if whose else NOBODY)
        except Exception as error:  # there is no end to what may be wrong in it
            return error

    async def _receive(self, arrival: _Arrival) -> None:
        if arrival.id in self._house.recent:
            return
        async with self._line(arrival.person):
            if not self._knows_who_waits:
                await self._learn_who_waits()
            standing = await self._turns.take(arrival.person)
            if standing is not Standing.FREE or not self._spend(arrival.person):
                await self._store(arrival, standing)
                return
        await self._handle_in_place(arrival)

    def _line(self, person: bytes) -> asyncio.Lock:
        return self._lines.setdefault(person, asyncio.Lock())

    def _spend(self, person: bytes) -> bool:
        return self._allowance is None or self._allowance.spend(person)

    async def _handle_in_place(self, arrival: _Arrival) -> None:
        try:
            error = await self._attempt(arrival.update)
            if error is not None:
                await self._keep(arrival, tries=1, fault=type(error).__name__)
        except BaseException:
            self._turns.leave(arrival.person)
            raise
        if error is None:
            self._house.recent.add(arrival.id)
            self._turns.leave(arrival.person)
        else:
            await self._serve(arrival.person, after=self._waits[0])

    async def _store(self, arrival: _Arrival, standing: Standing) -> None:
        """Keep an update. If nobody serves the person any more, do so."""
        try:
            await self._keep(arrival)
            self._turns.expect(arrival.person)
            if standing is Standing.BUSY:  # they may have been left meanwhile
                with suppress(NotKept):
                    standing = await self._turns.take(arrival.person)
        except BaseException:
            if standing is not Standing.BUSY:
                self._turns.give_up(arrival.person)
            raise
        if standing is not Standing.BUSY:
            self._begin_serving(arrival.person)

    async def _keep(self, arrival: _Arrival, *, tries: int = 0, fault: str | None = None) -> None:
        sealed = self._seal(arrival.payload)
        if await self._run(keep_update, arrival.id, arrival.person, sealed, tries=tries, fault=fault):
            self._observer.turn(0.0, "stored")
        else:
            self._observer.passed_over()
            _log.warning("an update was passed over: too many of the same person wait")

    async def _set_unreadable_aside(self, payload: dict[str, Any], error: Exception) -> None:
        number = payload.get("update_id")
        if not _is_number(number):  # then one below zero, the same whenever it comes again
            number = -int.from_bytes(sha256(_written(payload)).digest()[:7])
        fault = type(error).__name__
        await self._run(set_aside, number, NOBODY, self._seal(payload), fault=fault, tries=0)
        _log.warning("an update that could not be read was set aside: %s", fault)

    def _seal(self, payload: dict[str, Any]) -> bytes:
        return self._house.vault.seal_bytes(_written(payload))

    # Serving one person

    async def _attempt(self, update: Update) -> Exception | None:
        """Let the handler try once; what nobody foresaw is returned. A refusal, and what Telegram says, is no fault."""
        begun = ticks()
        try:
            await handle(self._bot, update)
        except (RimayError, TelegramError) as error:
            await excuse(self._bot, update, error)
        except Exception as error:
            self._observer.turn(ticks() - begun, "failed")
            return error
        self._observer.turn(ticks() - begun, "handled")
        return None

    def _begin_serving(self, person: bytes) -> None:
        self._spawn(self._serve(person))

    async def _serve(self, person: bytes, after: float = 0.0) -> None:
        """Take what waits of a person whose turn is ours, one after the other, at their pace."""
        try:
            while await self._may_go_on(person, after) and (taken := await self._run(take_next, person)):
                after = await self._take(person, taken)
        except NotKept:
            self._turns.give_up(person)  # the sweeper goes on, once the database answers
        except BaseException:
            self._turns.give_up(person)
            raise
        else:
            if self._closing.is_set():
                self._turns.give_up(person)
            else:
                self._turns.leave(person)

    async def _may_go_on(self, person: bytes, after: float) -> bool:
        wait = max(after, self._allowance.wait(person) if self._allowance else 0.0)
        if await self._pause(wait):
            return False
        return self._spend(person) and await self._turns.holds(person)

    async def _take(self, person: bytes, taken: Taken) -> float:
        """Try an update that was stored. Seconds after which the next try may follow."""
        arrival = self._unseal(taken)
        tries = taken.tries - self._uncounted[taken.update_id]
        if isinstance(arrival, Exception):
            await self._set_aside(person, taken, type(arrival).__name__)
        elif arrival.id in self._house.recent:  # it was stored while it was being handled
            await self._run(finish_update, taken.update_id)
        elif tries > TRIES:
            await self._set_aside(person, taken, _INTERRUPTED)
        elif (error := await self._attempt(arrival.update)) is None:
            self._house.recent.add(arrival.id)
            await self._run(finish_update, taken.update_id)
        elif tries < TRIES:
            await self._note(taken, error)
            return self._waits[min(tries, len(self._waits)) - 1]
        else:
            await self._set_aside(person, taken, type(error).__name__)
            await excuse(self._bot, arrival.update, error)
        return 0.0

    def _unseal(self, taken: Taken) -> _Arrival | Exception:
        try:
            return self._read(json.loads(self._house.vault.open_bytes(taken.sealed)))
        except (UnusableKey, ValueError) as error:  # sealed with a key that is no longer here
            return error

    async def _note(self, taken: Taken, error: Exception) -> None:
        try:
            await self._run(note_fault, taken.update_id, type(error).__name__)
        except NotKept:
            self._uncounted[taken.update_id] += 1
            raise

    async def _set_aside(self, person: bytes, taken: Taken, fault: str) -> None:
        await self._run(set_aside, taken.update_id, person, taken.sealed, fault=fault, tries=taken.tries)
        self._uncounted.pop(taken.update_id, None)
        _log.error("an update was set aside: %s", fault)

    # What others have left

    async def _learn_who_waits(self) -> None:
        async with self._learning:
            if not self._knows_who_waits:  # else somebody who stood before in the line has asked
                for person in await self._run(list_people_waiting):
                    self._turns.expect(person)
                self._knows_who_waits = True

    async def _sweep(self) -> None:
        """Take up, again and again, whoever waits and is served by nobody: after a crash, say."""
        while True:
            try:
                people = await self._house.database.read(list_people_waiting, _SWEPT_AT_ONCE)
                await asyncio.gather(*(self._take_up(person) for person in people))
            except Exception as error:  # whatever it was: there is a next time
                _log.warning("what waits could not be looked for: %s", type(error).__name__)
            if await self._pause(_SWEEP_SECONDS):
                return

    async def _take_up(self, person: bytes) -> None:
        if await self._turns.take(person) is not Standing.BUSY:
            self._begin_serving(person)

    # Tools

    async def _run(
        self, use_case: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """A use case of the inbox: once more where a connection was found dead, which may be long after its end."""
        database = self._house.database
        try:
            try:
                return await database.run(use_case, *args, **kwargs)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return await database.run(use_case, *args, **kwargs)
        except SQLAlchemyError as error:
            _log.warning("an update could not be kept: %s", type(error).__name__)
            raise NotKept from None

    async def _pause(self, seconds: float) -> bool:
        """Whether the house closes meanwhile."""
        if seconds > 0 and not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), seconds)
        return self._closing.is_set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, NotKept):
            _log.error("trouble at the reception: %s", type(error).__name__)


def _open_turns(database: Database, behind: Behind) -> Turns:
    if database.is_sqlite:
        return LocalTurns(behind)
    from core.shared_turns import SharedTurns  # its driver is slow to load, and SQLite needs none

    return SharedTurns(database.url, behind)


def _is_number(given: Any) -> TypeGuard[int]:
    return type(given) is int and 0 <= given < 1 << 63


def _written(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload).encode()
