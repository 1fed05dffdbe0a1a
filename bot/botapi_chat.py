"""A chat of the fake Bot API: its messages as the person sees them, and who is watching."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from bot.botapi_text import Entity, render_html

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message (`data` or `url`) or of the reply keyboard."""

    label: str
    data: str | None = None
    url: str | None = None
    asks_location: bool = False


Rows = list[list[Button]]


@dataclass(slots=True)
class Message:
    """One message on the screen. `content` is what it carries besides text, as Telegram writes it."""

    id: int
    date: int
    from_bot: bool
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    content: Json = field(default_factory=dict)
    markup: Json | None = None
    edited: int | None = None
    keyboard: Rows | None = None
    """The reply keyboard that this message put up; [] when it took it away, None when it left it."""
    reply_to: Json | None = None
    """The message that this one replies to."""

    @property
    def html(self) -> str:
        """The text with its formatting, safe to show in a page."""
        return render_html(self.text, self.entities)

    @property
    def buttons(self) -> Rows:
        """The buttons under the message, row by row."""
        return read_rows((self.markup or {}).get("inline_keyboard", []))

    @property
    def labels(self) -> list[list[str]]:
        """What is written on the buttons under the message."""
        return [[button.label for button in row] for row in self.buttons]

    def to_json(self, chat: Json, sender: Json) -> Json:
        """The message as Telegram hands it over."""
        body: Json = {"message_id": self.id, "from": sender, "chat": chat, "date": self.date}
        if self.content:
            body.update(self.content)
        if self.text:
            name = "caption" if self.content else "text"
            body[name] = self.text
            if self.entities:
                body["caption_entities" if self.content else "entities"] = self.entities
        if self.reply_to is not None:
            body["reply_to_message"] = self.reply_to
        if self.edited is not None:
            body["edit_date"] = self.edited
        if self.markup is not None:
            body["reply_markup"] = self.markup
        return body


def read_rows(rows: list[list[Any]]) -> Rows:
    """Buttons of a keyboard as Telegram writes it."""
    return [[_read_button(button) for button in row] for row in rows]


def _read_button(button: Json | str) -> Button:
    if isinstance(button, str):
        return Button(button)
    return Button(
        button["text"],
        data=button.get("callback_data"),
        url=button.get("url"),
        asks_location=bool(button.get("request_location")),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed on a chat's screen. `lagged`: the watcher was too slow, read the screen again."""

    kind: Literal["message", "edit", "delete", "toast", "lagged"]
    message: Message | None = None
    id: int | None = None
    text: str = ""
    alert: bool = False


class Watcher:
    """The events of one chat from now on, for one listener. Leave the `with` block to stop listening."""

    def __init__(self, chat: "Chat", limit: int) -> None:
        self._chat = chat
        self._limit = limit
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()

    def __enter__(self) -> Self:
        self._chat.watchers.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._chat.watchers.discard(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event

    def put(self, event: Event) -> None:
        """Hand over an event. Who does not keep up loses the backlog and is told so, once."""
        if self._queue.qsize() >= self._limit:
            self._clear()
            event = Event("lagged")
        self._queue.put_nowait(event)

    def end(self) -> None:
        """Let the listener's loop come to its end."""
        self._clear()
        self._queue.put_nowait(None)

    def _clear(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class Chat:
    """One person's private chat with the bot."""

    def __init__(self, chat_id: int, *, first_name: str, language_code: str | None, next_id: int) -> None:
        self.id = chat_id
        self.json: Json = {"id": chat_id, "first_name": first_name, "type": "private"}
        self.user: Json = {"id": chat_id, "is_bot": False, "first_name": first_name}
        if language_code is not None:
            self.user["language_code"] = language_code
        self.messages: dict[int, Message] = {}
        self.next_id = next_id
        self.keyboard: Rows = []
        self.keyboard_once = False
        self.asks_reply: Json | None = None
        """The message that what is typed next replies to: the phone holds it ready above the input line."""
        self.blocked = False
        self.toasts: list[str] = []
        self.waiting: set[str] = set()
        self.watchers: set[Watcher] = set()

    def add(self, message: Message, history: int) -> None:
        """Show a new message; beyond `history` messages the oldest is forgotten."""
        self.messages[message.id] = message
        self.next_id = message.id + 1
        if message.keyboard is not None:
            self.keyboard = message.keyboard
        if len(self.messages) > history:
            del self.messages[next(iter(self.messages))]
        self.tell(Event("message", message))

    def uses_up_keyboard(self, message: Message) -> bool:
        """Whether this message of the person presses a key of a reply keyboard meant for one use."""
        return self.keyboard_once and any(
            "location" in message.content if key.asks_location else message.text == key.label
            for row in self.keyboard
            for key in row
        )

    def take_reply(self) -> Json | None:
        """The message that the text being sent replies to; the next one replies to none."""
        asked, self.asks_reply = self.asks_reply, None
        return asked

    def tell(self, event: Event) -> None:
        """Let every watcher know."""
        for watcher in self.watchers:
            watcher.put(event)

    def newest_first(self) -> Iterator[Message]:
        """The messages on screen, the newest first."""
        return reversed(self.messages.values())
