"""The consultation in the chat: every handler decodes, asks a use case what happened, and shows it."""

import asyncio
from dataclasses import replace

from bot.callback_data import OnQuestion, Quoting, SendIn, TakeUp, Withdraw
from bot.context import Context
from bot.deliberating import Words
from bot.media import arrives, show_media
from bot.message import Button, Message
from bot.questions import render_question, render_ready
from bot.voting_data import TakePart
from core.people import NotEnrolled
from deliberation.opinions.places import elsewhere, find_following, list_deliberations_for
from i18n.dates import format_date
from i18n.localized import pick
from surveys.conversation.turns import Located
from surveys.responses import list_open, say, stand, take_up, tap
from surveys.steps import (
    AlreadySent,
    Asked,
    Closed,
    ConsultationLine,
    NothingOpen,
    Ready,
    Step,
    Submitted,
    Tap,
)
from surveys.submission import allow_quoting, send_in


async def on_location(context: Context) -> None:
    """The person sent a place."""
    message = context.incoming.effective_message
    if message is None or message.location is None:
        return
    where = Located(message.location.latitude, message.location.longitude)
    await show(context, await context.once(say, context.index, where, context.house.settings.zone))


async def on_question(context: Context, payload: OnQuestion) -> None:
    """A button under a question was tapped."""
    own = Tap(payload.consultation_id, payload.turn, payload.move)
    step = await context.once(elsewhere, context.index, tap, own, context.house.settings.zone)
    await show(context, step, payload.page)


async def on_take_up(context: Context, payload: TakeUp) -> None:
    """Begin, or go on where one stopped."""
    zone = context.house.settings.zone
    await show(context, await context.once(take_up, context.index, payload.consultation_id, zone))


async def on_send_in(context: Context, payload: SendIn) -> None:
    """The answers are sent in. A second time it says the same."""
    house = context.house
    sending = context.index, payload.consultation_id, house.hear, house.settings.zone
    step = await context.once(send_in, *sending)
    await show(context, step or await house.database.run(send_in, *sending))


async def on_quoting(context: Context, payload: Quoting) -> None:
    """Whether the person's words may be shown."""
    language = await _language(context)
    kept = await context.once(allow_quoting, context.index, payload.consultation_id, allowed=payload.allowed)
    if kept is not False:
        key = "quote_allowed" if payload.allowed else "quote_kept_back"
        await context.answer(Message(context.text(key, language)))
    else:
        await context.stop_wheel(context.text("stale_button", language))


async def on_consultations(context: Context) -> None:
    """`/consultas`."""
    await show_open(context, await _language(context))


async def show_open(context: Context, language: str, *, resume: bool = False) -> None:
    """What can be answered now. With `resume`, a single unfinished consultation begins at once."""
    lines = await context.read(list_open, context.index, context.house.settings.zone)
    votings = await context.read(list_deliberations_for, context.index, context.house.settings.zone)
    unfinished = [line for line in lines if line.state != "finished"]
    if resume and len(unfinished) == 1:
        zone = context.house.settings.zone
        step = await context.house.database.run(take_up, context.index, unfinished[0].id, zone)
        if unfinished[0].state == "started":
            await context.send(Message(context.text("resumed", language)))
        await _show_below(context, step)
    elif lines:
        await context.send(_list(context, lines, language))
    elif not votings:
        await context.send(Message(context.text("nothing_open", language)))
    if votings and not (resume and len(unfinished) == 1):
        await context.send(Words(context.house.translator, language).deliberations(votings))


async def show_place(context: Context, language: str) -> None:
    """The question on screen once more, below; else what can be answered."""
    step = await _stand(context)
    if isinstance(step, NothingOpen):
        await show_open(context, language)
    else:
        await _show_below(context, step)


async def _show_below(context: Context, step: Step) -> None:
    await show_media(context, step)
    await context.send(_render(context, step))


async def show(context: Context, step: Step | None, page: int = 0) -> None:
    """Show what a use case says. None: this update has had its effect before; show where the person stands."""
    stale = isinstance(step, Asked) and step.stale
    if isinstance(step, NothingOpen) and context.incoming.callback_query is not None:
        stale, step = (
            True,
            None,
        )  # the button leads nowhere any more, and must not hide the question on screen
    step = step or await _stand(context)
    language = await _language(context) if isinstance(step, NothingOpen) else step.language
    if isinstance(step, NothingOpen):
        await context.answer(Message(context.text("not_understood", language)))
        return
    message, floating = (
        _render(context, step, page),
        context.text("stale_button", language) if stale else None,
    )
    if isinstance(step, Submitted):
        message = await _with_following(context, step, message)
    if arrives(context, step) and await show_media(context, step):
        await asyncio.gather(context.stop_wheel(floating), context.send(message))  # below what belongs to it
    else:
        await context.answer(message, floating)
    if isinstance(step, Submitted) and step.ask_to_quote:
        await context.send(_quote_question(context, step))


async def _with_following(context: Context, step: Submitted, thanks: Message) -> Message:
    """After a consultation: the deliberation that goes on from it, if there is one."""
    about = context.index, step.consultation_id
    following = await context.read(find_following, *about, context.house.settings.zone)
    if following is None:
        return thanks
    title = pick(following.title, step.language).text
    offer = context.text("voting_follows", step.language, title=title)
    start = Button(context.text("button_start_voting", step.language), TakePart(following.id))
    return replace(thanks, text=f"{thanks.text}\n\n{offer}", rows=[[start]])


async def _stand(context: Context) -> Step:
    return await context.house.database.run(stand, context.index, context.house.settings.zone)


def _render(context: Context, step: Step, page: int = 0) -> Message:
    match step:
        case Asked():
            return render_question(step, context.house.translator, page, can_speak=context.can_speak)
        case Ready():
            return render_ready(step, context.house.translator, can_speak=context.can_speak)
        case Submitted():
            return _thanks(context, step)
        case AlreadySent():
            again = Button(context.text("button_continue", step.language), TakeUp(step.consultation_id))
            title = pick(step.title, step.language).text
            return Message(context.text("already_finished", step.language, title=title), [[again]])
        case Closed():
            title = pick(step.title, step.language).text
            return Message(context.text("consultation_closed", step.language, title=title))
    raise TypeError(step)


def _thanks(context: Context, step: Submitted) -> Message:
    title = pick(step.title, step.language).text
    thanks = context.text("finished", step.language, title=title)
    if step.closes_on is None:
        return Message(thanks + "\n\n" + context.text("what_next_undated", step.language))
    day = format_date(step.closes_on, step.language)
    return Message(thanks + "\n\n" + context.text("what_next", step.language, date=day))


def _quote_question(context: Context, step: Submitted) -> Message:
    yes = Button(
        context.text("button_quote_yes", step.language),
        Quoting(step.consultation_id, True),
    )
    no = Button(
        context.text("button_quote_no", step.language),
        Quoting(step.consultation_id, False),
    )
    return Message(context.text("quote_question", step.language), [[yes], [no]])


def _list(context: Context, lines: list[ConsultationLine], language: str) -> Message:
    texts, rows = [context.text("consultations", language)], []
    for line in lines:
        title = pick(line.title, language).text
        state = context.text("state_" + line.state, language)
        text = context.text("consultation_line", language, title=title, state=state)
        if line.closes_on is not None:
            day = format_date(line.closes_on, language)
            text += " " + context.text("consultation_until", language, date=day)
        texts.append(text)
        key = "button_start" if line.state == "asked" else "button_continue"
        label = context.text(key, language) if len(lines) == 1 else title
        rows.append([Button(label, TakeUp(line.id))])
        if line.state != "asked":
            key = "button_withdraw" if len(lines) == 1 else "button_withdraw_one"
            rows.append([Button(context.text(key, language, title=title), Withdraw(line.id))])
    return Message("\n\n".join(texts), rows)


async def _language(context: Context) -> str:
    language = await context.language()
    if language is None:
        raise NotEnrolled
    return language
