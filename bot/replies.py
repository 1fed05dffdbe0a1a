"""How fast the bot answers: a budget apart from that of broadcasts, so that neither keeps the other waiting."""

import asyncio

from core.clock import ticks

_BURST = 60
_CHAT_BURST = 6
"""Messages of one screen that may follow each other at once: a picture, a text in pieces, a key, a voice."""
_CHAT_GAP = 1.0
"""Telegram takes one message a second for one chat, in the long run."""
_REMEMBERED = 5_000


class Replies:
    """Messages that answer people. Within a small burst none waits.

    per_second: of this process, to all; None where nobody limits it, as in the simulator
    """

    def __init__(self, per_second: float | None = None) -> None:
        self._gap = None if per_second is None else 1.0 / per_second
        self._paid_until = 0.0
        """Up to when the messages that left have used the budget up."""
        self._chats: dict[int, float] = {}

    async def turn(self, chat_id: int) -> None:
        """Return when a new message to this chat may leave."""
        if self._gap is not None and (wait := self.book(chat_id, ticks())) > 0:
            await asyncio.sleep(wait)

    def book(self, chat_id: int, moment: float) -> float:
        """Count a message to this chat; the seconds that it has to wait."""
        if self._gap is None:
            return 0.0
        self._paid_until = max(self._paid_until, moment) + self._gap
        paid_until = max(self._chats.pop(chat_id, 0.0), moment) + _CHAT_GAP
        self._chats[chat_id] = paid_until  # the last of those remembered
        if len(self._chats) > _REMEMBERED:
            del self._chats[next(iter(self._chats))]
        until = max(self._paid_until - _BURST * self._gap, paid_until - _CHAT_BURST * _CHAT_GAP)
        return max(0.0, until - moment)
