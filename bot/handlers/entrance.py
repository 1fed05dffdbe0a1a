"""Coming in: language, what this is, consent. Nothing is stored before the consent."""

from bot.callback_data import Consent, Language
from bot.context import Context
from bot.handlers.consultations import show_open, show_place
from bot.handlers.own_data import on_leave_command
from bot.listening import listen_to
from bot.message import Button, Message
from core.people import enrol, reach_again, speak

CONSENT_VERSION = "2026-11"
"""Changes with the text of the consent, so that it is known what each person agreed to."""


async def on_start(context: Context) -> None:
    """`/start`: a newcomer chooses a language; who takes part already is welcomed back."""
    language = await context.language()
    if language is None:
        context.house.newcomers.forget(context.index)
        await context.answer(greeting(context))
        return
    await context.once(reach_again, context.index)
    unit = context.house.settings.unit_name
    await context.send(Message(context.text("welcome_back", language, unit=unit)))
    await show_open(context, language)


def greeting(context: Context) -> Message:
    """What stands before the consent: the first message, in every language at once, or what was chosen by it.

    Whoever writes something while they read what this is, reads it again, and is not asked for the language twice.
    """
    language = context.house.newcomers.language_of(context.index)
    if language is not None:
        return _introduction(context, language)
    unit = context.house.settings.unit_name
    text = context.house.translator.in_every_language("chat.welcome", unit=unit)
    return Message(
        text, [_languages(context), *listen_to(context, "welcome", *context.house.translator.languages)]
    )


async def on_language_command(context: Context) -> None:
    """`/idioma`: the two buttons again."""
    context.house.newcomers.forget(context.index)
    text = context.house.translator.in_every_language("chat.language_question")
    await context.answer(Message(text, [_languages(context)]))


async def on_language(context: Context, payload: Language) -> None:
    """A language was tapped: by a newcomer, who now reads what this is, or by someone who changes theirs."""
    language = payload.language
    if await context.language() is None:
        context.house.newcomers.remember(context.index, language)
        await context.answer(_introduction(context, language))
        return
    await context.once(speak, context.index, language)
    text = context.text("language_changed", language)
    await context.answer(Message(_with_kichwa_notice(context, text, language)))
    await show_place(context, language)


async def on_consent(context: Context, payload: Consent) -> None:
    """Yes: the person is stored, and the consultation begins. No: nothing is, and the door stays open."""
    language = payload.language
    known = await context.language() is not None
    context.house.newcomers.forget(context.index)
    if not payload.given:
        if known:
            await on_leave_command(context)  # "nothing is stored" would not be true
        else:
            await context.answer(Message(context.text("consent_refused", language)))
        return
    zone = context.house.settings.zone
    new = await context.once(enrol, context.contact, language, CONSENT_VERSION, zone)
    if known and new is not None:
        await context.stop_wheel()  # tapped twice: the first tap is being answered
        return
    await context.answer(Message(context.text("consent_given", language)))
    await show_open(context, language, resume=True)


def _introduction(context: Context, language: str) -> Message:
    unit = context.house.settings.unit_name
    parts = [
        context.text("introduction", language, unit=unit),
        context.text("minors", language),
        context.text("consent_question", language),
    ]
    text = _with_kichwa_notice(context, "\n\n".join(parts), language)
    yes = Button(context.text("button_consent_yes", language), Consent(True, language))
    no = Button(context.text("button_consent_no", language), Consent(False, language))
    return Message(text, [[yes], [no], *listen_to(context, "introduction", language)])


def _with_kichwa_notice(context: Context, text: str, language: str) -> str:
    if language != "qu":
        return text
    return text + "\n\n" + context.house.translator.in_every_language("chat.kichwa_review")


def _languages(context: Context) -> list[Button]:
    return [
        Button(context.text("language_" + language, language), Language(language))
        for language in context.house.translator.languages
    ]
