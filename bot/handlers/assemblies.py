"""Invitations in the chat: yes or no, the calendar file, and changing one's mind."""

from bot.announcements import describe
from bot.callback_data import Attend
from bot.context import Context
from bot.message import Button, Message
from core.people import NotEnrolled
from deliberation.assemblies.assembly import (
    AssemblyPast,
    Seat,
    answer_invitation,
    list_own_invitations,
)
from deliberation.assemblies.calendar import calendar_file


async def on_attend(context: Context, payload: Attend) -> None:
    """The person comes, or cannot. The last answer counts; the same again changes nothing."""
    language = await context.language()
    if language is None:
        raise NotEnrolled
    database, assembly_id = context.house.database, payload.assembly_id
    try:
        seat = await context.once(answer_invitation, context.index, assembly_id, comes=payload.comes)
        if seat is None:
            seat = await database.run(answer_invitation, context.index, assembly_id, comes=payload.comes)
    except AssemblyPast:
        await context.answer(Message(context.text("invitation_past", language)))
        return
    await context.answer(_thanks(context, seat, language))
    if seat.answer == "yes" and seat.changed:
        await _send_calendar(context, seat, language)


async def on_assemblies(context: Context) -> None:
    """`/asambleas`: each with its buttons."""
    language = await context.language()
    if language is None:
        raise NotEnrolled
    seats = await context.read(list_own_invitations, context.index)
    title = context.text("assemblies" if seats else "no_assemblies", language)
    await context.send(Message(title))
    for seat in seats:
        buttons = attending(context, seat.assembly.id, language)
        await context.send(Message(_line(context, seat, language), buttons))


def attending(context: Context, assembly_id: int, language: str) -> list[list[Button]]:
    """The two buttons of an invitation."""
    yes = Button(context.text("button_attend_yes", language), Attend(assembly_id, True))
    no = Button(context.text("button_attend_no", language), Attend(assembly_id, False))
    return [[yes, no]]


def _thanks(context: Context, seat: Seat, language: str) -> Message:
    told = describe(seat.assembly, language, context.house.settings.zone)
    rows = attending(context, seat.assembly.id, language)
    match seat.answer:
        case "yes":
            facts = {name: told[name] for name in ("date", "time", "place")}
            return Message(context.text("invitation_accepted", language, **facts), [rows[0][1:]])
        case "waiting":
            return Message(context.text("invitation_waiting", language), [rows[0][1:]])
    return Message(context.text("invitation_declined", language), [rows[0][:1]])


def _line(context: Context, seat: Seat, language: str) -> str:
    told = describe(seat.assembly, language, context.house.settings.zone)
    state = context.text("attendance_" + ("open" if seat.answer == "none" else seat.answer), language)
    facts = {name: told[name] for name in ("title", "date", "time", "place")}
    return context.text("assembly_line", language, state=state, **facts)


async def _send_calendar(context: Context, seat: Seat, language: str) -> None:
    content = calendar_file(seat.assembly, language)
    caption = context.text("calendar_caption", language)
    await context.bot.send_document(context.chat_id, content, filename="asamblea.ics", caption=caption)
