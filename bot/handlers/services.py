"""`/servicios`: help near by, for anybody. Need, canton, and what there is; nothing is kept of who looks for it."""

from bot.callback_data import encode
from bot.context import Context
from bot.handlers.listening import just_heard
from bot.message import Address, Button, Message, Rows
from bot.service_data import SPOKEN, WHERE, CallPlace, SeekHelp, SeekWhere, ShowHelp
from core.clock import now, today
from deliberation.actors.contacts import map_link
from deliberation.actors.directory import is_anything_offered
from deliberation.actors.finding import Help, count_search, find_help, get_help
from deliberation.actors.needs import EVERYWHERE, NEEDS
from deliberation.actors.wording import Telling
from i18n.localized import pick

_ON_A_PAGE = 3
_IN_A_ROW = 2


async def on_services(context: Context) -> None:
    """Who has chosen no language yet, is asked for it, and it is not kept."""
    language = await context.language() or context.house.newcomers.language_of(context.index)
    if not await context.read(is_anything_offered):
        translator = context.house.translator
        none = (
            translator.text("helping.none_at_all", language)
            if language
            else translator.in_every_language("helping.none_at_all")
        )
        await context.send(Message(none))
    elif language is None:
        text = context.house.translator.in_every_language("helping.chat_language")
        rows = [[Button(context.text("language_" + each, each), SeekHelp(each)) for each in SPOKEN]]
        await context.send(Message(text, rows))
    else:
        await context.send(_needs(_telling(context, language)))


async def offer_of_help(context: Context, *languages: str) -> Rows:
    """A row with the button that leads here, in each language; none where there is no help to be found."""
    if not await context.read(is_anything_offered):
        return []
    return [
        [
            Button(context.house.translator.text("helping.chat_button", language), SeekHelp(language))
            for language in languages
        ]
    ]


async def on_seek_help(context: Context, payload: SeekHelp) -> None:
    """With what?"""
    await context.answer(_needs(_telling(context, payload.language)))


async def on_seek_where(context: Context, payload: SeekWhere) -> None:
    """Where?"""
    telling, language = _telling(context, payload.language), payload.language
    buttons = [Button(telling.canton(canton), ShowHelp(language, payload.need, canton)) for canton in WHERE]
    back = Button(telling.text("helping.chat_other_need"), SeekHelp(language))
    text = telling.text("helping.chat_where", need=telling.need(payload.need))
    await context.answer(Message(text, [*_in_rows(buttons), [back]]))


async def on_show_help(context: Context, payload: ShowHelp) -> None:
    """What there is, a few at a time. The first page counts as a search: the month, the need, the canton."""
    found = await context.read(find_help, payload.need, payload.canton)
    if payload.page == 0:
        await _count(context, payload, bool(found))
    telling = _telling(context, payload.language)
    if not found:
        await context.answer(_nothing(telling, payload))
        return
    pages = -(-len(found) // _ON_A_PAGE)
    page = min(payload.page, pages - 1)
    shown = found[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
    title = telling.text(
        "helping.chat_found", need=telling.need(payload.need), canton=telling.canton(payload.canton)
    )
    cards = [_card(telling, page * _ON_A_PAGE + place, each) for place, each in enumerate(shown, start=1)]
    if pages > 1:
        cards.append(telling.text("helping.chat_page", page=page + 1, pages=pages))
    rows = [*_ways(telling, page * _ON_A_PAGE, shown), *_turning(telling, payload, page, pages)]
    await context.answer(Message("\n\n".join([title, *cards]), rows))


async def on_call_place(context: Context, payload: CallPlace) -> None:
    """A contact, which a telephone calls with one tap. Telegram has no buttons that call."""
    if await just_heard(context, payload):
        return
    found = await context.read(get_help, payload.place_id)
    await context.stop_wheel()
    phone, name = found.place.phone, found.offer.actor
    if phone is not None:
        await context.say(lambda: context.bot.send_contact(context.chat_id, phone, name[:64]))


async def _count(context: Context, payload: ShowHelp, found: bool) -> None:
    """Once, however often the same person looks at the same: only this process remembers that they did, for a while."""
    sought = f"{context.index.hex()} {encode(payload)}"
    if sought in context.house.sought:
        return
    day = today(context.house.settings.zone)
    await context.once(count_search, payload.need, payload.canton, found=found, today=day)
    context.house.sought.add(sought)


def _telling(context: Context, language: str) -> Telling:
    return Telling(context.house.translator, language, context.house.settings.zone)


def _needs(telling: Telling) -> Message:
    buttons = [Button(telling.need(need), SeekWhere(telling.language, need)) for need in NEEDS]
    return Message(telling.text("helping.chat_need"), _in_rows(buttons))


def _in_rows(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)]


def _nothing(telling: Telling, payload: ShowHelp) -> Message:
    language, need = payload.language, payload.need
    text = telling.text(
        "helping.chat_nothing", need=telling.need(need), canton=telling.canton(payload.canton)
    )
    rows = [[Button(telling.text("helping.chat_other_canton"), SeekWhere(language, need))]]
    if payload.canton != EVERYWHERE:
        rows.insert(0, [Button(telling.text("helping.chat_anywhere"), ShowHelp(language, need, EVERYWHERE))])
    return Message(text, [*rows, [Button(telling.text("helping.chat_other_need"), SeekHelp(language))]])


def _card(telling: Telling, number: int, found: Help) -> str:
    offer, place, language = found.offer, found.place, telling.language
    requirements = pick(offer.requirements, language).text
    hours = " · ".join(filter(None, (telling.hours(place), telling.open_now(place, now()))))
    labelled = (
        ("helping.card_where", telling.where(place)),
        ("helping.card_hours", hours),
        ("helping.card_languages", telling.languages(offer)),
        ("helping.card_requirements", requirements),
        ("helping.card_cost", telling.cost(offer)),
        ("helping.card_phone", telling.phone(place)),
    )
    lines = [
        f"{number}. {pick(offer.name, language).text} — {offer.actor}",
        pick(offer.description, language).text,
        *(telling.text(key, said=said) for key, said in labelled if said),
        telling.verified(offer.verified_on),
    ]
    return "\n".join(filter(None, lines))


def _ways(telling: Telling, before: int, shown: list[Help]) -> list[list[Button]]:
    """A row for each card: call, and see on the map, where that is known."""
    rows: list[list[Button]] = []
    for number, found in enumerate(shown, start=before + 1):
        row: list[Button] = []
        place = found.place
        if place.phone:
            call = CallPlace(telling.language, place.id)
            row.append(Button(telling.text("helping.chat_call", number=number), call))
        if place.latitude is not None and place.longitude is not None:
            there = Address(map_link(place.latitude, place.longitude))
            row.append(Button(telling.text("helping.chat_map", number=number), there))
        if row:
            rows.append(row)
    return rows


def _turning(telling: Telling, payload: ShowHelp, page: int, pages: int) -> list[list[Button]]:
    language, need = payload.language, payload.need
    turns = [
        Button(telling.text(key), ShowHelp(language, need, payload.canton, to))
        for key, to in (("helping.chat_before", page - 1), ("helping.chat_more", page + 1))
        if 0 <= to < pages
    ]
    others = [
        Button(telling.text("helping.chat_other_canton"), SeekWhere(language, need)),
        Button(telling.text("helping.chat_other_need"), SeekHelp(language)),
    ]
    return [turns, others] if turns else [others]
