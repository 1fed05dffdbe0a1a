"""A message as the handlers think of it: text and buttons, before Telegram's classes."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.callback_data import Payload, encode

LONGEST = 4096
LONGEST_LABEL = 60
"""Telegram cuts long labels itself, in the middle of a word and differently on each phone."""


@dataclass(frozen=True, slots=True)
class Address:
    """On the web, opened by a tap; the bot hears nothing of it."""

    url: str


@dataclass(frozen=True, slots=True)
class Button:
    """A label, and what tapping it says, or opens."""

    label: str
    payload: Payload | Address


Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Message:
    """What is shown.

    location_key    label of the phone's own key for sending one's place; `keys_hint` is said above it
    puts_away_keys  a word to say while that key is taken away again: Telegram takes it away with a message only
    asks_reply      what is written next is written as a reply to this message; it has no buttons
    """

    text: str
    rows: Rows = ()
    location_key: str = ""
    keys_hint: str = ""
    puts_away_keys: str = ""
    asks_reply: bool = False

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        """The buttons as Telegram wants them."""
        if not self.rows:
            return None
        return InlineKeyboardMarkup([[_button(button) for button in row] for row in self.rows])

    @property
    def keys(self) -> ReplyKeyboardMarkup | None:
        """A keyboard of one key that sends the place of the phone; it goes away when used."""
        if not self.location_key:
            return None
        key = KeyboardButton(self.location_key, request_location=True)
        return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)


def _button(button: Button) -> InlineKeyboardButton:
    cut = button.label[: LONGEST_LABEL - 1] + "…"
    label = button.label if len(button.label) <= LONGEST_LABEL else cut
    if isinstance(button.payload, Address):
        return InlineKeyboardButton(label, url=button.payload.url)
    return InlineKeyboardButton(label, callback_data=encode(button.payload))


def split(text: str, limit: int = LONGEST) -> list[str]:
    """A text in pieces that Telegram takes, cut at line ends or spaces where there are any."""
    pieces = []
    while (fits := _fitting(text, limit)) < len(text):
        cut = max(text.rfind("\n", 1, fits), text.rfind(" ", 1, fits))
        cut = cut if cut > fits // 2 else fits
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text] if text else pieces


def _fitting(text: str, limit: int) -> int:
    """How many of its characters fit: Telegram counts one beyond the basic plane, as an emoji, for two."""
    if len(text) * 2 <= limit:
        return len(text)
    units = 0
    for place, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return place
    return len(text)
