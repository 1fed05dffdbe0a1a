"""The door of an assembly in the chat: the code of who comes, and coming in without an invitation."""

import asyncio
import logging

from telegram.error import Forbidden, TelegramError

from bot.callback_data import TakeUp
from bot.context import Context
from bot.door_data import GetEntryCode
from bot.message import Button, Message
from bot.voting_data import TakePart
from core.errors import NotFound
from core.people import NotEnrolled
from deliberation.assemblies.assembly import AssemblyCancelled, AssemblyPast
from deliberation.assembly_day.codes import OwnCode, get_own_code, spoken
from deliberation.assembly_day.walk_in import Entry, WalkIn, come_again, opens_an_assembly, walk_in
from deliberation.opinions.places import list_deliberations_for
from i18n.dates import format_local_date, format_time
from i18n.localized import pick
from surveys.paper.qr_codes import qr_png
from surveys.responses import list_open

_MOST = 3
"""Buttons of a kind under one message."""

_log = logging.getLogger("rimay.bot")


async def on_get_entry_code(context: Context, payload: GetEntryCode) -> None:
    """The person's code, to be read out or scanned: the same one however often it is asked for."""
    language = await context.language()
    if language is None:
        raise NotEnrolled
    house = context.house
    try:
        own = await house.database.run(get_own_code, context.index, payload.assembly_id, house.vault)
    except (NotFound, AssemblyCancelled, AssemblyPast):  # the button is old: the seat, or the day, is gone
        await context.stop_wheel(house.translator.text("doors.no_code", language))
        return
    await context.stop_wheel()
    await _show_code(context, own, language)


async def _show_code(context: Context, own: OwnCode, language: str) -> None:
    """As a picture with the code in words under it; in words alone where no picture gets through."""
    house = context.house
    title = pick(own.assembly.title, language).text
    told = house.translator.text("doors.own_code", language, title=title, code=spoken(own.code))
    address = f"{house.settings.public_url}/door#{own.code}" if house.settings.public_url else own.code
    try:
        async with house.hands:
            picture = await asyncio.to_thread(qr_png, address)
        await context.say(
            lambda: context.bot.send_photo(context.chat_id, picture, caption=told, filename="rimay.png")
        )
    except Forbidden:
        raise
    except (TelegramError, OSError) as error:
        _log.warning("a code for the door did not get through as a picture: %s", type(error).__name__)
        await context.send(Message(told))


async def find_join_code(context: Context, code: str | None) -> str | None:
    """The code, if it is on the wall of some assembly."""
    return code if code is not None and await context.read(opens_an_assembly, code) else None


async def come_in(context: Context, code: str, language: str) -> None:
    """Somebody who takes part is at an assembly: join, and say what can be done there."""
    found = await context.once(walk_in, context.index, code)
    if found is None:  # done before, or all that was done of it is that a newcomer consented
        found = await context.house.database.run(come_again, context.index, code)
    if found is not None:
        await context.send(Message(_said(context, found, language), await _rows(context, found, language)))


def _said(context: Context, found: WalkIn, language: str) -> str:
    zone, about = context.house.settings.zone, found.assembly
    return context.house.translator.text(
        "doors.entry_" + found.entry,
        language,
        title=pick(about.title, language).text,
        date=format_local_date(about.starts_at, language, zone, weekday=True),
        time=format_time(found.opens_at, zone),
    )


async def _rows(context: Context, found: WalkIn, language: str) -> list[list[Button]]:
    """What the assembly asks; where it asks nothing of its own, what is asked anyway. Also for who found no room."""
    if found.entry not in (Entry.JOINED, Entry.FULL):
        return []
    zone, text = context.house.settings.zone, context.house.translator.text
    lines = [each for each in await context.read(list_open, context.index, zone) if each.state != "finished"]
    votings = await context.read(list_deliberations_for, context.index, zone)
    lines = [each for each in lines if each.id == found.consultation_id] or lines
    votings = [each for each in votings if each.id in found.deliberations] or votings
    rows = [
        [Button(text("doors.answer", language, title=pick(each.title, language).text), TakeUp(each.id))]
        for each in lines[:_MOST]
    ]
    return rows + [
        [Button(text("doors.vote", language, title=pick(each.title, language).text), TakePart(each.id))]
        for each in votings[:_MOST]
    ]
