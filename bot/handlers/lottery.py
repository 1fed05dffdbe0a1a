"""`/sorteo`: what of a person counts in lotteries: with whom they live, by a word, and their opinion group."""

from collections.abc import Iterator

from bot.context import Context
from bot.lottery_data import BeginHousehold, CountGroup, JoinHousehold, LeaveHousehold, ShowLots
from bot.message import Button, Message
from core.errors import RimayError
from deliberation.assemblies.households import (
    HouseholdFull,
    HouseholdUnknown,
    NotWilling,
    begin_household,
    join_household,
    leave_household,
    readable_word,
)
from deliberation.assemblies.opinion_groups import agree_that_group_counts
from deliberation.assemblies.own_lots import OwnLots, get_own_lots
from i18n.translator import Translator

START = "hogar_"
"""Before a word in the address that opens the chat; no other code there has such a sign."""


async def on_lots_command(context: Context) -> None:
    """What counts; with a word behind it, whether the person lives with who has it."""
    typed = " ".join(context.args or ())
    own = await context.read(get_own_lots, context.index)
    if not typed:
        await context.send(await _standing(context, own))
    elif (word := readable_word(typed)) is None:
        await context.send(Message(_say(context, own, "seats.lots_word_unclear")))
    else:
        await ask_to_join(context, word)


def word_brought(context: Context) -> str | None:
    """The word that somebody comes with who opened an address of a household."""
    code = " ".join(context.args or ())
    return readable_word(code.removeprefix(START)) if code.startswith(START) else None


async def ask_to_join(context: Context, word: str) -> None:
    """Nothing is kept before the person says so: an address may be opened by mistake."""
    own = await context.read(get_own_lots, context.index)
    yes = Button(_say(context, own, "seats.button_home_join"), JoinHousehold(word))
    no = Button(_say(context, own, "seats.button_home_refuse"), ShowLots())
    await context.send(Message(_say(context, own, "seats.lots_join", word=word), [[yes], [no]]))


async def on_show_lots(context: Context, _payload: ShowLots) -> None:
    """What counts, in place of what was asked."""
    await _show(context)


async def on_begin_household(context: Context, _payload: BeginHousehold) -> None:
    """A word for those one lives with."""
    try:
        await context.once(begin_household, context.index)
    except NotWilling as refusal:
        await _refuse(context, refusal)
        return
    await _show(context)


async def on_join_household(context: Context, payload: JoinHousehold) -> None:
    """The person lives with those who have the word."""
    try:
        await context.once(join_household, context.index, payload.word)
    except NotWilling as refusal:  # the button stays: the consultation may ask for it in a moment
        await _refuse(context, refusal, payload)
        return
    except (HouseholdUnknown, HouseholdFull) as refusal:
        await _refuse(context, refusal)
        return
    await _show(context)


async def on_leave_household(context: Context, _payload: LeaveHousehold) -> None:
    """They live together no more, or the person wants nothing of it to be kept."""
    await context.once(leave_household, context.index)
    await _show(context)


async def on_count_group(context: Context, payload: CountGroup) -> None:
    """Whether the opinion group counts."""
    if await context.once(agree_that_group_counts, context.index, agrees=payload.agrees) is False:
        await context.house.database.scrub()
    await _show(context)


def own_data(own: OwnLots, translator: Translator, language: str) -> list[str]:
    """What is kept of it, a line each."""
    lines = []
    if own.household.word:
        lines.append(translator.text("seats.kept_home", language, word=own.household.word))
    if own.group_counts:
        lines.append(translator.text("seats.kept_group", language))
    return lines


async def _show(context: Context) -> None:
    own = await context.read(get_own_lots, context.index)
    await context.answer(await _standing(context, own))


async def _refuse(context: Context, refusal: RimayError, again: JoinHousehold | None = None) -> None:
    own = await context.read(get_own_lots, context.index)
    rows = [] if again is None else [[Button(_say(context, own, "seats.button_home_join"), again)]]
    await context.answer(Message(_say(context, own, f"errors.{refusal.code}", **refusal.params), rows))


async def _standing(context: Context, own: OwnLots) -> Message:
    """Both, each with the button that changes it. What was agreed to before can always be taken back."""
    paragraphs = [_say(context, own, "seats.lots")]
    if not own.willing:
        paragraphs.append(_say(context, own, "seats.lots_unwilling"))
    if own.willing or own.household.word:
        paragraphs.append(_home(context, own))
    if own.willing or own.group_counts:
        paragraphs.append(
            _say(context, own, "seats.lots_group_yes" if own.group_counts else "seats.lots_group_no")
        )
    return Message("\n\n".join(paragraphs), [[button] for button in _buttons(context, own)])


def _home(context: Context, own: OwnLots) -> str:
    household = own.household
    if not household.word:
        return _say(context, own, "seats.lots_home_none")
    link = f"https://t.me/{context.bot.username}?start={START}{household.word}"
    return context.house.translator.plural(
        "seats.lots_home", own.language, household.people, word=household.word, link=link
    )


def _buttons(context: Context, own: OwnLots) -> Iterator[Button]:
    if own.household.word:
        yield Button(_say(context, own, "seats.button_home_leave"), LeaveHousehold())
    elif own.willing:
        yield Button(_say(context, own, "seats.button_home_begin"), BeginHousehold())
    if own.group_counts:
        yield Button(_say(context, own, "seats.button_group_no"), CountGroup(False))
    elif own.willing:
        yield Button(_say(context, own, "seats.button_group_yes"), CountGroup(True))


def _say(context: Context, own: OwnLots, key: str, **params: object) -> str:
    return context.house.translator.text(key, own.language, **params)
