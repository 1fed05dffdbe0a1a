"""You and others: a small picture of the opinion groups, and the same in words for who sees none."""

import asyncio
import logging
from collections.abc import Iterator
from functools import lru_cache

from telegram.error import Forbidden, TelegramError

from bot.context import Context
from bot.deliberating import Words
from bot.message import Message
from deliberation.opinions.drawing import MapWords, draw_map, letter_of
from deliberation.opinions.nearness import Agreed, Nearness, SeenGroup
from deliberation.opinions.pictures import png_of
from i18n.dates import format_number
from i18n.localized import pick

_CAPTION = 1024
"""Letters under a picture, as Telegram counts them."""
_KEPT = 64
"""Pictures of which this process remembers what they look like: people in no place of their own see the same one."""

_log = logging.getLogger("rimay.bot")


async def show_nearness(context: Context, nearness: Nearness) -> bool:
    """Show what there is to say: under a picture where it fits there, else below it. True: it was shown."""
    words = Words(context.house.translator, nearness.language)
    told = "\n\n".join(_told(words, nearness))
    rows = [[words.go_on(nearness.deliberation_id)]]
    if nearness.map is None:
        await context.send(Message(told, rows))
        return True
    shows = words.text("nearness_picture" if nearness.you is None else "nearness_picture_you")
    caption = f"{told}\n\n{shows}"
    fits = len(caption.encode("utf-16-le")) // 2 <= _CAPTION
    message = Message(caption, rows) if fits else Message(shows)
    if not await _send_picture(context, words, nearness, message) or not fits:
        await context.send(Message(told, rows))
    return True


async def _send_picture(context: Context, words: Words, nearness: Nearness, under: Message) -> bool:
    """False where no picture could be shown: the words say the same."""
    svg = draw_map(
        nearness.map or {}, _map_words(words, nearness), you=nearness.you, you_group=nearness.your_group
    )
    try:
        async with context.house.hands:
            picture = await asyncio.to_thread(_drawn, svg)
        await context.say(
            lambda: context.bot.send_photo(
                context.chat_id,
                picture,
                caption=under.text,
                reply_markup=under.markup,
                filename="opiniones.png",
            )
        )
    except Forbidden:
        raise
    except (TelegramError, ValueError, OSError) as error:
        _log.warning("an opinion map did not get through: %s", type(error).__name__)
        return False
    return True


@lru_cache(_KEPT)
def _drawn(svg: str) -> bytes:
    return png_of(svg)


def _told(words: Words, nearness: Nearness) -> Iterator[str]:
    groups = {group.number: group for group in nearness.groups}
    if nearness.map is None:
        yield words.text("nearness_so_far")
        yield from (_counted(words, each) for each in nearness.agreed)
        return
    mine = groups.get(nearness.your_group or 0)
    if mine is None:
        yield words.text("nearness_unknown")
    else:
        yield words.text("nearness_group", group=_name(words, mine))
        if nearness.says is not None:
            yield words.text("nearness_says", statement=_words_of(words, nearness.says))
    if nearness.agreed:
        agreed = "\n".join(f"· «{_words_of(words, each)}»" for each in nearness.agreed)
        yield f"{words.text('nearness_agreed')}\n{agreed}"


def _counted(words: Words, agreed: Agreed) -> str:
    facts = {"agree": format_number(agreed.agree), "of": format_number(agreed.of)}
    return words.text("nearness_counted", statement=_words_of(words, agreed), **facts)


def _words_of(words: Words, agreed: Agreed) -> str:
    return words.of(agreed.text, agreed.written_in)


def _map_words(words: Words, nearness: Nearness) -> MapWords:
    return MapWords(
        title=words.text("map_title"),
        description=words.text("nearness_picture" if nearness.you is None else "nearness_picture_you"),
        groups={group.number: _line(words, group) for group in nearness.groups},
        you=words.text("map_you") if nearness.you is not None else "",
    )


def _line(words: Words, group: SeenGroup) -> str:
    name = words.text("map_group", group=_name(words, group))
    if group.size is None:
        return name
    return words.text("map_group_people", group=name, people=format_number(group.size))


def _name(words: Words, group: SeenGroup) -> str:
    """Its letter, and what an organiser called it."""
    letter, name = letter_of(group.number), pick(group.name, words.language).text
    return f"{letter}, «{name}»" if name else letter
