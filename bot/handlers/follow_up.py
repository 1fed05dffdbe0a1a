"""Months later: whether people have noticed what was promised."""

from bot.context import Context
from bot.follow_up_data import Noticed
from bot.message import Message
from core.people import NotEnrolled
from deliberation.commitments.follow_up import reply_to_follow_up


async def on_noticed(context: Context, payload: Noticed) -> None:
    """Counted once a person; the buttons go, the message stays."""
    language = await context.language()
    if language is None:
        raise NotEnrolled
    threshold = context.house.settings.disclosure_threshold
    await context.once(
        reply_to_follow_up, context.index, payload.commitment_id, payload.reply, threshold=threshold
    )
    query = context.incoming.callback_query
    told = getattr(query and query.message, "text", None) or ""
    thanks = context.text("follow_up_thanks", language)
    await context.answer(Message(f"{told}\n\n{thanks}".strip() if thanks not in told else told))
