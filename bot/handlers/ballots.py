"""Votes of the room in the chat: yes or no, the order of the agenda, and the minutes afterwards."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from sqlalchemy.orm import Session

from bot.ballot_data import CastBallot, GetMinutes, TickPoint
from bot.balloting import BallotTeller
from bot.context import Context
from core.people import NotEnrolled
from deliberation.assembly_day.balloting import (
    NotInTheRoom,
    Paper,
    cast_vote,
    get_paper,
    list_open_papers,
    tick_option,
)
from deliberation.assembly_day.minutes import get_confirmed_minutes
from deliberation.assembly_day.minutes_pdf import render_pdf
from deliberation.assembly_day.minutes_wording import word_minutes

P = ParamSpec("P")


async def on_cast_ballot(context: Context, payload: CastBallot) -> None:
    """The person says yes, no, or neither. The last answer counts; the same again changes nothing."""
    await _vote(context, cast_vote, payload.ballot_id, payload.answer)


async def on_tick_point(context: Context, payload: TickPoint) -> None:
    """A point that should come first. A button says what it ticks, so that a repeated tap ticks it once."""
    await _vote(context, tick_option, payload.ballot_id, str(payload.point), on=payload.on)


async def on_get_minutes(context: Context, payload: GetMinutes) -> None:
    """The minutes as a PDF, in the language of the person."""
    language = await _language(context)
    house = context.house
    card = await context.read(get_confirmed_minutes, payload.minutes_id)
    await context.stop_wheel()
    unit, zone = house.settings.unit_name, house.settings.zone
    minutes = word_minutes(card, language, house.translator, unit=unit, zone=zone)
    pdf = await asyncio.to_thread(render_pdf, minutes)
    name = house.translator.text("ballots.minutes_file", language, number=card.number)
    await context.say(lambda: context.bot.send_document(context.chat_id, pdf, filename=name))


async def show_open_ballots(context: Context) -> None:
    """What the room where the person is votes on now: for who came in after it was announced."""
    language = await _language(context)
    for paper in await context.read(list_open_papers, context.index):
        await context.send(BallotTeller(context.house.translator, language).paper(paper))


async def _vote(
    context: Context,
    use_case: Callable[Concatenate[Session, bytes, int, str, P], Paper],
    ballot_id: int,
    value: str,
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    language = await _language(context)
    translator = context.house.translator
    try:
        paper = await context.once(use_case, context.index, ballot_id, value, *args, **kwargs)
        if paper is None:  # it was done before: show it again
            paper = await context.read(get_paper, context.index, ballot_id)
    except NotInTheRoom:
        await context.stop_wheel(translator.text("errors.not_in_the_room", language))
        return
    await context.answer(BallotTeller(translator, language).paper(paper))


async def _language(context: Context) -> str:
    language = await context.language()
    if language is None:
        raise NotEnrolled
    return language
