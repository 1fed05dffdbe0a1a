"""One message to one chat, and what became of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

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
from telegram.request import RequestData

from bot.message import Message, split
from bot.pace import asked_wait
from bot.transport import Form, Gate, NeverSent
from core.progress import State

_APART = 1.0
"""Seconds between the pieces of a long text: Telegram takes one message a second for one chat."""

_log = logging.getLogger("rimay.delivery")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is posted, written once for all who read its language, in as many pieces as Telegram needs."""

    pieces: tuple[Form, ...]

    @classmethod
    def of(cls, message: Message) -> "Letter":
        """Its buttons are under the last piece."""
        *first, last = split(message.text)
        under = {"reply_markup": message.markup.to_dict()} if message.markup else {}
        return cls((*(Form({"text": piece}) for piece in first), Form({"text": last} | under)))


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a letter; `state` is None when only Telegram knows.

    moved_to: the chat has another id now
    quiet:    seconds of quiet that Telegram asked for
    """

    state: State | None
    reason: str | None = None
    moved_to: int | None = None
    quiet: float = 0.0

    @property
    def answered(self) -> bool:
        """Whether anything came back from Telegram."""
        return self.state not in (None, State.NEW) or self.moved_to is not None or self.quiet > 0

    @property
    def carried(self) -> bool:
        """Whether anything came back from Telegram, or may have arrived there."""
        return self.answered or self.state is None

    @property
    def outcome(self) -> str:
        """As it is told to an observer."""
        if self.state is None:
            return "doubtful"
        return "postponed" if self.state is State.NEW else self.state.value


class Post:
    """Posts letters.

    further: returns when a further piece may leave, with its gate; those of the first are the caller's affair
    paid:    Telegram may charge for what goes beyond its free limit
    """

    def __init__(self, bot: Bot, further: Callable[[], Awaitable[Gate]], *, paid: bool) -> None:
        self._bot = bot
        self._further = further
        self._every = {"allow_paid_broadcast": True} if paid else {}

    async def send(self, chat_id: int, letter: Letter, gate: Gate) -> Posted:
        """Send all pieces, the first through this gate. What has begun to arrive is never begun again."""
        arrived = 0
        try:
            for piece in letter.pieces:
                if arrived:
                    await asyncio.sleep(_APART)
                    gate = await self._further()
                await self._call(piece.to(chat_id, gate, **self._every))
                arrived += 1
        except TelegramError as error:
            posted = _outcome_of(error)
            if arrived and posted.state is State.NEW:
                return Posted(None, quiet=posted.quiet)
            return posted
        return Posted(State.SENT)

    async def _call(self, form: Form) -> None:
        # Not by `send_message`, which writes and reads every message anew: a third of the time is enough.
        await self._bot.request.post(f"{self._bot.base_url}/sendMessage", cast("RequestData", form))


def _outcome_of(error: TelegramError) -> Posted:
    match error:
        case ChatMigrated():
            return Posted(State.NEW, moved_to=error.new_chat_id)
        case RetryAfter():
            return Posted(State.NEW, quiet=asked_wait(error))
        case NeverSent() | InvalidToken():  # nothing left; who runs the house mends it
            return Posted(State.NEW)
        case Forbidden():
            return Posted(State.BLOCKED, "forbidden")
        case BadRequest():
            gone = "chat not found" in str(error).lower()
            return Posted(State.BLOCKED if gone else State.FAILED, type(error).__name__)
        case NetworkError():
            return Posted(None)
        case _:
            _log.error("a delivery failed: %s", type(error).__name__)
            return Posted(State.FAILED, type(error).__name__)
