"""Reminders of a consultation: whoever had enough of them says so with one tap."""

from bot.callback_data import StopReminding
from bot.context import Context
from bot.message import Message
from surveys.reminders import stop_reminding


async def on_stop_reminding(context: Context, payload: StopReminding) -> None:
    """No more of them; the consultation stays where `/consultas` lists it."""
    about = context.index, payload.consultation_id
    language = await context.once(stop_reminding, *about)
    if language is None:  # it was done before: say it again
        language = await context.house.database.run(stop_reminding, *about)
    await context.answer(Message(context.text("reminders_stopped", language)))
