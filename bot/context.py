"""What a handler works with: the house it serves, who is speaking, and how to answer them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session
from telegram import Update
from telegram.error import BadRequest
from telegram.ext import CallbackContext, ExtBot

from bot.message import Message, split
from core.database import Database
from core.people import Contact, find_participant
from core.sealing import Vault
from core.settings import Settings
from core.updates import once
from i18n.translator import Translator
from surveys.responses import Hear

P = ParamSpec("P")
R = TypeVar("R")

_REMEMBERED = 20_000
_UNCHANGED = "message is not modified"


class Recent:
    """The updates that this process has answered; for those a repetition needs no second answer."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._ids: OrderedDict[int, None] = OrderedDict()

    def add(self, update_id: int) -> bool:
        """False when it was there already."""
        if update_id in self._ids:
            return False
        self._ids[update_id] = None
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
    recent: Recent = field(default_factory=Recent)


class Context(CallbackContext[ExtBot[None], dict[int, object], dict[int, object], House]):
    """One update being handled."""

    incoming: Update

    @classmethod
    def from_update(cls, update: object, application: object) -> "Context":
        """Remember the update: every answer goes back to where it came from."""
        context = super().from_update(update, application)  # type: ignore[arg-type]
        assert isinstance(update, Update)
        context.incoming = update
        return context

    @property
    def house(self) -> House:
        """Settings, database, vault, translator."""
        return self.bot_data

    @property
    def contact(self) -> Contact:
        """Who is speaking, as the use cases may know it."""
        return contact_of(self.chat_id, self.house.vault)

    @property
    def index(self) -> bytes:
        """The blind index of who is speaking."""
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

    async def answer(self, message: Message) -> None:
        """Show a message: in place of the tapped one, else below. Telegram's wheel on the button stops."""
        if self.incoming.callback_query is None:
            await self.send(message)
            return
        await asyncio.gather(self.stop_wheel(), self._edit(message))

    async def stop_wheel(self, text: str | None = None) -> None:
        """Tell the tapped button that it was heard; a short text floats over the chat."""
        query = self.incoming.callback_query
        if query is not None:
            with suppress(BadRequest):  # too old to be answered: the person has long seen the wheel stop
                await query.answer(text)

    async def send(self, message: Message) -> None:
        """Show a message below the others, in as many pieces as Telegram needs."""
        *first, last = split(message.text)
        for piece in first:
            await self.bot.send_message(self.chat_id, piece)
        await self.bot.send_message(self.chat_id, last, reply_markup=message.markup)
        await self._ask_location(message)

    async def _edit(self, message: Message) -> None:
        query = self.incoming.callback_query
        assert query is not None
        pieces = split(message.text)
        if len(pieces) > 1 or query.message is None:
            await self.send(message)
            return
        try:
            await query.edit_message_text(message.text, reply_markup=message.markup)
        except BadRequest as error:
            if _UNCHANGED in str(error).lower():
                return  # a repeated tap: what should be seen is seen
            await self.send(message)  # too old to be edited, or deleted
            return
        await self._ask_location(message)

    async def _ask_location(self, message: Message) -> None:
        if message.location_markup is not None:
            hint = message.ask_location or ""
            await self.bot.send_message(self.chat_id, hint, reply_markup=message.location_markup)


def contact_of(chat_id: int, vault: Vault) -> Contact:
    """A chat as the use cases may know it."""
    text = str(chat_id)
    return Contact(index=vault.index(text), sealed=vault.seal(text))


def _language_of(db: Session, index: bytes) -> str | None:
    participant = find_participant(db, index)
    return None if participant is None else participant.language
