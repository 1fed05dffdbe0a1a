"""What people send: fetched from Telegram, cleaned, sealed, and stored as the answer to the question on screen."""

import asyncio
from dataclasses import replace

from telegram import Audio, Document, Message, PhotoSize, Video, VideoNote, Voice
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.context import Context
from bot.handlers.consultations import show
from bot.handlers.deliberations import say_not_taken, show_proposal
from bot.handlers.rest import on_unsupported
from bot.message import Message as Said
from core.sealing import Vault
from core.updates import seen
from deliberation.opinions.places import VotingPlace, find_writing
from deliberation.opinions.proposing import SPOKEN, SealedNote, propose_note
from surveys.attachments import SealedFile, answer_with_file
from surveys.conversation.turns import Ask, Refusal, Show
from surveys.conversation.validation import may_be_sent, unsuited
from surveys.questionnaire import Kind, Question
from surveys.received.contents import LARGEST, receive
from surveys.responses import say
from surveys.steps import Asked, NothingOpen

Medium = PhotoSize | Voice | Audio | Video | VideoNote | Document

_PATIENCE = 60.0
"""Seconds between two pieces of a file."""
_TOO_HEAVY = Refusal("too_heavy", {"limit": LARGEST // 1024 // 1024})


async def on_attachment(context: Context) -> None:
    """The person sent a photo, a voice note, a film or a file: the answer, if the question takes it.

    It is fetched and looked at before anything is written, and no transaction is open meanwhile: a process that
    dies has stored nothing, and the update comes again.
    """
    house, message = context.house, context.incoming.effective_message
    if await context.read(seen, context.incoming.update_id):
        await show(context, None)
        return
    if message is not None and message.media_group_id in house.albums:
        await _say_one_only(context, message)
        return
    medium = _medium(message)
    writing = await context.read(find_writing, context.index)
    if writing is not None and medium is not None:
        await _propose(context, writing, medium)
        return
    step = await house.database.run(say, context.index, Show(), house.settings.zone)
    if isinstance(step, NothingOpen) or medium is None:
        await on_unsupported(context)
    elif not isinstance(step, Asked):
        await show(context, step)
    elif not isinstance(step.ask, Ask):
        await _refuse(context, step, Refusal("not_a_choice"))
    else:
        await _answer(context, step, step.ask.question, medium)


async def _answer(context: Context, asked: Asked, question: Question, medium: Medium) -> None:
    house = context.house
    async with house.hands:
        file = _objection(question, medium) or await _fetch(context, question, medium)
        step = (
            None
            if isinstance(file, Refusal)
            else await context.once(answer_with_file, context.index, asked, file, house.settings.zone)
        )
    if isinstance(file, Refusal):
        await _refuse(context, asked, file)
    else:
        message = context.incoming.effective_message
        if message is not None and message.media_group_id:
            house.albums.add(message.media_group_id)
        await show(context, step)


async def _propose(context: Context, writing: VotingPlace, medium: Medium) -> None:
    """The voice note is a statement of the person's. Anything else is not, and they may try again."""
    house = context.house
    async with house.hands:
        file = _objection(SPOKEN, medium) or await _fetch(context, SPOKEN, medium)
        if isinstance(file, Refusal):
            await say_not_taken(context, writing, file)
            return
        note = SealedNote(file.media_type, file.sealed)
        about = context.index, writing.deliberation_id
        step = await context.once(propose_note, *about, note, house.settings.zone)
    await show_proposal(context, step)


async def _say_one_only(context: Context, message: Message) -> None:
    """Of several photos sent at once the first was the answer. Said with the second, and not again."""
    language = await context.language()
    if language and context.house.albums.add(f"told {message.media_group_id}"):
        await context.send(Said(context.text("one_of_several", language)))


def _medium(message: Message | None) -> Medium | None:
    """The file of a message; of a photo, the largest of its sizes."""
    if message is None:
        return None
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height)
    return message.voice or message.audio or message.video or message.video_note or message.document


def _objection(question: Question, medium: Medium) -> Refusal | None:
    """Why it need not be fetched at all. What a document holds is not known before."""
    match medium:
        case PhotoSize():
            possible = [Kind.IMAGE]
        case Voice() | Audio():
            possible = [Kind.AUDIO]
        case Video() | VideoNote():
            possible = [Kind.VIDEO]
        case _:
            possible = [Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE]
    if not any(may_be_sent(question, each) for each in possible):
        return unsuited(question)
    return _TOO_HEAVY if (medium.file_size or 0) > LARGEST else None


async def _fetch(context: Context, question: Question, medium: Medium) -> SealedFile | Refusal:
    try:
        file = await context.bot.get_file(medium.file_id)
        content = bytes(await file.download_as_bytearray(read_timeout=_PATIENCE))
    except Forbidden:
        raise
    except BadRequest as error:
        return _TOO_HEAVY if "too big" in str(error).lower() else Refusal("not_received")
    except TelegramError:
        return Refusal("not_received")
    return await asyncio.to_thread(_looked_at, content, question, context.house.vault)


def _looked_at(content: bytes, question: Question, vault: Vault) -> SealedFile | Refusal:
    """Cleaned and sealed, in a thread: it takes seconds for a film."""
    found = receive(content, question)
    if isinstance(found, Refusal):
        return found
    return SealedFile(found.kind, found.media_type, len(found.content), vault.seal_bytes(found.content))


async def _refuse(context: Context, asked: Asked, refusal: Refusal) -> None:
    """The question again, with what was wrong. Nothing was changed."""
    await show(context, replace(asked, ask=replace(asked.ask, refusal=refusal)))
