"""Buttons by what they carry, and everything else that may come: kind answers, or silence."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import Chat, ChatMember, Update
from telegram.error import Forbidden, TelegramError

from bot.assembly_data import GetCalendar, SayWhy, TellMore, TickNeed
from bot.ballot_data import CastBallot, GetMinutes, TickPoint
from bot.callback_data import (
    Attend,
    Consent,
    Erase,
    Language,
    Leave,
    Listen,
    OnQuestion,
    Payload,
    Quoting,
    ReadOut,
    Reply,
    SendIn,
    StopReminding,
    TakeUp,
    Withdraw,
    decode,
)
from bot.context import Context
from bot.door_data import GetEntryCode
from bot.follow_up_data import Noticed
from bot.handlers.assemblies import on_attend, on_get_calendar, on_say_why, on_tell_more, on_tick_need
from bot.handlers.ballots import on_cast_ballot, on_get_minutes, on_tick_point
from bot.handlers.consultations import on_question, on_quoting, on_send_in, on_take_up
from bot.handlers.decisions import on_reply
from bot.handlers.deliberations import (
    on_hear,
    on_list_proposals,
    on_list_votes,
    on_propose,
    on_show_again,
    on_stop_voting,
    on_take_part,
    on_vote,
    on_where_i_stand,
    on_withdraw_votes,
)
from bot.handlers.doors import on_get_entry_code
from bot.handlers.empty_seat import SEAT_HANDLERS
from bot.handlers.entrance import greeting, on_consent, on_language
from bot.handlers.follow_up import on_noticed
from bot.handlers.listening import on_listen, on_read_out
from bot.handlers.lottery import (
    on_begin_household,
    on_count_group,
    on_join_household,
    on_leave_household,
    on_show_lots,
)
from bot.handlers.own_data import on_erase, on_leave
from bot.handlers.reminders import on_stop_reminding
from bot.handlers.services import on_call_place, on_seek_help, on_seek_where, on_show_help
from bot.handlers.withdrawal import on_withdraw
from bot.lottery_data import BeginHousehold, CountGroup, JoinHousehold, LeaveHousehold, ShowLots
from bot.message import Message
from bot.service_data import CallPlace, SeekHelp, SeekWhere, ShowHelp
from bot.voting_data import (
    HearStatement,
    ListProposals,
    ListVotes,
    Propose,
    ShowAgain,
    StopVoting,
    TakePart,
    VoteOn,
    WhereIStand,
    WithdrawVotes,
)
from core.errors import NotFound
from core.people import NotEnrolled, reach_again, stop_reaching
from deliberation.opinions.places import stop_writing

_log = logging.getLogger("rimay.bot")


_HANDLERS: dict[type[Payload], Callable[[Context, Any], Awaitable[None]]] = {
    Language: on_language,
    Consent: on_consent,
    OnQuestion: on_question,
    TakeUp: on_take_up,
    SendIn: on_send_in,
    Quoting: on_quoting,
    Leave: on_leave,
    Erase: on_erase,
    Attend: on_attend,
    TellMore: on_tell_more,
    SayWhy: on_say_why,
    TickNeed: on_tick_need,
    GetCalendar: on_get_calendar,
    GetEntryCode: on_get_entry_code,
    CastBallot: on_cast_ballot,
    TickPoint: on_tick_point,
    GetMinutes: on_get_minutes,
    Reply: on_reply,
    Noticed: on_noticed,
    Listen: on_listen,
    ReadOut: on_read_out,
    Withdraw: on_withdraw,
    StopReminding: on_stop_reminding,
    SeekHelp: on_seek_help,
    SeekWhere: on_seek_where,
    ShowHelp: on_show_help,
    CallPlace: on_call_place,
    **SEAT_HANDLERS,
    TakePart: on_take_part,
    VoteOn: on_vote,
    ShowAgain: on_show_again,
    ListVotes: on_list_votes,
    HearStatement: on_hear,
    Propose: on_propose,
    ListProposals: on_list_proposals,
    WhereIStand: on_where_i_stand,
    StopVoting: on_stop_voting,
    WithdrawVotes: on_withdraw_votes,
    ShowLots: on_show_lots,
    BeginHousehold: on_begin_household,
    JoinHousehold: on_join_household,
    LeaveHousehold: on_leave_household,
    CountGroup: on_count_group,
}
_LEAVE_BY_THEMSELVES = (OnQuestion, VoteOn, TakePart, ShowAgain, Propose, Listen, ReadOut)
"""After any other button the person's next message is no statement of theirs; these see to it, or change nothing."""


async def on_button(context: Context) -> None:
    """A button was tapped. One that nobody here made does nothing."""
    query, chat = context.incoming.callback_query, context.incoming.effective_chat
    payload = decode((query and query.data) or "")
    if payload is None or chat is None or chat.type != Chat.PRIVATE:
        await context.stop_wheel()
    else:
        if not isinstance(payload, _LEAVE_BY_THEMSELVES):
            await context.house.database.run(stop_writing, context.index)
        await _HANDLERS[type(payload)](context, payload)


async def on_unsupported(context: Context) -> None:
    """A sticker, a contact, something new: the place is kept."""
    language = await context.language()
    if language is None:
        await context.send(await greeting(context))
        return
    await context.send(Message(context.text("unsupported", language)))


async def on_not_private(context: Context) -> None:
    """In a group everybody would read the answers."""
    message = context.incoming.effective_message
    if message is not None and message.text and message.text.startswith("/"):
        text = context.house.translator.in_every_language("chat.private_only")
        await context.send(Message(text))


async def on_blocked(context: Context) -> None:
    """The person blocked the bot, or let it in again. Of who takes no part nothing is noted."""
    change = context.incoming.my_chat_member
    if change is None or change.chat.type != Chat.PRIVATE:
        return
    gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    with suppress(NotEnrolled):
        await context.once(stop_reaching if gone else reach_again, context.index)


async def on_trouble(update: Update, context: Context) -> None:
    """A handler failed. What is written down names the fault, never the person or what they said."""
    error = context.error
    if update.effective_chat is None:
        _log.warning("trouble outside a chat: %s", type(error).__name__)
        return
    try:
        await _answer_trouble(context, error)
    except Exception as second:
        _log.error("could not even say so: %s", type(second).__name__)


async def _answer_trouble(context: Context, error: Exception | None) -> None:
    match error:
        case NotEnrolled():
            await context.stop_wheel()
            await context.send(await greeting(context))
        case NotFound():
            await context.stop_wheel()
        case Forbidden():
            with suppress(NotEnrolled):  # blocked while it was being answered
                await context.house.database.run(stop_reaching, context.index)
        case TelegramError():
            _log.warning("an answer did not get through: %s", type(error).__name__)
            await _apologise(context)
        case _:
            _log.error("trouble in a chat: %s", type(error).__name__, exc_info=_bare(error))
            await _apologise(context)


async def _apologise(context: Context) -> None:
    await context.stop_wheel()
    await context.send(Message(context.house.translator.in_every_language("chat.trouble")))


def _bare(error: BaseException | None) -> BaseException | None:
    """The trace without the message: a database error quotes the row that it refused."""
    if error is None:
        return None
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
