"""Pictures and films of a workbook: shown before the question to which they belong."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session
from telegram import InputMediaPhoto, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.callback_data import OnQuestion, decode
from bot.context import Context
from core.database import Database
from i18n.localized import pick
from surveys.conversation.turns import Ask
from surveys.places import find_place
from surveys.questionnaire import Media
from surveys.speech.passages import CHOICES_AT_ONCE
from surveys.speech.recordings import KeptFile, find_kept_file, note_kept_file_id, read_kept_file
from surveys.steps import Asked, Step

_GROUP = 10
"""Pictures that Telegram takes together."""
_CAPTION = 1024
_log = logging.getLogger("rimay.bot")


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture or film. `caption` names the choice that it stands for, with its number."""

    file: KeptFile
    caption: str = ""

    @property
    def is_film(self) -> bool:
        """Whether it moves."""
        return self.file.media_type.startswith("video/")

    @property
    def name(self) -> str:
        """A name that says what it is; the workbook's own may say anything."""
        return self.file.media_type.replace("/", ".")


def arrives(context: Context, step: Step) -> bool:
    """Whether a question comes on screen that was not there: what belongs to it is shown once."""
    query = context.incoming.callback_query
    tapped = decode((query and query.data) or "")
    same = isinstance(tapped, OnQuestion) and isinstance(step, Asked) and tapped.turn == step.turn
    return isinstance(step, Asked) and not (same or step.stale or step.ask.refusal)


async def show_media(context: Context, step: Step) -> bool:
    """Show what the workbook puts beside a question, if anything. What did not come along is passed over."""
    if not isinstance(step, Asked) or not isinstance(step.ask, Ask):
        return False
    named = list(_named(step.ask, step.language))
    if not named:
        return False
    shown = await context.read(_find, context.index, step.consultation_id, named)
    single = [each for each in shown if not each.caption or each.is_film]
    choices = [each for each in shown if each.caption and not each.is_film]
    try:
        for each in single:
            await _send(context, each)
        for start in range(0, len(choices), _GROUP):
            await _send_together(context, choices[start : start + _GROUP])
    except Forbidden:
        raise
    except TelegramError as error:  # the question is asked all the same
        _log.warning("what belongs to a question did not get through: %s", type(error).__name__)
    return bool(shown)


def _named(ask: Ask, language: str) -> Iterator[tuple[str, str]]:
    """Names of files with their captions, in the order of the screen."""
    for media in (*ask.beside, ask.question.media):
        yield from ((name, "") for name in _names(media, language))
    for number, choice in enumerate(ask.choices[:CHOICES_AT_ONCE], start=1):
        label = pick(choice.label, language).text or choice.value
        yield from ((name, f"{number}. {label}"[:_CAPTION]) for name in _names(choice.media, language))


def _names(media: Media, language: str) -> Iterator[str]:
    """The picture, the large one where there is one, and the film."""
    picture = media.get("big-image") or media.get("image") or {}
    for kind in (picture, media.get("video", {})):
        if name := pick(kind, language).text:
            yield name


def _find(db: Session, chat_index: bytes, consultation_id: int, named: list[tuple[str, str]]) -> list[Shown]:
    place = find_place(db, chat_index, consultation_id)
    if place is None:
        return []
    found = ((find_kept_file(db, place.questionnaire_id, name), caption) for name, caption in named)
    return [Shown(file, caption) for file, caption in found if file is not None]


async def _send(context: Context, shown: Shown) -> None:
    """By the id that Telegram has given it; else, or where that is forgotten, the file itself."""
    if shown.file.file_id is not None:
        try:
            await _post(context, shown, shown.file.file_id)
        except BadRequest:
            pass
        else:
            return
    content = await context.read(read_kept_file, shown.file)
    try:
        message = await _post(context, shown, content)
    except BadRequest:  # too large, or too narrow, to be shown as a picture
        await context.say(lambda: context.bot.send_document(context.chat_id, content, caption=shown.caption))
        return
    await _remember(context.house.database, shown, message)


async def _post(context: Context, shown: Shown, what: str | bytes) -> Message:
    send = context.bot.send_video if shown.is_film else context.bot.send_photo
    return await context.say(lambda: send(context.chat_id, what, caption=shown.caption, filename=shown.name))


async def _send_together(context: Context, choices: list[Shown]) -> None:
    """The pictures of choices as one album; one alone, or an album that is refused, one after the other."""
    if len(choices) > 1:
        try:
            messages = await context.say(lambda: _post_together(context, choices))
        except BadRequest:
            pass
        else:
            await asyncio.gather(
                *(
                    _remember(context.house.database, shown, message)
                    for shown, message in zip(choices, messages, strict=False)
                    if shown.file.file_id is None
                )
            )
            return
    for shown in choices:
        await _send(context, shown)


async def _post_together(context: Context, choices: list[Shown]) -> tuple[Message, ...]:
    album = []
    for shown in choices:
        picture = shown.file.file_id
        what = await context.read(read_kept_file, shown.file) if picture is None else picture
        album.append(InputMediaPhoto(what, caption=shown.caption, filename=shown.name))
    return await context.bot.send_media_group(context.chat_id, album)


async def _remember(database: Database, shown: Shown, message: Message) -> None:
    sent = message.video if message.video else (message.photo or (None,))[-1]
    if sent is not None:
        await database.run(note_kept_file_id, shown.file, sent.file_id)
