"""Invitations in the chat: yes or no, why not, what one needs, what one may know, and changing one's mind."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from sqlalchemy.orm import Session

from bot.assembly_data import GetCalendar, SayWhy, TellMore, TickNeed
from bot.attending import Usher
from bot.callback_data import Attend
from bot.context import Context
from bot.handlers.ballots import show_open_ballots
from bot.lottery_data import ShowLots
from bot.message import Button, Message
from core.people import NotEnrolled
from deliberation.assemblies.assembly import AssemblyCancelled, AssemblyPast
from deliberation.assemblies.attendance import (
    Seat,
    get_own_seat,
    give_reason,
    list_own_invitations,
    tick_need,
)
from deliberation.assemblies.calendar import calendar_file
from deliberation.assembly_day.codes import answer_with_code

P = ParamSpec("P")


async def on_attend(context: Context, payload: Attend) -> None:
    """The person comes, or cannot. The last answer counts; the same again changes nothing."""
    vault = context.house.vault
    seat = await _change(context, answer_with_code, payload.assembly_id, vault, comes=payload.comes)
    if seat is not None and seat.answer == "yes" and seat.changed:
        await _send_calendar(context, seat)


async def on_say_why(context: Context, payload: SayWhy) -> None:
    """Why the person cannot come: asked once, answered by who wants to."""
    await _change(context, give_reason, payload.assembly_id, payload.reason)


async def on_tick_need(context: Context, payload: TickNeed) -> None:
    """What the person needs in order to come. A button says what it ticks, so that a repeated tap ticks it once."""
    await _change(context, tick_need, payload.assembly_id, payload.need, needed=payload.needed)


async def on_tell_more(context: Context, payload: TellMore) -> None:
    """More than fits into an invitation, below it."""
    seat, ticket = await context.read(get_own_seat, context.index, payload.assembly_id)
    await context.stop_wheel()
    await context.send((await _usher(context, seat)).more(seat, ticket))


async def on_get_calendar(context: Context, payload: GetCalendar) -> None:
    """The calendar file as the assembly stands now: moved, or cancelled."""
    seat, _ = await context.read(get_own_seat, context.index, payload.assembly_id)
    await context.stop_wheel()
    await _send_calendar(context, seat)


async def on_assemblies(context: Context) -> None:
    """`/asambleas`: each with its buttons, and what the room votes on now."""
    language = await _language(context)
    seats = await context.read(list_own_invitations, context.index)
    title = context.text("assemblies" if seats else "no_assemblies", language)
    lots = Button(context.house.translator.text("seats.button_lots", language), ShowLots())
    await context.send(Message(title, [[lots]]))
    for seat in seats:
        await context.send((await _usher(context, seat)).line(seat))
    await show_open_ballots(context)


async def _change(
    context: Context,
    use_case: Callable[Concatenate[Session, bytes, int, P], Seat],
    assembly_id: int,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Seat | None:
    """Let the person answer, and show how it stands. None where nothing can be answered any more."""
    language = await _language(context)
    try:
        done = await context.once(use_case, context.index, assembly_id, *args, **kwargs)
    except AssemblyPast:
        await context.answer(Message(context.text("invitation_past", language)))
        return None
    except AssemblyCancelled:
        await context.answer(Message(context.house.translator.text("seats.cancelled", language)))
        return None
    if done is None:  # it was done before, and something else may have been said since
        own = await context.read(get_own_seat, context.index, assembly_id)
        done = own[0]
    await context.answer((await _usher(context, done)).answered(done))
    return done


async def _language(context: Context) -> str:
    language = await context.language()
    if language is None:
        raise NotEnrolled
    return language


async def _usher(context: Context, seat: Seat) -> Usher:
    house = context.house
    return Usher(seat.assembly, house.translator, await _language(context), house.settings.zone)


async def _send_calendar(context: Context, seat: Seat) -> None:
    content = calendar_file(seat.assembly, await _language(context))
    caption = (await _usher(context, seat)).calendar_caption()
    await context.bot.send_document(context.chat_id, content, filename="asamblea.ics", caption=caption)
