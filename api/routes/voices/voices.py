"""Open answers: their tone in aggregate, their words, and the quotes that an organiser lets the council read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Bar
from api.forms import Fields
from api.pages import Pages, redirect
from api.reader import Reader, percent_of
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from core.errors import NotFound
from deliberation.voices.keywords import TellingWord, one_text_a_person, telling_words
from deliberation.voices.quotes import Answer, suggest_quotes
from deliberation.voices.redaction import in_words, redaction_words
from deliberation.voices.theme_quotes import judge_voice
from deliberation.voices.tone import Tone, tone_of
from i18n.language import Language
from surveys.attachments import count_files
from surveys.consultations import ConsultationCard, get_consultation
from surveys.spoken import count_spoken
from surveys.voices import VoiceCard, list_voices

router = APIRouter()

_SHOWN_AT_ONCE = 40
_TOO_FEW_FOR_TONE = 10
_STATES = {"none": ("waiting", "here"), "approved": ("approved", "done"), "refused": ("refused", "past")}
_ORDER = {"none": 0, "approved": 1, "refused": 2}


@dataclass(frozen=True, slots=True)
class Quote:
    """A voice whose author allows it to be shown, with what may be decided on it."""

    id: str
    number: int
    text: str
    language: str
    language_name: str
    state: str
    mark: str
    suggested: bool
    acts: list[tuple[str, str]]
    translation: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is read out of all voices together."""

    tone: Tone
    words: tuple[TellingWord, ...]
    suggested: frozenset[str]


@lru_cache(maxsize=16)
def _hear(voices: tuple[tuple[str, str, bool, str], ...], threshold: int) -> Heard:
    """Slow for many voices: runs in a thread, and is kept while the voices stay the same."""
    texts = [text for _, text, _, _ in voices]
    answers = [Answer(voice, text, quotable) for voice, text, quotable, _ in voices]
    suggested = {
        str(found.id)
        for language in (Language.SPANISH, Language.KICHWA)
        for found in suggest_quotes(answers, language)
    }
    people = one_text_a_person((person, text) for _, text, _, person in voices)
    words = telling_words(people, (), Language.SPANISH, threshold=threshold)
    return Heard(tone_of(texts), words, frozenset(suggested))


@dataclass(frozen=True, slots=True)
class Kept:
    """The voices that can be read; how many are only heard yet, of all that were spoken; how many files were sent."""

    card: ConsultationCard
    voices: list[VoiceCard]
    waiting: int
    spoken: int
    files: int


def _kept(db: Session, consultation_id: int) -> Kept:
    return Kept(
        get_consultation(db, consultation_id),
        list_voices(db, consultation_id),
        *count_spoken(db, consultation_id),
        count_files(db, consultation_id),
    )


@router.get("/consultations/{consultation_id}/voices")
async def show(
    request: Request, visitor: Visiting, account: Author, consultation_id: int, start: int = 0
) -> Response:
    """Tone and words of all voices, and the quotes, those that wait for a decision first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    kept = await services.database.read(_kept, consultation_id)
    card, voices = kept.card, kept.voices
    heard = await asyncio.to_thread(_hear, _texts(voices), services.settings.disclosure_threshold)
    may_judge = visitor.may("organiser")
    quotes = _quotes(reader, voices, heard.suggested, may_judge)
    start = max(0, start)
    onward = start + _SHOWN_AT_ONCE
    return await pages.show(
        request,
        "voices/voices.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        total=len(voices),
        total_sentence=reader.plural("console.voices_count", len(voices)),
        tone_bars=_tone_bars(reader, heard.tone),
        tone_caption=reader.text("console.tone_caption", whole=reader.number(_read(heard.tone))),
        words=[(word.word, reader.plural("console.words_count", word.people)) for word in heard.words],
        quotes=quotes[start:onward],
        quotes_sentence=_standing(reader, voices),
        quotable=len(quotes),
        more=f"/consultations/{card.id}/voices?start={onward}#quotes" if onward < len(quotes) else "",
        spoken=kept.spoken,
        waiting=reader.plural("media.waiting_count", kept.waiting) if kept.waiting else "",
        files=kept.files if may_judge else 0,
    )


def _texts(voices: Sequence[VoiceCard]) -> tuple[tuple[str, str, bool, str], ...]:
    return tuple((voice.id, voice.text, voice.may_quote, voice.response_id) for voice in voices)


def _read(tone: Tone) -> int:
    return tone.positive + tone.neutral + tone.negative + tone.unsure


def _tone_bars(reader: Reader, tone: Tone) -> list[Bar]:
    """None where so few were read that the tone of all would be the tone of one."""
    whole = _read(tone)
    if whole < _TOO_FEW_FOR_TONE:
        return []
    counted = (
        ("brief.tone_negative", tone.negative),
        ("brief.tone_neutral", tone.neutral),
        ("brief.tone_positive", tone.positive),
        ("brief.tone_unsure", tone.unsure),
    )
    return [
        Bar(
            reader.text(label),
            reader.text(
                "console.tone_share",
                part=reader.number(part),
                whole=reader.number(whole),
                percent=reader.percent(part, whole),
            ),
            percent_of(part, whole),
        )
        for label, part in counted
    ]


def _standing(reader: Reader, voices: Sequence[VoiceCard]) -> str:
    counted = [voice.quote for voice in voices if voice.may_quote]
    return reader.text(
        "console.quotes_sentence",
        approved=reader.number(counted.count("approved")),
        waiting=reader.number(counted.count("none")),
        refused=reader.number(counted.count("refused")),
    )


def _quotes(
    reader: Reader, voices: Sequence[VoiceCard], suggested: frozenset[str], may_judge: bool
) -> list[Quote]:
    """Only of authors who allowed it. A number names each for who cannot see the page."""
    quotable = [voice for voice in voices if voice.may_quote]
    numbered = list(enumerate(quotable, 1))
    numbered.sort(key=lambda each: (_ORDER[each[1].quote], each[1].id not in suggested, each[0]))
    return [_quote(reader, number, voice, voice.id in suggested, may_judge) for number, voice in numbered]


def _quote(reader: Reader, number: int, voice: VoiceCard, suggested: bool, may_judge: bool) -> Quote:
    state, mark = _STATES[voice.quote]
    approve = ("approve", reader.text("console.quote_approve"))
    refuse = ("refuse", reader.text("console.quote_refuse"))
    acts = {"none": [approve, refuse], "approved": [refuse], "refused": [approve]}[voice.quote]
    return Quote(
        id=voice.id,
        number=number,
        text=in_words(voice.text, redaction_words(reader.translator, reader.language)),
        language=voice.language if voice.language in ("es", "qu") else "es",
        language_name=reader.language_name(voice.language),
        state=reader.text("console.quote_" + state),
        mark=mark,
        suggested=suggested and voice.quote == "none",
        acts=acts if may_judge else [],
        translation=in_words(voice.translation, redaction_words(reader.translator, reader.language)),
    )


@router.post("/consultations/{consultation_id}/voices/{voice_id}")
async def judge(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    voice_id: str,
) -> Response:
    """Let the council read a voice, or not. htmx gets the card, a plain form the page."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    decision = Fields(given, visitor.reader).choice("decision", ("approve", "refuse"))
    voices = await services.database.run(
        _judge, consultation_id, voice_id, decision == "approve", account.account_id
    )
    if "hx-request" not in request.headers:
        return redirect(request, f"/consultations/{consultation_id}/voices#voice-{voice_id}")
    quotes = _quotes(visitor.reader, voices, frozenset(), True)
    quote = next(quote for quote in quotes if quote.id == voice_id)
    return await pages.show(request, "voices/voice.html", id=consultation_id, quote=quote)


def _judge(
    db: Session, consultation_id: int, voice_id: str, approved: bool, account_id: int
) -> list[VoiceCard]:
    if voice_id not in {voice.id for voice in list_voices(db, consultation_id)}:
        raise NotFound
    judge_voice(db, voice_id, approved, account_id)
    db.flush()
    return list_voices(db, consultation_id)
