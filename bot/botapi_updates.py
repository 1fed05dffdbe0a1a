"""The updates that wait for the bot: numbered, kept until confirmed, fetched by long polling."""

import asyncio
from collections.abc import Collection
from itertools import islice
from typing import Any

from bot.botapi_errors import ApiError

Update = dict[str, Any]


class Updates:
    """A queue with Telegram's rules: an update stays until a later offset confirms it.

    At most `limit` wait; the oldest are dropped, as Telegram drops what nobody fetched for a day.
    """

    def __init__(self, first_id: int, limit: int = 100_000) -> None:
        self._next_id = first_id
        self._limit = limit
        self._pending: dict[int, Update] = {}
        self._allowed: frozenset[str] = frozenset()
        self._waiter: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def publish(self, kind: str, body: Any) -> Update:
        """Number a new update and let it wait for the bot. Returns it as the bot will read it."""
        update: Update = {"update_id": self._next_id, kind: body}
        self._next_id += 1
        if self._allowed and kind not in self._allowed:
            return update
        self._pending[update["update_id"]] = update
        if len(self._pending) > self._limit:
            del self._pending[next(iter(self._pending))]
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        return update

    def allow(self, kinds: Collection[str] | None) -> None:
        """Only these kinds from now on; an empty collection means all, None leaves it as it was."""
        if kinds is not None:
            self._allowed = frozenset(kinds)

    def forget(self, update_id: int) -> None:
        """This update has reached the bot by another way."""
        self._pending.pop(update_id, None)

    def clear(self) -> None:
        """Drop whatever waits."""
        self._pending.clear()

    async def fetch(self, offset: int = 0, limit: int = 100, timeout: float = 0) -> list[Update]:
        """What getUpdates answers: confirms everything before `offset`, waits up to `timeout` seconds.

        A second call while one is waiting ends the first one with 409, as two bots with one token do.
        """
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(
                ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot "
                    "instance is running",
                )
            )
        self._confirm(offset)
        if not self._pending and timeout > 0:
            await self._wait(timeout)
        return list(islice(self._pending.values(), max(1, min(limit, 100))))

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            for update_id in list(self._pending)[:offset]:
                del self._pending[update_id]
        while self._pending and (first := next(iter(self._pending))) < offset:
            del self._pending[first]

    async def _wait(self, timeout: float) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            pass
        finally:
            if self._waiter is waiter:
                self._waiter = None
