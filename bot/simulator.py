"""The chat simulator: people in a browser talk to the real handlers through the in-memory Bot API.

Plain values in and out: a chat is a token that the browser keeps, everything shown is a JSON-able dict.

    {"kind": "message" | "edit", "id", "from": "bot" | "me", "date", "text": safe HTML,
     "buttons": [[{"label", "index"} | {"label", "url"}]],
     "keyboard": [[{"label", "location"}]]        only when it changes; [] takes it away
     "document": {"name", "size", "type", "url"}  only when there is one
     "location": {"latitude", "longitude"}}       only when there is one
    {"kind": "delete", "id"}
    {"kind": "toast", "text", "alert"}
    {"kind": "snapshot", "messages": [...]}       the whole screen: first of all, and after falling behind
"""

import asyncio
import hashlib
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from html import escape
from typing import Any

from bot.botapi import BotApi
from bot.botapi_chat import Event, Message, Rows
from bot.botapi_errors import ApiError
from bot.botapi_files import File
from bot.botapi_person import Person
from bot.botapi_rules import TEXT_LIMIT
from bot.botapi_text import clean_typed
from core.errors import NotFound

log = logging.getLogger(__name__)

Shown = dict[str, Any]

TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
SIMULATED = range(1 << 51, 1 << 52)
"""Chat ids of simulated people: far above those that Telegram gives out."""


def chat_id_of(token: str) -> int:
    """The chat id behind a token: the same after every restart, and nobody finds the way back."""
    digest = hashlib.sha256(b"rimay simulator " + token.encode()).digest()
    return SIMULATED.start + int.from_bytes(digest[:8]) % len(SIMULATED)


class Simulator:
    """Phones in the browser.

    process_update: takes an update as Telegram writes it, as `bot.application` does for a webhook
    file_url:       where the page serves `find_file`; `{file_id}` is filled in
    limit:          chats kept in memory; the one that was quiet longest gives way, its person can come back

    Acts on one chat are carried out in order, those on different chats at the same time. They return when
    the bot has answered. What cannot be (a button that is gone, an empty text) is passed over in silence.
    """

    def __init__(
        self,
        api: BotApi,
        process_update: Callable[[dict[str, Any]], Awaitable[None]],
        *,
        file_url: str = "/simulator/files/{file_id}",
        limit: int = 2_000,
    ) -> None:
        self._api = api
        self._process = process_update
        self._file_url = file_url
        self._limit = limit
        self._chats: OrderedDict[str, tuple[Person, asyncio.Lock]] = OrderedDict()

    @property
    def people(self) -> int:
        """How many chats are open."""
        return len(self._chats)

    def open_chat(self) -> str:
        """A new chat's token. Whoever holds it is that person."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def events(self, chat: str) -> AsyncIterator[Shown]:
        """What changes on a chat's screen, for one more listener; a snapshot comes first."""
        person, _ = self._find(chat)
        return self._stream(person)

    async def _stream(self, person: Person) -> AsyncIterator[Shown]:
        with self._api.subscribe(person.chat.id) as events:
            yield self._snapshot(person)
            async for event in events:
                yield self._snapshot(person) if event.kind == "lagged" else self._show_event(event)

    def snapshot(self, chat: str) -> list[Shown]:
        """The messages on a chat's screen, the oldest first."""
        person, _ = self._find(chat)
        return [self._show(message) for message in person.screen]

    async def say(self, chat: str, text: str) -> None:
        """Type a text, or press a key of the reply keyboard. What is too long is cut as an input line does."""
        if typed := clean_typed(text)[:TEXT_LIMIT]:
            await self._act(chat, lambda person: person.send(typed))

    async def tap(self, chat: str, message_id: int, index: int) -> None:
        """Press a button under a message, counted from 0 through all rows."""

        def press(person: Person) -> dict[str, Any] | None:
            message = person.chat.messages.get(message_id)
            buttons = [button for row in message.buttons for button in row] if message else []
            if not 0 <= index < len(buttons) or buttons[index].data is None:
                return None
            return person.tap(str(buttons[index].data), message)

        await self._act(chat, press)

    async def share_location(self, chat: str, latitude: float, longitude: float) -> None:
        """Send where the person is."""
        if -90 <= latitude <= 90 and -180 <= longitude <= 180:
            await self._act(chat, lambda person: person.share_location(latitude, longitude))

    async def send_file(self, chat: str, name: str, content: bytes, mime: str) -> None:
        """Send a photo, a voice, a film or a file, as its type says; empty or too big it never leaves the phone."""

        def send(person: Person) -> dict[str, Any] | None:
            try:
                return _send_as(person, name, content, mime)
            except ApiError:
                return None

        await self._act(chat, send)

    def find_file(self, file_id: str) -> File | None:
        """A file shown in some chat; its id, which nobody can guess, is the permission to read it."""
        return self._api.files.find(file_id)

    def close(self) -> None:
        """End every stream of events, so that the server can stop."""
        for person, _ in self._chats.values():
            for watcher in person.chat.watchers:
                watcher.end()

    async def _act(self, chat: str, act: Callable[[Person], dict[str, Any] | None]) -> None:
        person, lock = self._find(chat)
        async with lock:
            update = act(person)
            if update is None:
                return
            self._api.updates.forget(update["update_id"])
            try:
                await self._process(update)
            except Exception:
                log.exception("an update of a simulated chat could not be processed")

    def _find(self, chat: str) -> tuple[Person, asyncio.Lock]:
        if not _TOKEN.fullmatch(chat):
            raise NotFound
        if chat not in self._chats:
            self._make_room()
            self._chats[chat] = (self._api.person(chat_id_of(chat)), asyncio.Lock())
        self._chats.move_to_end(chat)
        return self._chats[chat]

    def _make_room(self) -> None:
        """Let quiet chats go. Who is watching or waiting for an answer stays."""
        for chat, (person, lock) in list(self._chats.items()):
            if len(self._chats) < self._limit:
                return
            if not person.chat.watchers and not lock.locked():
                del self._chats[chat]
                self._api.forget_chat(person.chat.id)

    # What the page shows

    def _snapshot(self, person: Person) -> Shown:
        return {"kind": "snapshot", "messages": [self._show(message) for message in person.screen]}

    def _show_event(self, event: Event) -> Shown:
        if event.message is not None:
            return self._show(event.message) | {"kind": event.kind}
        if event.kind == "delete":
            return {"kind": "delete", "id": event.id}
        return {"kind": "toast", "text": escape(event.text), "alert": event.alert}

    def _show(self, message: Message) -> Shown:
        shown: Shown = {
            "kind": "message",
            "id": message.id,
            "from": "bot" if message.from_bot else "me",
            "date": message.date,
            "text": message.html,
            "buttons": _show_buttons(message.buttons),
        }
        if message.keyboard is not None:
            shown["keyboard"] = [
                [{"label": key.label, "location": key.asks_location} for key in row]
                for row in message.keyboard
            ]
        if "location" in message.content:
            shown["location"] = message.content["location"]
        if contact := message.content.get("contact"):
            shown["text"] = escape(f"{contact['first_name']} · {contact['phone_number']}")
        if file := self._find_content(message):
            url = self._file_url.format(file_id=file.id)
            shown["document"] = {"name": file.name, "size": file.size, "type": file.mime, "url": url}
        return shown

    def _find_content(self, message: Message) -> File | None:
        for kind in ("document", "photo", "voice", "audio", "video", "sticker"):
            content = message.content.get(kind)
            if content:
                return self._api.files.find((content[-1] if kind == "photo" else content)["file_id"])
        return None


def _send_as(person: Person, name: str, content: bytes, mime: str) -> dict[str, Any]:
    """What a phone makes of a file that is picked on it."""
    match mime.partition("/"):
        case "image", _, _:
            return person.send_photo(content)
        case "audio", _, "ogg":
            return person.send_voice(content)
        case "audio", _, _:
            return person.send_audio(name, content, mime)
        case "video", _, _:
            return person.send_video(content, name=name, mime=mime)
    return person.send_document(name, content, mime)


def _show_buttons(rows: Rows) -> list[list[Shown]]:
    numbered, index = [], 0
    for row in rows:
        shown = []
        for button in row:
            shown.append({"label": button.label} | ({"url": button.url} if button.url else {"index": index}))
            index += 1
        numbered.append(shown)
    return numbered
