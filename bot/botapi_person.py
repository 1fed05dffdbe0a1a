"""The person's side of a chat: what they see, and what their phone sends."""

from typing import TYPE_CHECKING, Any

from bot.botapi_chat import Button, Chat, Event, Json, Message, Rows
from bot.botapi_files import File, Upload
from bot.botapi_rules import TEXT_LIMIT
from bot.botapi_text import find_commands

if TYPE_CHECKING:
    from bot.botapi import BotApi


class Person:
    """Someone with a phone in hand.

    Every act returns the update as Telegram would hand it to the bot; it also waits for getUpdates.
    """

    def __init__(self, api: "BotApi", chat: Chat) -> None:
        self._api = api
        self.chat = chat

    # What they see

    @property
    def screen(self) -> list[Message]:
        """The messages as they stand now, the oldest first."""
        return list(self.chat.messages.values())

    @property
    def last(self) -> Message:
        """The newest message of the bot. LookupError when it has not said anything."""
        for message in self.chat.newest_first():
            if message.from_bot:
                return message
        raise LookupError("the bot has not said anything yet")

    @property
    def keyboard(self) -> Rows:
        """The reply keyboard below the input line."""
        return self.chat.keyboard

    @property
    def toasts(self) -> list[str]:
        """The notes that answered their last taps (ten at most), the newest last."""
        return self.chat.toasts

    @property
    def unanswered(self) -> int:
        """How many taps still show a spinning wheel."""
        return len(self.chat.waiting)

    # What they do

    def send(self, text: str) -> Json:
        """Type a text or a command. Their phone sends up to 4,096 characters, never an empty text."""
        if not 0 < len(text) <= TEXT_LIMIT:
            raise ValueError("no phone sends this")
        return self._api.receive(self.chat, {}, text, find_commands(text))

    def tap(self, button: str, message: Message | None = None) -> Json:
        """Press the button with this label or callback data, on `message` or wherever it is nearest.

        A button of the reply keyboard sends its label. LookupError when there is no such button.
        """
        for each in [message] if message else self.chat.newest_first():
            for found in (found for row in each.buttons for found in row):
                if found.data is not None and button in (found.label, found.data):
                    return self._api.ask(self.chat, each, found.data)
        pressed = None if message else self._find_key(button)
        if pressed is None:
            raise LookupError(f"there is no button {button!r} on the screen")
        if pressed.asks_location:
            raise LookupError(f"{button!r} asks for a location: use share_location")
        return self.send(pressed.label)

    def forge_tap(self, data: str, message: Message | None = None) -> Json:
        """A tap that no button offers, as a tampered client sends it."""
        return self._api.ask(self.chat, message or self.last, data)

    def edit(self, message: Message, text: str) -> Json:
        """Correct a text that they sent before."""
        message.text, message.entities, message.edited = text, find_commands(text), message.date
        self.chat.tell(Event("edit", message))
        return self._api.updates.publish("edited_message", message.to_json(self.chat.json, self.chat.user))

    def share_location(self, latitude: float, longitude: float) -> Json:
        """Send where they are."""
        return self._api.receive(self.chat, {"location": {"latitude": latitude, "longitude": longitude}})

    def send_sticker(self, emoji: str = "👍") -> Json:
        """Send a sticker."""
        file = self._add("sticker", "sticker.webp", b"RIFF sticker", "image/webp")
        sticker = file.to_json(
            width=512, height=512, type="regular", is_animated=False, is_video=False, emoji=emoji
        )
        return self._api.receive(self.chat, {"sticker": sticker})

    def send_voice(self, content: bytes = b"OggS voice", *, duration: int = 3) -> Json:
        """Speak."""
        file = self._add("voice", "voice.oga", content, "audio/ogg")
        return self._api.receive(self.chat, {"voice": file.to_json(duration=duration, mime_type="audio/ogg")})

    def send_photo(
        self, content: bytes = b"\xff\xd8\xff photo", *, caption: str = "", album: str = ""
    ) -> Json:
        """Send a picture: as Telegram has it, in several sizes. Of an album each picture is a message."""
        small = self._add("photo", "photo.jpg", b"\xff\xd8\xff small", "image/jpeg")
        large = self._add("photo", "photo.jpg", content, "image/jpeg")
        sizes = [small.to_json(width=90, height=68), large.to_json(width=640, height=480)]
        together = {"media_group_id": album} if album else {}
        return self._api.receive(self.chat, {"photo": sizes, **together}, caption)

    def send_audio(self, name: str, content: bytes, mime: str = "audio/mpeg") -> Json:
        """Send a sound that was recorded elsewhere."""
        file = self._add("audio", name, content, mime)
        return self._api.receive(
            self.chat, {"audio": file.to_json(duration=3, file_name=name, mime_type=mime)}
        )

    def send_video(self, content: bytes, *, name: str = "video.mp4", mime: str = "video/mp4") -> Json:
        """Send a film."""
        file = self._add("video", name, content, mime)
        body = file.to_json(width=640, height=480, duration=3, file_name=name, mime_type=mime)
        return self._api.receive(self.chat, {"video": body})

    def send_video_note(self, content: bytes) -> Json:
        """Send a film in a circle."""
        file = self._add("video_note", "note.mp4", content, "video/mp4")
        return self._api.receive(self.chat, {"video_note": file.to_json(length=240, duration=3)})

    def send_document(self, name: str, content: bytes, mime: str = "application/octet-stream") -> Json:
        """Send a file."""
        file = self._add("document", name, content, mime)
        return self._api.receive(self.chat, {"document": file.to_json(file_name=name, mime_type=mime)})

    def send_unknown(self) -> Json:
        """An update of a kind that this bot has never heard of."""
        return self._api.updates.publish("telepathy", {"from": self.chat.user, "thought": "…"})

    def block(self) -> Json:
        """Stop the bot from writing to them."""
        return self._become("kicked", blocked=True)

    def unblock(self) -> Json:
        """Let the bot write again."""
        return self._become("member", blocked=False)

    def _become(self, status: str, *, blocked: bool) -> Json:
        self.chat.blocked = blocked
        return self._api.updates.publish(
            "my_chat_member",
            {
                "chat": self.chat.json,
                "from": self.chat.user,
                "date": self._api.moment(),
                "old_chat_member": self._membership("member" if blocked else "kicked"),
                "new_chat_member": self._membership(status),
            },
        )

    def _membership(self, status: str) -> dict[str, Any]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self._api.sender, "status": status, **until}

    def _find_key(self, label: str) -> Button | None:
        return next((key for row in self.chat.keyboard for key in row if key.label == label), None)

    def _add(self, kind: str, name: str, content: bytes, mime: str) -> File:
        return self._api.files.add(kind, Upload(name, content, mime))
