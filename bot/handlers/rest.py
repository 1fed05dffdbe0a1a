"""Buttons by what they carry, and everything else that may come: kind answers, or silence."""

import logging

from telegram import ChatMember, Update
from telegram.error import TelegramError

from bot.callback_data import (
    Attend,
    Consent,
    Erase,
    Language,
    Leave,
    OnQuestion,
    Quoting,
    Reply,
    SendIn,
    TakeUp,
    decode,
)
from bot.context import Context
from bot.handlers.assemblies import on_attend
from bot.handlers.consultations import on_question, on_quoting, on_send_in, on_take_up
from bot.handlers.decisions import on_reply
from bot.handlers.entrance import on_consent, on_language, welcome
from bot.handlers.own_data import on_erase, on_leave
from bot.message import Message
from core.errors import NotFound
from core.people import NotEnrolled, reach_again, stop_reaching

_log = logging.getLogger("rimay.bot")


async def on_button(context: Context) -> None:
    """A button was tapped. One that nobody here made is answered kindly and does nothing."""
    query = context.incoming.callback_query
    payload = decode((query and query.data) or "")
    match payload:
        case Language():
            await on_language(context, payload)
        case Consent():
            await on_consent(context, payload)
        case OnQuestion():
            await on_question(context, payload)
        case TakeUp():
            await on_take_up(context, payload)
        case SendIn():
            await on_send_in(context, payload)
        case Quoting():
            await on_quoting(context, payload)
        case Leave():
            await on_leave(context, payload)
        case Erase():
            await on_erase(context, payload)
        case Attend():
            await on_attend(context, payload)
        case Reply():
            await on_reply(context, payload)
        case None:
            await context.stop_wheel()


async def on_unsupported(context: Context) -> None:
    """A sticker, a voice note, a contact, something new: the place is kept."""
    language = await context.language()
    if language is None:
        await context.send(welcome(context))
        return
    await context.send(Message(context.text("unsupported", language)))


async def on_not_private(context: Context) -> None:
    """In a group everybody would read the answers."""
    message = context.incoming.effective_message
    if message is not None and message.text and message.text.startswith("/"):
        text = context.house.translator.in_every_language("chat.private_only")
        await context.send(Message(text))


async def on_blocked(context: Context) -> None:
    """The person blocked the bot, or let it in again."""
    change = context.incoming.my_chat_member
    if change is None:
        return
    gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    await context.once(stop_reaching if gone else reach_again, context.index)


async def on_trouble(update: object, context: Context) -> None:
    """A handler failed. What is written down names the fault, never the person or what they said."""
    error = context.error
    if not isinstance(update, Update) or update.effective_chat is None:
        _log.error("trouble outside a chat: %s", type(error).__name__)
        return
    context.incoming = update
    try:
        if isinstance(error, NotEnrolled):
            await context.stop_wheel()
            await context.send(welcome(context))
            return
        if isinstance(error, NotFound):
            await context.stop_wheel()
            return
        _log.error("trouble in a chat: %s", type(error).__name__, exc_info=_bare(error))
        await context.send(Message(context.house.translator.in_every_language("chat.trouble")))
    except TelegramError as second:
        _log.error("could not even say so: %s", type(second).__name__)


def _bare(error: BaseException | None) -> BaseException | None:
    """The trace without the message: a database error quotes the row that it refused."""
    if error is None:
        return None
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
