"""Voice notes: a queue for who can listen, and a page on which one is heard, written down and translated."""

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.ranges import Openings, hand_over
from api.reader import Reader
from api.security import Author, Posted, Visiting
from api.services import Services
from core.errors import Conflict, Forbidden, NotFound
from deliberation.voices.hearing import Hearing
from deliberation.voices.originals import HEARING_REASONS, write_down_and_look
from deliberation.voices.redaction import in_words, redaction_words
from surveys.consultations import ConsultationCard, get_consultation
from surveys.conversation.written_words import clean
from surveys.spoken import SpokenCard, Transcript, get_sound, list_spoken

router = APIRouter()

_LANGUAGES = ("es", "qu", "mixed", "other")
_LONGEST = 10_000
"""Letters: a voice note of ten minutes."""
_MARKS = {"waiting": "here", "written": "done", "set_aside": "past"}
_ORDER = {state: place for place, state in enumerate(_MARKS)}


@dataclass(frozen=True, slots=True)
class Note:
    """A voice note as the page shows it. The number names it for people; its place in a random order is no secret."""

    card: SpokenCard
    number: int
    question: Markup
    state: str
    mark: str
    size: str


def _spoken(db: Session, consultation_id: int) -> tuple[ConsultationCard, list[SpokenCard]]:
    return get_consultation(db, consultation_id), list_spoken(db, consultation_id)


def _notes(reader: Reader, cards: list[SpokenCard]) -> list[Note]:
    """Those that wait come first."""
    notes = [
        Note(
            card=card,
            number=number,
            question=reader.local(card.label),
            state=reader.text("media.state_" + card.state),
            mark=_MARKS[card.state],
            size=reader.text("media.kilobytes", size=reader.number(max(1, round(card.size / 1000)))),
        )
        for number, card in enumerate(cards, 1)
    ]
    return sorted(notes, key=lambda note: (_ORDER[note.card.state], note.number))


def _around(reader: Reader, card: ConsultationCard) -> dict[str, Any]:
    return {
        "here": "consultations",
        "id": card.id,
        "title": reader.local(card.title),
        "plain_title": reader.plain(card.title),
    }


@router.get("/consultations/{consultation_id}/spoken")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """The voice notes of a consultation, those that wait first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, cards = await services.database.read(_spoken, consultation_id)
    notes = _notes(reader, cards)
    waiting = [note for note in notes if note.card.state == "waiting"]
    return await pages.show(
        request,
        "voices/spoken.html",
        **_around(reader, card),
        notes=notes,
        waiting=reader.plural("media.waiting_count", len(waiting)) if waiting else "",
        first=waiting[0].card.id if waiting else "",
    )


@router.get("/consultations/{consultation_id}/spoken/{voice_id}")
async def show_note(
    request: Request,
    visitor: Visiting,
    account: Author,
    consultation_id: int,
    voice_id: str,
    reason: str = "",
) -> Response:
    """A voice note, to be heard and written down. Once it is written, hearing it again asks for a reason."""
    services: Services = request.app.state.services
    card, cards = await services.database.read(_spoken, consultation_id)
    note = _find(_notes(visitor.reader, cards), voice_id)
    words = redaction_words(services.translator, visitor.reader.language)
    spoken = note.card
    typed = {
        "words": in_words(spoken.text, words),
        "language": spoken.language if spoken.language in _LANGUAGES else "",
        "translation": in_words(spoken.translation, words),
    }
    if spoken.state == "waiting":
        typed["language"] = ""  # it is guessed until somebody has listened
    return await _page(request, visitor.reader, card, note, FormState(typed), reason=reason)


async def _page(
    request: Request,
    reader: Reader,
    card: ConsultationCard,
    note: Note,
    form: FormState,
    *,
    status: int = 200,
    theirs: SpokenCard | None = None,
    reason: str = "",
) -> Response:
    pages: Pages = request.app.state.pages
    words = redaction_words(reader.translator, reader.language)
    return await pages.show(
        request,
        "voices/spoken_note.html",
        status=status,
        **_around(reader, card),
        note=note,
        form=form,
        languages=[(code, reader.language_name(code)) for code in _LANGUAGES],
        theirs=in_words(theirs.text, words) if theirs else "",
        taken=theirs is not None,
        sound=_sound_of(card, note, reason),
        reasons=[(each, reader.text("testimony.reason_" + each)) for each in HEARING_REASONS],
    )


def _sound_of(card: ConsultationCard, note: Note, reason: str) -> str:
    """Where the sound is; nowhere, while a note that is written down is asked for without a reason."""
    here = f"/consultations/{card.id}/spoken/{note.card.id}/sound"
    if note.card.state != "written":
        return here
    return f"{here}?reason={reason}" if reason in HEARING_REASONS else ""


@router.post("/consultations/{consultation_id}/spoken/{voice_id}")
async def save(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    voice_id: str,
) -> Response:
    """Keep what was heard, then on to the next note that waits. Who was overtaken is told, and loses nothing."""
    services: Services = request.app.state.services
    reader = visitor.reader
    fields = Fields(given, reader)
    transcript = _transcript(fields, reader)
    if not fields.wrong:
        try:
            await services.database.run(
                write_down_and_look,
                consultation_id,
                voice_id,
                transcript,
                seen=fields.raw("seen"),
                hear=Hearing(services.vault),
                account_id=account.account_id,
            )
        except Conflict:
            fields.refuse("words", "media.taken")
        else:
            return await _onward(request, services, consultation_id)
    card, cards = await services.database.read(_spoken, consultation_id)
    note = _find(_notes(reader, cards), voice_id)
    taken = fields.raw("seen") != note.card.seen
    return await _page(
        request,
        reader,
        card,
        note,
        fields.state,
        status=409 if taken else 422,
        theirs=note.card if taken else None,
    )


def _transcript(fields: Fields, reader: Reader) -> Transcript:
    """What was typed; nothing, where the button says that nobody could understand it."""
    if fields.raw("heard") == "no":
        return Transcript("", "", "")
    words = fields.text("words", "media.words", limit=_LONGEST)
    language = fields.choice("language", _LANGUAGES)
    translation = fields.text("translation", "media.translation", optional=True, limit=_LONGEST)
    return Transcript(_typed(words, reader), language, _typed(translation, reader))


def _typed(text: str, reader: Reader) -> str:
    """Without what no document holds; what was covered before, and is shown in words, is a mark again."""
    text = clean(text)
    for kind, word in redaction_words(reader.translator, reader.language).items():
        text = text.replace(f"[{word}]", f"[{kind}]")
    return text


async def _onward(request: Request, services: Services, consultation_id: int) -> Response:
    cards = await services.database.read(list_spoken, consultation_id)
    waiting = next((f"/{card.id}" for card in cards if card.state == "waiting"), "")
    return redirect(request, f"/consultations/{consultation_id}/spoken{waiting}?done=saved")


def _find(notes: list[Note], voice_id: str) -> Note:
    for note in notes:
        if note.card.id == voice_id:
            return note
    raise NotFound


@router.get("/consultations/{consultation_id}/spoken/{voice_id}/sound")
async def sound(
    request: Request, account: Author, consultation_id: int, voice_id: str, reason: str = ""
) -> Response:
    """The sound itself, for the player. Who begins to listen is noted, with the reason where one is needed."""
    services: Services = request.app.state.services
    media_type, sealed = await services.database.read(get_sound, consultation_id, voice_id)
    cards = await services.database.read(list_spoken, consultation_id)
    written = any(each.id == voice_id and each.state == "written" for each in cards)
    if written and reason not in HEARING_REASONS:
        raise Forbidden
    openings: Openings = request.app.state.openings
    act = f"listen_{reason}" if written else "listen"
    await openings.note(request, act, account.account_id, consultation_id, voice_id)
    content = await asyncio.to_thread(services.vault.open_bytes, sealed)
    return hand_over(request, content, media_type=media_type, disposition="inline")
