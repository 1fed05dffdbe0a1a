"""What the council decided, and whether it answers what people said."""

from bot.callback_data import Reply
from bot.context import Context
from bot.message import Message
from core.people import NotEnrolled
from deliberation.council.decisions import reply_to_decision


async def on_reply(context: Context, payload: Reply) -> None:
    """Counted once a person; the buttons go, the message stays."""
    language = await context.language()
    if language is None:
        raise NotEnrolled
    threshold = context.house.settings.disclosure_threshold
    await context.once(
        reply_to_decision, context.index, payload.decision_id, payload.reply, threshold=threshold
    )
    query = context.incoming.callback_query
    told = getattr(query and query.message, "text", None) or ""
    thanks = context.text("answer_back_thanks", language)
    await context.answer(Message(f"{told}\n\n{thanks}".strip() if thanks not in told else told))
