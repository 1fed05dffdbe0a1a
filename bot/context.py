"""What a handler works with: the house it serves, who is speaking, and how to answer them."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session
from telegram import ForceReply, ReplyKeyboardRemove, Update
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.message import Message, split
from bot.newcomers import Newcomers
from bot.pace import Lately, asked_wait
from bot.replies import Replies
from bot.transport import NeverSent
from core.database import Database
from core.people import Contact, find_participant
from core.sealing import Vault
from core.settings import Settings
from core.updates import once
from i18n.translator import Translator
from surveys.speech.speaking import Speaker
from surveys.submission import Hear

P = ParamSpec("P")
R = TypeVar("R")

_REMEMBERED = 20_000
_LONGEST_WAIT = 30.0
"""Seconds that an answer may wait when Telegram asks for patience; the person sees nothing meanwhile."""
_FILES_AT_ONCE = 8
_UNCHANGED = "message is not modified"


class Recent:
    """What this process has answered lately; a repetition needs no second answer."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._ids: OrderedDict[int | str, None] = OrderedDict()

    def __contains__(self, number: object) -> bool:
        return number in self._ids

    def add(self, number: int | str) -> bool:
        """False when it was there already."""
        if number in self._ids:
            return False
        self._ids[number] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)
        return True


@dataclass(frozen=True)
class House:
    """What the handlers serve."""

    settings: Settings
    database: Database
    vault: Vault
    translator: Translator
    hear: Hear
    speaker: Speaker | None = None
    """Reads aloud, where the machine can speak."""
    recent: Recent = field(default_factory=Recent)
    """Updates."""
    albums: Recent = field(default_factory=Recent)
    """Photos sent several at once, of which one was taken."""
    lately: Lately = field(default_factory=Lately)
    replies: Replies = field(default_factory=Replies)
    sought: Recent = field(default_factory=Recent)
    """Who has looked for which help where: so that looking again is not counted again. Never stored."""
    newcomers: Newcomers = field(default_factory=Newcomers)
    """Who has chosen a language and not consented yet."""
    hands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_FILES_AT_ONCE))
    """Taken by who holds a file of somebody's in memory."""


class Context(CallbackContext[ExtBot[None], dict[int, object], dict[int, object], House]):
    """One update being handled."""

    incoming: Update

    @classmethod
    def from_update(cls, update: object, application: object) -> "Context":
        """Remember the update: every answer goes back to where it came from. An error may come without one."""
        context = super().from_update(update, application)  # type: ignore[arg-type]
        if isinstance(update, Update):
            context.incoming = update
        return context

    @property
    def house(self) -> House:
        """Settings, database, vault, translator."""
        return self.bot_data

    @property
    def can_speak(self) -> bool:
        """Whether what is on screen can be heard."""
        return self.house.speaker is not None and self.house.speaker.available

    @property
    def contact(self) -> Contact:
        """Who is speaking, as the use cases may know it."""
        return contact_of(self.chat_id, self.house.vault)

    @cached_property
    def index(self) -> bytes:
        """The blind index of who is speaking. Asked for several times a turn."""
        return self.house.vault.index(str(self.chat_id))

    @property
    def chat_id(self) -> int:
        """Never leaves the room `bot` in clear."""
        chat = self.incoming.effective_chat
        assert chat is not None
        return chat.id

    async def once(
        self,
        use_case: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kw: P.kwargs,
    ) -> R | None:
        """Run a use case that changes something, unless this update has done so before (then None)."""
        database = self.house.database
        return await database.run(once, self.incoming.update_id, use_case, *args, **kw)

    async def read(
        self,
        use_case: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kw: P.kwargs,
    ) -> R:
        """Run a use case that only looks."""
        return await self.house.database.read(use_case, *args, **kw)

    async def language(self) -> str | None:
        """The language of the person; None for who has not consented."""
        return await self.read(_language_of, self.index)

    def text(self, key: str, language: str, /, **params: object) -> str:
        """A sentence of the participants' catalogue."""
        return self.house.translator.text("chat." + key, language, **params)

    async def answer(self, message: Message, floating: str | None = None) -> None:
        """Show a message: in place of the tapped one, else below. Telegram's wheel on the button stops.

        floating: a short text that passes over the chat, for who tapped a button
        """
        if self.incoming.callback_query is None:
            await self.send(message)
            return
        await asyncio.gather(self.stop_wheel(floating), self._edit(message))

    async def stop_wheel(self, floating: str | None = None) -> None:
        """Tell the tapped button that it was heard. Should that fail, the wheel stops by itself."""
        query = self.incoming.callback_query
        if query is None:
            return
        try:
            await query.answer(floating)
        except TelegramError:
            return

    async def send(self, message: Message) -> None:
        """Show a message below the others, in as many pieces as Telegram needs."""
        if message.puts_away_keys:
            await self._post(message.puts_away_keys, ReplyKeyboardRemove())
        *first, last = split(message.text)
        for piece in first:
            await self._post(piece)
        await self._post(last, ForceReply() if message.asks_reply else message.markup)
        await self._offer_keys(message)

    async def _edit(self, message: Message) -> None:
        query = self.incoming.callback_query
        assert query is not None
        if query.message is None or _goes_below(message):
            await self.send(message)
            return
        try:
            await patiently(lambda: query.edit_message_text(message.text, reply_markup=message.markup))
        except BadRequest as error:
            if _UNCHANGED not in str(error).lower():  # else a repeated tap: what should be seen is seen
                await self.send(message)  # too old to be edited, or deleted
            return
        await self._offer_keys(message)

    async def _offer_keys(self, message: Message) -> None:
        if message.keys is not None:
            await self._post(message.keys_hint, message.keys)

    async def _post(self, text: str, markup: Any = None) -> None:
        await self.say(lambda: self.bot.send_message(self.chat_id, text, reply_markup=markup))

    async def say(self, call: Callable[[], Awaitable[R]]) -> R:
        """Send a new message in answer, in its turn."""
        await self.house.replies.turn(self.chat_id)
        return await patiently(call)


async def patiently(call: Callable[[], Awaitable[R]]) -> R:
    """Once more, where Telegram asks to wait or the call never left: nothing can arrive twice by that."""
    try:
        return await call()
    except RetryAfter as asked:
        await asyncio.sleep(min(asked_wait(asked), _LONGEST_WAIT))
        return await call()
    except NeverSent:
        return await call()


def contact_of(chat_id: int, vault: Vault) -> Contact:
    """A chat as the use cases may know it."""
    text = str(chat_id)
    return Contact(index=vault.index(text), sealed=vault.seal(text))


def _language_of(db: Session, index: bytes) -> str | None:
    participant = find_participant(db, index)
    return None if participant is None else participant.language


def _goes_below(message: Message) -> bool:
    """Whether it cannot stand in the place of another one."""
    return bool(message.puts_away_keys) or message.asks_reply or len(split(message.text)) > 1
