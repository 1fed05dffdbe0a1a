"""Read aloud: what is on screen as voice messages, which Telegram keeps so that the second person costs no upload."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from functools import partial

from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.callback_data import ReadOut
from bot.context import Context
from bot.message import Button
from i18n.speech import Unspoken, seconds_of
from i18n.translator import Translator
from surveys.conversation.turns import Ask, AskRepeat
from surveys.questionnaire import Localized, Media
from surveys.speech.passages import (
    CHOICES_AT_ONCE,
    Part,
    read_chat,
    read_choices,
    read_question,
    read_repeat,
    read_text,
)
from surveys.speech.playlist import Track
from surveys.speech.recordings import Sound, note_file_id
from surveys.steps import Asked, Ready

_AT_ONCE = 3
"""Voice messages sent one right after the other; then one a second, as Telegram wants it."""
_FORBIDDEN = "voice_messages_forbidden"
"""Who takes no voice messages from anybody gets the same as a piece of music."""
_RECORDED_CHOICES = 10
"""Up to so many choices with recordings of their own are played one by one."""


def parts_of(step: Asked | Ready, translator: Translator, page: int) -> list[Part]:
    """What is on screen, in the order in which it is read."""
    language = step.language
    if isinstance(step, Ready):
        sending = Part("", "chat", read_chat("sending", language, translator), {})
        return [*_notes(step.notes, (), language), sending]
    ask = step.ask
    beside = ask.beside if isinstance(ask, Ask) else ()
    notes = _notes(ask.notes, beside, language)
    if isinstance(ask, AskRepeat):
        return [*notes, Part(ask.path, "again", read_repeat(ask.group.label, language, translator), {})]
    most = ask.limits.get("maximum")
    read = read_question(ask.question, language, translator, most=most if isinstance(most, int) else None)
    asked = Part(ask.path, "question", read, ask.question.media.get("audio", {}))
    return [*notes, asked, *_choices(ask, language, translator, page)]


def _notes(notes: Sequence[Localized], beside: Sequence[Media], language: str) -> list[Part]:
    count = max(len(notes), len(beside))
    texts, media = [*notes, *[{}] * (count - len(notes))], [*beside, *[{}] * (count - len(beside))]
    return [
        Part("", "note", read_text(text, language), heard.get("audio", {}))
        for text, heard in zip(texts, media, strict=True)
    ]


def _choices(ask: Ask, language: str, translator: Translator, page: int) -> list[Part]:
    first = page * CHOICES_AT_ONCE
    shown = ask.choices[first : first + CHOICES_AT_ONCE]
    recorded = [choice.media.get("audio", {}) for choice in shown]
    if not any(recorded) or len(shown) > _RECORDED_CHOICES:
        return [Part(ask.path, "choices", read_choices(ask.choices, language, translator, page), {})]
    return [
        Part(ask.path, "choices", read_choices(ask.choices, language, translator, page, only=place), audio)
        for place, audio in enumerate(recorded)
    ]


def listen_to(context: Context, text: str, *languages: str) -> list[list[Button]]:
    """A row with the buttons that read out what the chat itself says; none where nothing can be spoken."""
    if not context.can_speak:
        return []
    label = partial(context.text, "button_listen")
    return [[Button(label(language), ReadOut(text, language)) for language in languages]]


async def read_aloud(context: Context, tracks: Sequence[Track], language: str) -> bool:
    """Send everything that is to be heard. False, and the tap says so, where nothing could be said.

    The buttons move from the tapped message to the last voice: who has listened answers right below it, and what
    comes next comes below that.
    """
    sent = 0
    try:
        async for sound, is_last in _sounds(context, tracks):
            if sent == 0:
                await context.stop_wheel()
            elif sent >= _AT_ONCE:
                await asyncio.sleep(1)
            await _send(context, sound, _buttons(context) if is_last else None)
            sent += 1
            if is_last:
                await _take_buttons_away(context)
    except Unspoken:
        pass  # a language that the machine does not speak, a program that is gone or stuck
    if sent == 0:
        await context.stop_wheel(context.text("listen_failed", language))
    return sent > 0


async def _sounds(context: Context, tracks: Sequence[Track]) -> AsyncIterator[tuple[Sound, bool]]:
    """Each sound, and whether it is the last."""
    speaker = context.house.speaker
    if speaker is None:
        return
    for number, track in enumerate(tracks, start=1):
        if track.file is not None:
            try:
                yield await speaker.play(track.file, track.language), number == len(tracks)
            except Unspoken:
                pass
            else:
                continue
        for place, passage in enumerate(track.passages, start=1):
            is_last = number == len(tracks) and place == len(track.passages)
            yield await speaker.say(passage, keep=track.kept), is_last


def _buttons(context: Context) -> InlineKeyboardMarkup | None:
    """Those of the tapped message, where Telegram still shows it."""
    query = context.incoming.callback_query
    return query.message.reply_markup if query is not None and isinstance(query.message, Message) else None


async def _take_buttons_away(context: Context) -> None:
    query = context.incoming.callback_query
    if query is not None and _buttons(context) is not None:
        with suppress(BadRequest):  # the message is gone, or the buttons are
            await query.edit_message_reply_markup()


async def _send(context: Context, sound: Sound, buttons: InlineKeyboardMarkup | None) -> None:
    post = partial(context.bot.send_voice, context.chat_id, reply_markup=buttons)
    if sound.file_id is not None:
        try:
            await context.say(partial(post, sound.file_id))
        except BadRequest:  # Telegram has forgotten it, or it was another bot's: it is uploaded once more
            pass
        else:
            return
    seconds = max(1, round(seconds_of(sound.content)))
    try:
        message = await context.say(partial(post, sound.content, duration=seconds, filename="voice.ogg"))
    except BadRequest as error:
        if _FORBIDDEN not in str(error).lower():
            raise
        play = partial(context.bot.send_audio, context.chat_id, sound.content, reply_markup=buttons)
        await context.say(partial(play, duration=seconds, filename="rimay.ogg"))
        return
    if sound.digest is not None and message.voice is not None:
        await context.house.database.run(note_file_id, sound, message.voice.file_id)
