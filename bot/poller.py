"""Long polling: updates are fetched from Telegram, and confirmed to it only when they are handled or stored."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.pace import asked_wait
from core.inbox import NotKept

_WAITING_SECONDS = 25
"""How long Telegram keeps an empty call open."""
_ANSWER_SECONDS = _WAITING_SECONDS + 10
_AT_ONCE = 100
_RETRIES = (0.5, 1.0, 2.0, 5.0, 10.0)
_log = logging.getLogger("rimay.bot")


class Poller:
    """Fetches updates and hands them on, those of a call at once.

    request: the way to Telegram that waits for updates, apart from the one that answers people
    address: where the methods of the bot are, its token included: never to be logged
    confirm: returns when an update is handled or stored, raises NotKept when it is neither
    kinds:   which updates are wanted
    """

    def __init__(
        self,
        request: BaseRequest,
        address: str,
        confirm: Callable[[dict[str, Any]], Awaitable[None]],
        kinds: Sequence[str],
    ) -> None:
        self._request = request
        self._address = address
        self._confirm = confirm
        self._kinds = kinds
        self._offset = 0
        """The first update that is not confirmed yet."""
        self._stopping = False
        self._stuck = False
        self._polling: asyncio.Task[None] | None = None
        self._call: asyncio.Task[Any] | None = None

    @property
    def works(self) -> bool:
        """Whether updates are fetched and handed on, as far as that is in our hands: Telegram may be away."""
        return self._polling is not None and not self._polling.done() and not self._stuck

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Updates are fetched while the block runs."""
        self._polling = asyncio.create_task(self._poll())
        try:
            yield
        finally:
            self._stopping = True
            if self._call is not None:
                self._call.cancel()
            await self._polling

    async def _poll(self) -> None:
        failures = 0
        await self._leave_webhook()
        while not self._stopping:
            wait = await self._round_whatever_happens()
            failures = 0 if wait is None else failures + 1
            if wait is not None:
                await self._interruptible(
                    asyncio.sleep(max(wait, _RETRIES[min(failures, len(_RETRIES)) - 1]))
                )
        with suppress(Exception):  # so that the next start does not find again what was handled
            await self._fetch(waiting=0, at_most=1)

    async def _round_whatever_happens(self) -> float | None:
        """A round. What nobody foresaw is written down and ends that round alone: people have no other way in."""
        try:
            wait = await self._round()
        except Exception as error:
            _log.error("updates could not be handed on and have to come again: %s", type(error).__name__)
            self._stuck = True
            return 0.0
        self._stuck = False
        return wait

    async def _round(self) -> float | None:
        """Fetch and hand on once. Seconds to wait where it went wrong."""
        try:
            updates = await self._interruptible(self._fetch(_WAITING_SECONDS, _AT_ONCE))
        except Conflict:
            _log.warning("another process fetches the updates of this bot, too: only one can")
            return _RETRIES[-1]
        except RetryAfter as asked:
            return asked_wait(asked)
        except TelegramError as error:
            _log.warning("updates could not be fetched: %s", type(error).__name__)
            return 0.0
        return await self._hand_on(updates or [])

    async def _hand_on(self, updates: list[dict[str, Any]]) -> float | None:
        results = await asyncio.gather(*(self._confirm(each) for each in updates), return_exceptions=True)
        for update, result in zip(updates, results, strict=True):
            if isinstance(result, NotKept):
                _log.warning("an update could not be kept and has to come again")
                return 0.0
            if isinstance(result, BaseException):
                raise result
            self._offset = update["update_id"] + 1
        return None

    async def _fetch(self, waiting: int, at_most: int) -> list[dict[str, Any]]:
        # Not by the library's get_updates: one update that it cannot read would hide all others of the call.
        asked = urlencode(
            {
                "offset": self._offset,
                "limit": at_most,
                "timeout": waiting,
                "allowed_updates": json.dumps(list(self._kinds)),
            }
        )
        address = f"{self._address}/getUpdates?{asked}"
        result: Any = await self._request.post(address, read_timeout=_ANSWER_SECONDS)
        return list(result)

    async def _leave_webhook(self) -> None:
        """Telegram hands out updates only where no webhook is set."""
        while not self._stopping:
            try:
                await self._interruptible(self._request.post(f"{self._address}/deleteWebhook"))
                return
            except Exception as error:  # whatever it was: without Telegram there is nothing else to do
                _log.warning("Telegram does not answer yet: %s", type(error).__name__)
                await self._interruptible(asyncio.sleep(_RETRIES[2]))

    async def _interruptible(self, work: Any) -> Any:
        """What a stop need not wait for."""
        self._call = asyncio.ensure_future(work)
        try:
            return await self._call
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            return None
        finally:
            self._call = None
