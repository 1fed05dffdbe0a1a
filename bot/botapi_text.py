"""Formatted text as Telegram reads it: HTML in, plain text and entities out, and back to safe HTML."""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlsplit

from bot.botapi_errors import bad_request

Entity = dict[str, Any]

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "span", "code": "code",
    "pre": "pre", "blockquote": "blockquote", "text_link": "a",
}  # fmt: skip
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LINK_SCHEMES = {"http", "https", "mailto", "tel", "tg"}

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_MARK = re.compile(r"<(?P<end>/?)(?P<name>[^\s<>/=\"']*)(?P<rest>[^<>]*)>|<|&(?P<code>#x?[0-9a-fA-F]+|\w+);")
_ATTRIBUTE = re.compile(r"([a-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.,-]+)))?", re.IGNORECASE)
_COMMAND = re.compile(r"(?:(?<=\s)|^)/[A-Za-z0-9_]{1,64}(?:@\w+)?")


def utf16_length(text: str) -> int:
    """Length as Telegram counts offsets: characters outside the basic plane count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def find_commands(text: str) -> list[Entity]:
    """The commands that a person's client marks in what they type."""
    if "/" not in text:
        return []
    return [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _COMMAND.finditer(text)
    ]


def clean_typed(text: str) -> str:
    """What a phone sends of a typed text: no control characters but line ends, no halves of characters."""
    return _CONTROL.sub(" ", text.replace("\r", "")).encode(errors="ignore").decode().strip()


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of Telegram's HTML.

    Raises ApiError 400 "can't parse entities" for what Telegram would refuse: an unknown tag, a bare
    `<`, a tag that is not closed or closed in the wrong order.
    """
    source = source.strip()
    if "<" not in source and "&" not in source:
        return source, []
    return _Reading(source).finish()


@dataclass(slots=True)
class _Open:
    """A tag whose end is still to come."""

    name: str
    entity: Entity
    order: int


@dataclass(slots=True)
class _Reading:
    """One pass over the HTML of a message."""

    source: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    found: list[tuple[int, Entity]] = field(default_factory=list)
    count: int = 0

    def finish(self) -> tuple[str, list[Entity]]:
        """Read all of it."""
        position = 0
        for mark in _MARK.finditer(self.source):
            self._write(self.source[position : mark.start()])
            position = mark.end()
            if mark["code"] is not None:
                self._write(_character(mark["code"]) or mark.group())
            elif mark["name"] is None:
                raise self._fault("Unclosed start tag", mark.start())
            elif mark["end"]:
                self._close(mark["name"].lower(), mark.start())
            else:
                self._open(mark["name"], mark["rest"], mark.start())
        self._write(self.source[position:])
        if self.stack:
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self.stack[-1].name}\""
            )
        return "".join(self.parts), [entity for _, entity in sorted(self.found, key=lambda pair: pair[0])]

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def _fault(self, what: str, position: int, more: str = "") -> Exception:
        offset = len(self.source[:position].encode())
        return bad_request(f"can't parse entities: {what} at byte offset {offset}{more}")

    def _open(self, name: str, rest: str, position: int) -> None:
        kind = _TYPES.get(name.lower())
        if kind is None:
            raise self._fault(f'Unsupported start tag "{name}"', position)
        attributes = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(rest)}
        if name.lower() == "span" and attributes.get("class") != "tg-spoiler":
            raise self._fault('Tag "span" must have class "tg-spoiler"', position)
        entity: Entity = {"type": kind, "offset": self.length, "length": 0}
        if kind == "text_link":
            entity["url"] = re.sub(r"&(\w+);", lambda m: _character(m[1]) or m[0], attributes.get("href", ""))
        self.stack.append(_Open(name.lower(), entity, self.count))
        self.count += 1

    def _close(self, name: str, position: int) -> None:
        if not self.stack:
            raise self._fault("Unexpected end tag", position)
        opened = self.stack.pop()
        if name != opened.name:
            raise self._fault(
                "Unmatched end tag", position, f', expected "</{opened.name}>", found "</{name}>"'
            )
        entity = opened.entity
        entity["length"] = self.length - entity["offset"]
        if entity["length"] and (entity["type"] != "text_link" or is_safe_link(entity["url"])):
            self.found.append((opened.order, entity))


def _character(code: str) -> str | None:
    """The character of `&code;`; None for the names that Telegram leaves as they stand."""
    if not code.startswith("#"):
        return _CHARACTERS.get(code)
    digits, base = (code[2:], 16) if code[1] in "xX" else (code[1:], 10)
    try:
        character = chr(int(digits, base))
    except (ValueError, OverflowError):
        return None
    return None if character == "\0" or "\ud800" <= character <= "\udfff" else character


def is_safe_link(url: str) -> bool:
    """Whether a link of a message may be shown as a link."""
    try:
        return urlsplit(url).scheme.lower() in _LINK_SCHEMES
    except ValueError:
        return False


def render_html(text: str, entities: list[Entity]) -> str:
    """Safe HTML of a message: only tags of Telegram's subset, everything else escaped."""
    if not entities:
        return escape(text)
    units = text.encode("utf-16-le")
    marks: list[tuple[int, int, str]] = []
    for order, entity in enumerate(entities):
        tag = _TAGS.get(entity["type"])
        if tag is None:
            continue
        start, end = entity["offset"], entity["offset"] + entity["length"]
        marks.append((start, order + 1, _start_tag(tag, entity)))
        marks.append((end, -order - 1, f"</{tag}>"))
    marks.sort(key=lambda mark: mark[:2])
    parts, position = [], 0
    for offset, _, tag in marks:
        parts += [escape(units[position * 2 : offset * 2].decode("utf-16-le")), tag]
        position = offset
    return "".join([*parts, escape(units[position * 2 :].decode("utf-16-le"))])


def _start_tag(tag: str, entity: Entity) -> str:
    if tag == "a":
        return f'<a href="{escape(entity["url"])}" rel="noopener noreferrer" target="_blank">'
    return '<span class="spoiler">' if tag == "span" else f"<{tag}>"
