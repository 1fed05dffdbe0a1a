"""The bot: one python-telegram-bot application, whatever the updates come by."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from telegram import BotCommand, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.context import Context, House
from bot.handlers.assemblies import on_assemblies
from bot.handlers.attachments import on_attachment
from bot.handlers.consultations import on_consultations, on_location
from bot.handlers.deliberations import on_deliberations, on_text
from bot.handlers.empty_seat import on_chair, on_reply_text
from bot.handlers.entrance import on_language_command, on_start
from bot.handlers.lottery import on_lots_command
from bot.handlers.own_data import (
    on_erase_command,
    on_help,
    on_leave_command,
    on_own_data,
    on_privacy,
)
from bot.handlers.rest import (
    on_blocked,
    on_button,
    on_not_private,
    on_trouble,
    on_unsupported,
)
from bot.handlers.services import on_services
from deliberation.opinions.places import stop_writing

Handler = Callable[[Context], Awaitable[None]]
Bot = Application[ExtBot[None], Context, dict[int, object], dict[int, object], House, None]

COMMANDS: dict[str, tuple[Handler, tuple[str, ...]]] = {
    "start": (on_start, ("start", "empezar")),
    "consultations": (on_consultations, ("consultas", "surveys")),
    "votings": (on_deliberations, ("opinar", "opinions")),
    "assemblies": (on_assemblies, ("asambleas", "assemblies")),
    "lottery": (on_lots_command, ("sorteo", "lottery")),
    "chair": (on_chair, ("silla", "emptyseat")),
    "services": (on_services, ("servicios", "services")),
    "language": (on_language_command, ("idioma", "language")),
    "mydata": (on_own_data, ("misdatos", "mydata")),
    "privacy": (on_privacy, ("privacidad", "privacy")),
    "leave": (on_leave_command, ("salir", "stop", "cancel")),
    "erase": (on_erase_command, ("borrar", "erase")),
    "help": (on_help, ("ayuda", "help")),
}
"""Catalogue name → what it does, and the words for it; the first one is shown in Telegram's menu."""

_FILES = (
    filters.PHOTO | filters.VOICE | filters.AUDIO | filters.VIDEO | filters.VIDEO_NOTE | filters.Document.ALL
)
_log = logging.getLogger("rimay.bot")


def build_bot(
    house: House,
    *,
    token: str,
    request: BaseRequest,
    updates_request: BaseRequest,
    base_url: str | None = None,
) -> Bot:
    """The application with every handler. Updates come to it through a `Reception`."""
    builder = (
        Application.builder()
        .token(token)
        .request(request)
        .get_updates_request(updates_request)
        .context_types(ContextTypes(context=Context, bot_data=cast("type[House]", lambda: house)))
        .updater(None)
    )
    if base_url is not None:
        builder = builder.base_url(base_url).base_file_url(base_url.removesuffix("/bot") + "/file/bot")
    application: Bot = builder.build()  # type: ignore[assignment]
    _add_handlers(application)
    return application


def _add_handlers(application: Bot) -> None:
    fresh = filters.UpdateType.MESSAGE  # what is edited afterwards, or posted in a channel, is passed over
    application.add_handler(ChatMemberHandler(_plain(on_blocked), ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(CallbackQueryHandler(_plain(on_button)))
    application.add_handler(MessageHandler(fresh & ~filters.ChatType.PRIVATE, _plain(on_not_private)))
    for handler, words in COMMANDS.values():
        application.add_handler(CommandHandler(words, _command(handler), filters=fresh))
    application.add_handler(MessageHandler(fresh & filters.COMMAND, _command(on_help)))
    application.add_handler(MessageHandler(fresh & filters.TEXT & filters.REPLY, _plain(on_reply_text)))
    application.add_handler(MessageHandler(fresh & filters.TEXT, _plain(on_text)))
    application.add_handler(MessageHandler(fresh & filters.LOCATION, _plain(on_location)))
    application.add_handler(MessageHandler(fresh & _FILES, _plain(on_attachment)))
    application.add_handler(MessageHandler(fresh, _plain(on_unsupported)))


def _plain(handler: Handler) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Our handlers take the context alone; it knows its update."""

    async def handle(_update: Update, context: Context) -> None:
        await handler(context)

    return handle


def _command(handler: Handler) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Whoever writes a command is not about to make a statement any more."""

    async def handle(context: Context) -> None:
        await context.house.database.run(stop_writing, context.index)
        await handler(context)

    return _plain(handle)


async def handle(application: Bot, update: Update) -> None:
    """Hand an update to the first handler that wants it. Raises what the handler raises."""
    (handlers,) = application.handlers.values()
    for handler in handlers:
        wanted = handler.check_update(update)
        if wanted is not None and wanted is not False:
            context = Context.from_update(update, application)
            await handler.handle_update(update, application, wanted, context)
            return


async def excuse(application: Bot, update: Update, error: Exception) -> None:
    """Say what can be said to a person whose update failed. It never raises."""
    await on_trouble(update, Context.from_error(update, error, application))


async def announce_commands(application: Bot) -> None:
    """Fill Telegram's menu, in both languages as far as Telegram knows them."""
    translator = application.bot_data.translator
    try:
        for language, code in (("es", None), ("qu", "qu")):
            menu = [
                BotCommand(words[0], translator.text("chat.command_" + name, language))
                for name, (_, words) in COMMANDS.items()
            ]
            await application.bot.set_my_commands(menu, language_code=code)
    except TelegramError as error:
        _log.warning("the menu of commands could not be set: %s", type(error).__name__)
