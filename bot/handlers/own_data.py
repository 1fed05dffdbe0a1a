"""A person's own data: how they are kept, what they are, leaving, and erasing them."""

import secrets
from datetime import date

from bot import attending
from bot.balloting import BallotTeller
from bot.callback_data import Erase, Leave
from bot.context import Context
from bot.deliberating import Words
from bot.handlers import lottery
from bot.handlers.consultations import show
from bot.handlers.empty_seat import list_seat_lines
from bot.handlers.services import offer_of_help
from bot.listening import listen_to
from bot.message import Button, Message
from core.clock import today
from core.people import stop_reaching
from deliberation.assemblies.own_data import OwnAttendance, list_own_attendances
from deliberation.assemblies.own_lots import OwnLots, get_own_lots
from deliberation.assembly_day.balloting import OwnBallot, list_own_ballots
from deliberation.opinions.own_votes import OwnVoting, erase_person, list_own_votings
from i18n.dates import format_date
from i18n.localized import pick
from surveys.own_data import Answered, OwnData, own_data
from surveys.questionnaire import Kind
from surveys.responses import pause, stand


async def on_privacy(context: Context) -> None:
    """`/privacidad`: for anybody, in both languages for who has not chosen one."""
    language = await context.language()
    house = context.house
    params = {
        "threshold": house.settings.disclosure_threshold,
        "contact": house.settings.unit_name,
    }
    if language is None:
        await context.send(Message(house.translator.in_every_language("chat.privacy", **params)))
    else:
        await context.send(Message(context.text("privacy", language, **params)))


async def on_help(context: Context) -> None:
    """`/ayuda`: for anybody."""
    language = await context.language()
    translator, contact = context.house.translator, context.house.settings.unit_name
    languages = translator.languages if language is None else (language,)
    text = "\n\n".join(context.text("help", each, contact=contact) for each in languages)
    help_there = await offer_of_help(context, *languages)
    await context.send(Message(text, [*help_there, *listen_to(context, "help", *languages)]))


async def on_leave_command(context: Context) -> None:
    """`/salir`: later, no more messages, or erase."""
    language = await context.language()
    if language is None:
        await context.send(Message(context.house.translator.in_every_language("chat.mydata_nothing")))
        return
    rows = [
        [Button(context.text("button_leave_" + way, language), Leave(way))]
        for way in ("later", "stop", "erase", "stay")
    ]
    await context.answer(Message(context.text("leave_question", language), rows))


async def on_leave(context: Context, payload: Leave) -> None:
    """What the person prefers."""
    language = await context.language()
    if language is None:
        await context.stop_wheel()
    elif payload.way == "later":
        await context.once(pause, context.index)
        await context.answer(Message(context.text("paused", language)))
    elif payload.way == "stop":
        await context.once(pause, context.index)
        await context.house.database.run(stop_reaching, context.index)
        await context.answer(Message(context.text("left", language)))
    elif payload.way == "erase":
        await on_erase_command(context)
    else:
        await show(
            context,
            await context.once(stand, context.index, context.house.settings.zone),
        )


async def on_erase_command(context: Context) -> None:
    """`/borrar`: asks once more."""
    language = await context.language()
    if language is None:
        text = context.house.translator.in_every_language("chat.mydata_nothing")
        await context.answer(Message(text))
        return
    text = context.text("erase_question", language) + "\n\n" + context.text("erase_closed", language)
    yes = Button(context.text("button_erase_yes", language), Erase(True))
    no = Button(context.text("button_erase_no", language), Erase(False))
    await context.answer(Message(text, [[yes], [no]]))


async def on_erase(context: Context, payload: Erase) -> None:
    """Erased, with a receipt that names nobody; or nothing is."""
    language = await context.language()
    if language is None:
        await context.stop_wheel()
        return
    if not payload.confirmed:
        await context.answer(Message(context.text("erase_kept", language)))
        return
    await context.once(erase_person, context.index)
    await context.house.database.scrub()
    day = format_date(today(context.house.settings.zone), language)
    receipt = secrets.token_hex(4).upper()
    await context.answer(Message(context.text("erased", language, date=day, receipt=receipt)))


async def on_own_data(context: Context) -> None:
    """`/misdatos`: all that is kept of the person."""
    data = await context.read(own_data, context.index)
    if data is None:
        await context.send(Message(context.house.translator.in_every_language("chat.mydata_nothing")))
        return
    votings = await context.read(list_own_votings, context.index)
    attendances = await context.read(list_own_attendances, context.index)
    ballots = await context.read(list_own_ballots, context.index)
    lots = await context.read(get_own_lots, context.index)
    seats = await list_seat_lines(context, data.language)
    told = _lines(context, data, lots, votings, attendances, ballots, seats)
    await context.send(Message("\n".join(told)))


def _lines(
    context: Context,
    data: OwnData,
    lots: OwnLots,
    votings: list[OwnVoting],
    attendances: list[OwnAttendance],
    ballots: list[OwnBallot],
    seats: list[str],
) -> list[str]:
    language = data.language
    consented = format_date(data.consented_on, language)
    lines = [
        context.text("mydata", language),
        context.text(
            "mydata_language",
            language,
            language=context.text("language_" + language, language),
        ),
        context.text("mydata_consent", language, date=consented),
    ]
    counted = lottery.own_data(lots, context.house.translator, language)
    if data.profile or counted:
        lines += ["", context.text("mydata_profile", language)]
        lines += [*(_answer(context, answered, language) for answered in data.profile), *counted]
    for consultation in data.consultations:
        title = pick(consultation.title, language).text
        state = context.text("state_" + consultation.state, language)
        lines += ["", context.text("mydata_consultation", language, title=title, state=state)]
        lines += [_answer(context, answered, language) for answered in consultation.answers]
    words = Words(context.house.translator, language)
    for voting in votings:
        lines += ["", *words.own_data(voting)]
    for kept in attendances:
        house = context.house
        lines += ["", *attending.own_data(kept, house.translator, language, house.settings.zone)]
    teller = BallotTeller(context.house.translator, language)
    for own in ballots:
        lines += ["", *teller.own_data(own)]
    lines += seats
    closed = [consultation.state == "closed" for consultation in data.consultations]
    if any(closed) or any(voting.is_closed for voting in votings):
        lines += ["", context.text("mydata_unlinked", language)]
    return [*lines, "", context.text("mydata_end", language)]


def _answer(context: Context, answered: Answered, language: str) -> str:
    value = _file(context, answered, language) if answered.sent else _value(answered, language)
    return f"· {pick(answered.label, language).text} {value}"


def _file(context: Context, answered: Answered, language: str) -> str:
    """That it is kept; and in words what was written down of a voice note."""
    kept = context.text("mydata_sent_" + answered.kind.value, language)
    return f"{kept} «{answered.value}»" if answered.value else kept


def _value(answered: Answered, language: str) -> str:
    value = answered.value
    if not isinstance(value, str):
        return ", ".join(pick(part, language).text for part in value)
    match answered.kind:
        case Kind.DATE:
            return format_date(date.fromisoformat(value), language)
        case Kind.TIME:
            return value[:5]
        case Kind.GEOPOINT:
            return ", ".join(value.split()[:2])
    return value
