"""`Escuchar`: what is on screen is read aloud. Voice messages come before anything the same person asks for next."""

from bot.callback_data import Listen, Payload, ReadOut, encode
from bot.context import Context
from bot.handlers.consultations import show
from bot.listening import parts_of, read_aloud
from surveys.conversation.turns import Show
from surveys.responses import tap
from surveys.speech.passages import read_chat
from surveys.speech.playlist import Track, playlist_of
from surveys.steps import Asked, Ready, Tap


async def on_listen(context: Context, payload: Listen) -> None:
    """The question on screen. Of one that has passed: the person is shown where they stand."""
    if await just_heard(context, payload):
        return
    house = context.house
    own = Tap(payload.consultation_id, payload.turn, Show())
    step = await context.once(tap, context.index, own, house.settings.zone)
    if not isinstance(step, Asked | Ready) or (isinstance(step, Asked) and step.stale):
        await show(context, step, payload.page)
        return
    parts = parts_of(step, house.translator, payload.page)
    wanted = payload.consultation_id, parts, step.language, house.translator
    tracks = await context.read(playlist_of, context.index, *wanted)
    await read_out(context, payload, tracks, step.language)


async def on_read_out(context: Context, payload: ReadOut) -> None:
    """What the chat itself says: to anybody, also before they take part. Nothing about them is kept."""
    if await just_heard(context, payload):
        return
    house, language = context.house, payload.language
    passages = read_chat(payload.text, language, house.translator, house.settings.unit_name)
    await read_out(context, payload, [Track(language, passages, kept=True)], language)


async def just_heard(context: Context, payload: Payload) -> bool:
    """Whether the same was asked for moments ago, and is on its way or there."""
    if context.house.lately.add((context.chat_id, encode(payload))):
        return False
    await context.stop_wheel()
    return True


async def read_out(context: Context, payload: Payload, tracks: list[Track], language: str) -> None:
    """Read it aloud. Should nothing be heard, the button may be tapped again at once."""
    heard = False
    try:
        heard = await read_aloud(context, tracks, language)
    finally:
        if not heard:
            context.house.lately.forget((context.chat_id, encode(payload)))
