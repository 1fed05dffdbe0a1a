"""Coming in: language, what this is, consent. Nothing is stored before the consent."""

from bot.callback_data import Consent, Language
from bot.context import Context
from bot.handlers.consultations import show_open, show_place
from bot.handlers.doors import come_in, find_join_code
from bot.handlers.lottery import ask_to_join, word_brought
from bot.handlers.own_data import on_leave_command
from bot.handlers.services import offer_of_help
from bot.listening import listen_to
from bot.message import Button, Message
from core.entry_links import count_coming, enrol_by_link, find_link, readable_code
from core.people import enrol, reach_again, speak
from core.tables import Participant

CONSENT_VERSION = "2026-11"
"""Changes with the text of the consent, so that it is known what each person agreed to."""


async def on_start(context: Context) -> None:
    """`/start`: a newcomer chooses a language; who takes part already is welcomed back. Either may come by a link."""
    language = await context.language()
    code = readable_code(" ".join(context.args or ()))
    join_code = await find_join_code(context, code)
    if language is None:
        context.house.newcomers.ask_again(context.index)
        if join_code is not None:
            context.house.newcomers.come_to(context.index, join_code)
        elif (word := word_brought(context)) is not None:
            context.house.newcomers.come_home(context.index, word)
        else:
            await _come_by_link(context, code)
        await context.answer(await greeting(context))
        return
    if join_code is not None:
        await context.house.database.run(reach_again, context.index)
        await come_in(context, join_code, language)
        return
    await context.once(reach_again, context.index)
    if (word := word_brought(context)) is not None:
        await ask_to_join(context, word)
        return
    unit = context.house.settings.unit_name
    await context.send(Message(context.text("welcome_back", language, unit=unit)))
    await show_open(context, language)


async def _come_by_link(context: Context, code: str | None) -> None:
    """Count the newcomer for the link whose code they bring, once. A code that opens nothing is passed over."""
    link_id = None if code is None else await context.read(find_link, code)
    if link_id is None:
        return
    newcomers = context.house.newcomers
    if not newcomers.has_come_by(context.index, link_id):
        await context.once(count_coming, link_id)
    newcomers.come_by(context.index, link_id)


async def greeting(context: Context) -> Message:
    """What stands before the consent: the first message, in every language at once, or what was chosen by it.

    Whoever writes something while they read what this is, reads it again, and is not asked for the language twice.
    """
    language = context.house.newcomers.language_of(context.index)
    if language is not None:
        return await _introduction(context, language)
    unit = context.house.settings.unit_name
    text = context.house.translator.in_every_language("chat.welcome", unit=unit)
    languages = context.house.translator.languages
    rows = [_languages(context), *await offer_of_help(context, *languages)]
    return Message(text, [*rows, *listen_to(context, "welcome", *languages)])


async def on_language_command(context: Context) -> None:
    """`/idioma`: the two buttons again."""
    context.house.newcomers.ask_again(context.index)
    text = context.house.translator.in_every_language("chat.language_question")
    await context.answer(Message(text, [_languages(context)]))


async def on_language(context: Context, payload: Language) -> None:
    """A language was tapped: by a newcomer, who now reads what this is, or by someone who changes theirs."""
    language = payload.language
    if await context.language() is None:
        newcomers = context.house.newcomers
        newcomers.remember(context.index, language)
        if payload.link_id is not None:  # after a restart the button alone knows it
            newcomers.come_by(context.index, payload.link_id)
        if payload.join_code is not None:
            newcomers.come_to(context.index, payload.join_code)
        if payload.household is not None:
            newcomers.come_home(context.index, payload.household)
        await context.answer(await _introduction(context, language))
        return
    await context.once(speak, context.index, language)
    text = context.text("language_changed", language)
    await context.answer(Message(_with_kichwa_notice(context, text, language)))
    await show_place(context, language)


async def on_consent(context: Context, payload: Consent) -> None:
    """Yes: the person is stored, and the consultation begins. No: nothing is, and the door stays open."""
    language = payload.language
    known = await context.language() is not None
    if not payload.given:
        context.house.newcomers.ask_again(context.index)
        if known:
            await on_leave_command(context)  # "nothing is stored" would not be true
        else:
            help_there = await offer_of_help(context, language)
            await context.answer(Message(context.text("consent_refused", language), help_there))
        return
    join_code = payload.join_code or context.house.newcomers.join_code_of(context.index)
    word = payload.household or context.house.newcomers.household_of(context.index)
    new = await _enrol(context, payload)
    context.house.newcomers.forget(context.index)
    if known and new is not None:
        await context.stop_wheel()  # tapped twice: the first tap is being answered
        return
    await context.answer(Message(context.text("consent_given", language)))
    if word is not None:
        await ask_to_join(context, word)
    if join_code is not None and await find_join_code(context, join_code):
        await come_in(context, join_code, language)
    else:
        await show_open(context, language, resume=True)


async def _enrol(context: Context, payload: Consent) -> Participant | None:
    """Store the person, counted for the link that they came by, if any. None where this tap did so before."""
    link_id = payload.link_id
    if link_id is None:
        link_id = context.house.newcomers.link_of(context.index)
    agreed = context.contact, payload.language, CONSENT_VERSION, context.house.settings.zone
    if link_id is None:
        return await context.once(enrol, *agreed)
    return await context.once(enrol_by_link, link_id, *agreed)


async def _introduction(context: Context, language: str) -> Message:
    way = _way_of(context)
    unit = context.house.settings.unit_name
    parts = [
        context.text("introduction", language, unit=unit),
        context.text("minors", language),
        context.text("consent_question", language),
    ]
    text = _with_kichwa_notice(context, "\n\n".join(parts), language)
    yes = Button(context.text("button_consent_yes", language), Consent(True, language, *way))
    no = Button(context.text("button_consent_no", language), Consent(False, language, *way))
    rows = [[yes], [no], *await offer_of_help(context, language)]
    return Message(text, [*rows, *listen_to(context, "introduction", language)])


def _with_kichwa_notice(context: Context, text: str, language: str) -> str:
    if language != "qu":
        return text
    return text + "\n\n" + context.house.translator.in_every_language("chat.kichwa_review")


def _languages(context: Context) -> list[Button]:
    way = _way_of(context)
    return [
        Button(context.text("language_" + language, language), Language(language, *way))
        for language in context.house.translator.languages
    ]


def _way_of(context: Context) -> tuple[int | None, str | None, str | None]:
    """The link, or the code on the wall of an assembly, by which a newcomer came last; and their household."""
    newcomers = context.house.newcomers
    join_code = newcomers.join_code_of(context.index)
    link_id = newcomers.link_of(context.index) if join_code is None else None
    return link_id, join_code, newcomers.household_of(context.index)
