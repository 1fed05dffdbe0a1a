"""Turns of any number of processes on one PostgreSQL.

A person who is served is an advisory lock, and the locks of everybody whom a process serves are held by one
connection of its own: should it drop, they are gone, and the others may go on.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from psycopg import AsyncConnection
from sqlalchemy.engine import URL

from core.connecting import parameters_of
from core.inbox import NotKept
from core.turns import Behind, Standing

_log = logging.getLogger("rimay.turns")
_LOCKS = 0x52494D41
"""The class of our advisory locks: "RIMA"."""
_LINGER = 0.02
"""Seconds that a lock is kept after its turn, at most: those of many people are let go of in one statement."""
_PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
"""Of our statements: planning takes longer than they."""
_WAITS = "EXISTS (SELECT FROM waiting_update w WHERE w.state = 'waiting' AND w.person = %s)"
_ALONE = {
    "look": f"SELECT true, {_WAITS}",
    "take": f"SELECT pg_try_advisory_lock({_LOCKS}, %s), {_WAITS}",
}
"""Action → the statement where nothing else is asked at the same moment: the most usual, and half as long."""
_TOGETHER = f"""
SELECT CASE action
         WHEN 'look' THEN true
         WHEN 'take' THEN pg_try_advisory_lock({_LOCKS}, key)
         WHEN 'leave' THEN CASE WHEN waits THEN false ELSE pg_advisory_unlock({_LOCKS}, key) END
         ELSE pg_advisory_unlock({_LOCKS}, key)
       END, waits
FROM (
  SELECT action, key, {_WAITS.replace("%s", "asked.person")} AS waits
  FROM unnest(%s::text[], %s::int[], %s::bytea[]) WITH ORDINALITY AS asked (action, key, person, place)
  ORDER BY place OFFSET 0
) AS each_of_them
"""


@dataclass(slots=True)
class _Ask:
    action: str
    person: bytes
    epoch: int
    answer: asyncio.Future[tuple[bool, bool]] | None = None

    def settle(self, done: bool, waits: bool) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((done, waits))

    def fail(self) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(NotKept())
            self.answer.exception()  # seen: who asked may have gone away


class SharedTurns:
    """Any number of processes serve everybody. What is asked while a statement runs goes with the next one."""

    def __init__(self, url: URL, behind: Behind) -> None:
        parameters = parameters_of(url)
        options = f"{parameters.get('options', '')} {_PLANNED_ONCE}"
        self._parameters = parameters | {"options": options, "autocommit": True}
        self._behind = behind
        self._connection: AsyncConnection | None = None
        self._epoch = 0
        """Grows when a connection is lost, and every lock with it."""
        self._line = asyncio.Lock()
        self._asked: list[_Ask] = []
        self._served: dict[bytes, int] = {}
        """Person → the epoch in which their turn was taken."""
        self._leaving: set[bytes] = set()
        """Their turns are over, and their locks are still held."""
        self._departing: set[bytes] = set()
        """They are being let go of at this moment."""
        self._timer: asyncio.TimerHandle | None = None
        self._letting_go: asyncio.Task[None] | None = None

    async def take(self, person: bytes) -> Standing:
        """See Turns."""
        while person in self._departing:
            async with self._line:  # soon it is known whether they could be left
                pass
        if person in self._leaving:
            self._leaving.discard(person)
            action = "look"
        elif person in self._served:
            return Standing.BUSY
        else:
            action = "take"
        self._served[person] = self._epoch
        try:
            done, waits = await self._ask(action, person)
            if action == "look" and not done:  # the connection was lost, and the lock with it
                done, waits = await self._ask("take", person)
        except BaseException as error:
            self._served.pop(person, None)
            if isinstance(error, asyncio.CancelledError):  # nobody would let go of what is being taken
                await self._disconnect()
            raise
        if not done:
            self._served.pop(person, None)
            return Standing.BUSY
        return Standing.BEHIND if waits else Standing.FREE

    async def holds(self, person: bytes) -> bool:
        """See Turns."""
        return (await self._ask("look", person))[0]

    def leave(self, person: bytes) -> None:
        """See Turns."""
        if self._served.get(person) != self._epoch:
            self._served.pop(person, None)
            return
        self._leaving.add(person)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LINGER, self._let_go)

    def give_up(self, person: bytes) -> None:
        """See Turns."""
        if self._served.pop(person, None) == self._epoch:
            self._asked.append(_Ask("drop", person, self._epoch))
            self._let_go()

    def expect(self, person: bytes) -> None:
        """See Turns. The database knows."""

    async def close(self) -> None:
        """See Turns."""
        if self._timer is not None:
            self._timer.cancel()
        if self._letting_go is not None:
            await self._letting_go
        await self._disconnect()

    def _let_go(self) -> None:
        self._timer = None
        if (self._leaving or self._asked) and (self._letting_go is None or self._letting_go.done()):
            self._letting_go = asyncio.create_task(self._exchange_if_asked())

    async def _exchange_if_asked(self) -> None:
        async with self._line:
            while self._leaving or self._asked:
                self._asked += [_Ask("leave", person, self._epoch) for person in self._leaving]
                self._departing, self._leaving = self._leaving, set()
                with suppress(NotKept):  # then the locks are gone by themselves
                    await self._exchange()

    async def _ask(self, action: str, person: bytes) -> tuple[bool, bool]:
        answer: asyncio.Future[tuple[bool, bool]] = asyncio.get_running_loop().create_future()
        self._asked.append(_Ask(action, person, self._served.get(person, self._epoch), answer))
        async with self._line:
            if not answer.done():  # else somebody who stood before in the line asked for this, too
                with suppress(NotKept):  # the answer says so
                    await self._exchange()
        return answer.result()

    async def _exchange(self) -> None:
        """Ask everything in one statement; where the connection was lost, once more on a new one."""
        asked, self._asked = self._asked, []
        try:
            await self._answer(asked)
        except BaseException as error:
            for ask in asked:
                ask.fail()
                if ask.action == "leave":
                    self._served.pop(ask.person, None)
            await self._disconnect()
            if isinstance(error, psycopg.Error | OSError):
                _log.warning("the database does not say whose turn it is: %s", type(error).__name__)
                raise NotKept from None
            raise
        finally:
            self._departing = set()

    async def _answer(self, asked: list[_Ask]) -> None:
        try:
            rows = await self._execute(asked)
        except (psycopg.Error, OSError):
            await self._disconnect()
            rows = await self._execute(asked)
        answers = iter(rows)
        for ask in asked:
            done, waits = next(answers) if self._is_current(ask) else (False, False)
            if ask.action == "take":
                self._served[ask.person] = self._epoch
            elif ask.action == "leave" and waits:
                self._behind(ask.person)
            elif ask.action == "leave":
                self._served.pop(ask.person, None)
            ask.settle(done, waits)

    def _is_current(self, ask: _Ask) -> bool:
        """Whether it still makes sense: what was held is gone with its connection."""
        return ask.action == "take" or ask.epoch == self._epoch

    async def _execute(self, asked: list[_Ask]) -> list[tuple[bool, bool]]:
        if self._connection is None:
            self._connection = await AsyncConnection.connect(**self._parameters)
        asks = [ask for ask in asked if self._is_current(ask)]
        if len(asks) == 1 and (query := _ALONE.get(asks[0].action)):
            key = (_key(asks[0].person),) if asks[0].action == "take" else ()
            cursor = await self._connection.execute(query, (*key, asks[0].person), prepare=True)
            return await cursor.fetchall()
        columns = (
            [ask.action for ask in asks],
            [_key(ask.person) for ask in asks],
            [ask.person for ask in asks],
        )
        cursor = await self._connection.execute(_TOGETHER, columns, prepare=True)
        return await cursor.fetchall()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._epoch += 1
        for person in self._leaving:
            self._served.pop(person, None)
        self._leaving.clear()
        if connection is not None:
            with suppress(psycopg.Error, OSError):
                await connection.close()


def _key(person: bytes) -> int:
    """Of their lock. Two people may share one: then they wait for each other."""
    return int.from_bytes(person[:4], signed=True)
