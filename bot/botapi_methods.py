"""The methods of the Bot API that our bot calls, by their name in Telegram's documentation."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.botapi_chat import Chat, Event, Json, Message, read_rows
from bot.botapi_errors import NOT_MODIFIED, ApiError, bad_request
from bot.botapi_rules import (
    ACTIONS,
    check_secret,
    read_caption,
    read_commands,
    read_contact,
    read_integer,
    read_location,
    read_markup,
    read_text,
    read_toast,
)
from bot.botapi_text import Entity

if TYPE_CHECKING:
    from bot.botapi import BotApi


# The bot itself


def get_me(api: "BotApi", given: Json) -> Json:
    """Who the bot is."""
    return api.sender | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def set_my_commands(api: "BotApi", given: Json) -> bool:
    """The command menu, a language each."""
    api.commands[str(given.get("language_code", ""))] = read_commands(given)
    return True


def accept(api: "BotApi", given: Json) -> bool:
    """What changes nothing that anybody here could see."""
    return True


def set_webhook(api: "BotApi", given: Json) -> bool:
    """Updates go to this address from now on."""
    secret = given.get("secret_token")
    check_secret(secret)
    api.webhook = {"url": str(given.get("url", "")), "secret_token": secret}
    api.updates.allow(given.get("allowed_updates"))
    if given.get("drop_pending_updates"):
        api.updates.clear()
    return True


def delete_webhook(api: "BotApi", given: Json) -> bool:
    """Updates wait for getUpdates again."""
    return set_webhook(api, {"drop_pending_updates": given.get("drop_pending_updates")})


def get_webhook_info(api: "BotApi", given: Json) -> Json:
    """Where updates go, and how many wait."""
    return {
        "url": api.webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates),
    }


async def get_updates(api: "BotApi", given: Json) -> list[Json]:
    """Long polling; refused while there is a webhook."""
    if api.webhook["url"]:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
            "webhook first",
        )
    api.updates.allow(given.get("allowed_updates"))
    return await api.updates.fetch(
        int(given.get("offset", 0)), int(given.get("limit", 100)), float(given.get("timeout", 0))
    )


def get_file(api: "BotApi", given: Json) -> Json:
    """Where a file can be downloaded."""
    return api.files.describe(str(given.get("file_id", "")))


# Sending


def send_message(api: "BotApi", given: Json) -> Json:
    """A text."""
    chat = api.reach(given)
    return _show(api, chat, given, {}, *read_text(given))


def send_document(api: "BotApi", given: Json) -> Json:
    """A file."""
    chat, file = api.reach(given), api.files.read(given, "document")
    content = file.to_json(file_name=file.name, mime_type=file.mime)
    return _show(api, chat, given, {"document": content}, *read_caption(given))


def send_audio(api: "BotApi", given: Json) -> Json:
    """A piece of music."""
    chat, file = api.reach(given), api.files.read(given, "audio")
    seconds = int(given.get("duration", 0))
    content = file.to_json(duration=seconds, mime_type=file.mime, file_name=file.name)
    return _show(api, chat, given, {"audio": content}, *read_caption(given))


def send_photo(api: "BotApi", given: Json) -> Json:
    """A picture. Its size in pixels is made up: nobody here looks inside."""
    chat, file = api.reach(given), api.files.read(given, "photo")
    content = [file.to_json(width=640, height=480)]
    return _show(api, chat, given, {"photo": content}, *read_caption(given))


def send_video(api: "BotApi", given: Json) -> Json:
    """A film. Its length and its size in pixels are made up."""
    chat, file = api.reach(given), api.files.read(given, "video")
    content = file.to_json(width=640, height=480, duration=1, mime_type=file.mime, file_name=file.name)
    return _show(api, chat, given, {"video": content}, *read_caption(given))


def send_media_group(api: "BotApi", given: Json) -> list[Json]:
    """An album of two to ten pictures, each with its own caption. It has no buttons."""
    chat, media = api.reach(given), given.get("media")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        raise bad_request("wrong number of messages to send as an album")
    shown = []
    for one in media:
        if one.get("type") != "photo":
            raise bad_request("wrong type of a picture in an album")
        file = api.files.read(given | {"photo": one.get("media")}, "photo")
        content = {"photo": [file.to_json(width=640, height=480)], "media_group_id": str(chat.next_id)}
        shown.append((content, read_caption(one)))
    return [_show(api, chat, {}, content, *caption) for content, caption in shown]


def send_voice(api: "BotApi", given: Json) -> Json:
    """A voice message."""
    chat, file = api.reach(given), api.files.read(given, "voice")
    content = file.to_json(duration=int(given.get("duration", 0)), mime_type=file.mime)
    return _show(api, chat, given, {"voice": content}, *read_caption(given))


def send_location(api: "BotApi", given: Json) -> Json:
    """A point on the map."""
    chat = api.reach(given)
    return _show(api, chat, given, {"location": read_location(given)}, "", [])


def send_contact(api: "BotApi", given: Json) -> Json:
    """A telephone number with a name."""
    chat = api.reach(given)
    return _show(api, chat, given, {"contact": read_contact(given)}, "", [])


def send_chat_action(api: "BotApi", given: Json) -> bool:
    """'typing...'"""
    api.reach(given)
    if given.get("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def _show(api: "BotApi", chat: Chat, given: Json, content: Json, text: str, entities: list[Entity]) -> Json:
    """Put a new message of the bot on the screen."""
    markup = read_markup(given)
    message = Message(chat.next_id, api.moment(), True, text, entities, content)
    if markup is None or "inline_keyboard" in markup:
        message.markup = markup
    elif "keyboard" in markup:
        message.keyboard = read_rows(markup["keyboard"])
        chat.keyboard_once = bool(markup.get("one_time_keyboard"))
    elif markup.get("remove_keyboard"):
        message.keyboard = []
    elif markup.get("force_reply"):
        chat.asks_reply = message.to_json(chat.json, api.sender)
    chat.add(message, api.history)
    return message.to_json(chat.json, api.sender)


# Changing what was sent


def edit_message_text(api: "BotApi", given: Json) -> Json:
    """Another text, and the inline keyboard of this call or none."""
    chat = api.reach(given)
    message = _find_editable(chat, given)
    if message.content:
        raise bad_request("there is no text in the message to edit")
    text, entities = read_text(given)
    return _change(api, chat, message, text, entities, read_markup(given, inline_only=True))


def edit_message_reply_markup(api: "BotApi", given: Json) -> Json:
    """Another inline keyboard, or none."""
    chat = api.reach(given)
    message = _find_editable(chat, given)
    markup = read_markup(given, inline_only=True)
    return _change(api, chat, message, message.text, message.entities, markup)


def delete_message(api: "BotApi", given: Json) -> bool:
    """Take a message off the screen."""
    chat = api.reach(given)
    message_id = read_integer(given, "message_id", "message identifier is not specified")
    if chat.messages.pop(message_id, None) is None:
        raise bad_request("message to delete not found")
    chat.tell(Event("delete", id=message_id))
    return True


def answer_callback_query(api: "BotApi", given: Json) -> bool:
    """Stop the wheel on a tapped button, with a short note or without."""
    query_id = str(given.get("callback_query_id", ""))
    chat = api.queries.get(query_id)
    if chat is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = read_toast(given)
    if query_id in chat.waiting:
        chat.waiting.discard(query_id)
        if text:
            chat.toasts = [*chat.toasts[-9:], text]
            chat.tell(Event("toast", text=text, alert=bool(given.get("show_alert"))))
    return True


def _find_editable(chat: Chat, given: Json) -> Message:
    message_id = read_integer(given, "message_id", "message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.keyboard is not None:
        raise bad_request("message can't be edited")
    return message


def _change(
    api: "BotApi", chat: Chat, message: Message, text: str, entities: list[Entity], markup: Json | None
) -> Json:
    if (message.text, message.entities, message.markup) == (text, entities, markup):
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.markup = text, entities, markup
    message.edited = api.moment()
    chat.tell(Event("edit", message))
    return message.to_json(chat.json, api.sender)


METHODS: dict[str, Callable[["BotApi", Json], Any]] = {
    "answerCallbackQuery": answer_callback_query,
    "deleteMessage": delete_message,
    "deleteWebhook": delete_webhook,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageText": edit_message_text,
    "getFile": get_file,
    "getMe": get_me,
    "getWebhookInfo": get_webhook_info,
    "sendAudio": send_audio,
    "sendChatAction": send_chat_action,
    "sendContact": send_contact,
    "sendDocument": send_document,
    "sendLocation": send_location,
    "sendMediaGroup": send_media_group,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendVideo": send_video,
    "sendVoice": send_voice,
    "setMyCommands": set_my_commands,
    "setMyDescription": accept,
    "setMyShortDescription": accept,
    "setWebhook": set_webhook,
}
