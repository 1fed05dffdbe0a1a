"""The Bot API's limits: each function reads one part of a call, or refuses it as Telegram would."""

import re
from typing import Any

from bot.botapi_chat import Json
from bot.botapi_errors import bad_request
from bot.botapi_text import Entity, parse_html

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_LIMIT = 64
TOAST_LIMIT = 200
BUTTON_LIMIT = 100
DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_HALVES = re.compile("[\ud800-\udfff]")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def read_integer(given: Json, name: str, missing: str) -> int:
    """A whole number that the call cannot do without."""
    try:
        return int(given[name])
    except (KeyError, TypeError, ValueError):
        raise bad_request(missing) from None


def read_text(given: Json) -> tuple[str, list[Entity]]:
    """The text of a message: 1 to 4,096 characters after its formatting is read."""
    if not given.get("text"):
        raise bad_request("message text is empty")
    text, entities = _read_formatted(given, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text, entities


def read_caption(given: Json) -> tuple[str, list[Entity]]:
    """The text beside a file: up to 1,024 characters after its formatting is read."""
    text, entities = _read_formatted(given, "caption", "caption_entities")
    if len(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text, entities


def _read_formatted(given: Json, name: str, entities: str) -> tuple[str, list[Entity]]:
    text, mode = str(given.get(name, "")), str(given.get("parse_mode", ""))
    if not _is_unicode(text):
        raise bad_request("strings must be encoded in UTF-8")
    if not mode:
        return text.strip(), list(given.get(entities, ()))
    if mode.upper() != "HTML":
        raise bad_request("unsupported parse_mode")
    return parse_html(text)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not _HALVES.search(text)


def read_markup(given: Json, *, inline_only: bool = False) -> Json | None:
    """The keyboard of a message, checked; None when there is none."""
    markup = given.get("reply_markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    try:
        return _checked(markup, inline_only)
    except (AttributeError, KeyError, TypeError):
        raise bad_request("can't parse reply keyboard markup JSON object") from None


def _checked(markup: Json, inline_only: bool) -> Json | None:
    if "inline_keyboard" in markup:
        rows = [row for row in markup["inline_keyboard"] if row]
        _check_inline(rows)
        return {"inline_keyboard": rows} if rows else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        _check_labels([button for row in markup["keyboard"] for button in row])
    return markup


def _check_inline(rows: list[list[Any]]) -> None:
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTON_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    _check_labels(buttons)
    for button in buttons:
        data = button.get("callback_data")
        if data is None and "url" not in button:
            raise bad_request(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if data is not None and not 0 < len(data.encode()) <= CALLBACK_DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")


def _check_labels(buttons: list[Any]) -> None:
    for button in buttons:
        if not (button if isinstance(button, str) else button.get("text", "")).strip():
            raise bad_request("can't parse keyboard button: button text must be non-empty")


def read_toast(given: Json) -> str:
    """The note that answers a tap: up to 200 characters."""
    text = str(given.get("text", ""))
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    return text


def read_commands(given: Json) -> list[Json]:
    """The command menu."""
    commands: list[Json] = list(given.get("commands", ()))
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 0 < len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def check_secret(secret: str | None) -> None:
    """The secret that Telegram repeats in the header of every webhook call."""
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def read_location(given: Json) -> Json:
    """A point on the map."""
    try:
        latitude, longitude = float(given["latitude"]), float(given["longitude"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("latitude is empty") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("LOCATION_INVALID")
    return {"latitude": latitude, "longitude": longitude}


def read_contact(given: Json) -> Json:
    """A telephone number with a name."""
    phone, name = str(given.get("phone_number", "")), str(given.get("first_name", ""))
    if not phone:
        raise bad_request("phone number is empty")
    if not name:
        raise bad_request("first name is empty")
    return {"phone_number": phone, "first_name": name}
