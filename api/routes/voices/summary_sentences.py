"""One sentence of the summary: where it comes from, and other words for it."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.routes.voices.summaries import around
from api.security import Author, Posted, Visiting
from api.services import Services
from api.visitor import visitor_of
from core.errors import NotFound
from deliberation.voices.redaction import in_words, redaction_words
from deliberation.voices.summaries import Sentence, Standing, read_standing, word_sentence
from deliberation.voices.summary_wording import (
    LONGEST,
    NoSuggestion,
    Rephraser,
    computed_words,
    faults_of_suggestion,
    faults_of_wording,
    names_in,
    words_of,
)

router = APIRouter()

_PAGE = "/consultations/{consultation_id}/summary/{number}/{at}"
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Other words that were suggested, or why there are none."""

    language: str
    words: str = ""
    why: str = ""


def _find(standing: Standing, number: int, at: int) -> Sentence:
    """A sentence of the last summary; an older one has been replaced."""
    if standing.last is None or standing.last.number != number or not 0 <= at < len(standing.last.sentences):
        raise NotFound
    return standing.last.sentences[at]


@router.get(_PAGE)
async def show(
    request: Request, visitor: Visiting, account: Author, consultation_id: int, number: int, at: int
) -> Response:
    """The answers that it is counted from, and its words."""
    services: Services = request.app.state.services
    standing = await services.database.read(read_standing, consultation_id)
    sentence = _find(standing, number, at)
    typed = {
        f"words_{code}": words_of(sentence, standing.frame, services.translator, code) for code in LANGUAGES
    }
    return await _page(request, visitor.reader, standing, at, FormState(typed))


async def _page(
    request: Request,
    reader: Reader,
    standing: Standing,
    at: int,
    form: FormState,
    *,
    suggestion: Suggestion | None = None,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    services: Services = request.app.state.services
    assert standing.last is not None
    sentence = _find(standing, standing.last.number, at)
    computed = {
        code: computed_words(sentence.told, standing.frame, reader.translator, code) for code in LANGUAGES
    }
    covered = redaction_words(reader.translator, reader.language)
    said = {each.voice.id: each.voice for each in standing.heard.voices}
    answers = [said[answer] for answer in sentence.told.answers if answer in said]
    return await pages.show(
        request,
        "voices/summary_sentence.html",
        status=status,
        **around(reader, standing),
        number=standing.last.number,
        at=at,
        words=words_of(sentence, standing.frame, reader.translator, reader.language),
        computed=computed,
        answers=[
            (voice.id, voice.language if voice.language in LANGUAGES else "es", in_words(voice.text, covered))
            for voice in answers[:_SHOWN]
        ],
        answers_sentence=reader.plural("testimony.sentence_answers", len(sentence.told.answers)),
        more=max(0, len(answers) - _SHOWN),
        gone=len(sentence.told.answers) - len(answers),
        may_word=standing.fresh and standing.last.approved_at is None,
        can_suggest=services.wording is not None,
        suggestion=suggestion,
        may_open=(await visitor_of(request)).may("organiser"),
        form=form,
    )


@router.post(_PAGE + "/words")
async def word(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    number: int,
    at: int,
) -> Response:
    """Keep other words, where they say the same; left empty, or as computed, it is its own words again."""
    services: Services = request.app.state.services
    reader, fields = visitor.reader, Fields(given, visitor.reader)
    standing = await services.database.read(read_standing, consultation_id)
    sentence = _find(standing, number, at)
    wording = {}
    for code in LANGUAGES:
        typed = fields.text(f"words_{code}", "testimony.words", optional=True, limit=LONGEST)
        computed = computed_words(sentence.told, standing.frame, services.translator, code)
        if typed in ("", computed):
            continue
        for fault in faults_of_wording(typed, computed, names_in(sentence.told, standing.frame, code)):
            fields.refuse(f"words_{code}", "testimony.wording_" + fault)
        wording[code] = typed
    if fields.wrong:
        return await _page(request, reader, standing, at, fields.state, status=422)
    await services.database.run(
        word_sentence, consultation_id, number, at, wording, account_id=account.account_id
    )
    return redirect(request, f"/consultations/{consultation_id}/summary/{number}/{at}?done=sentence_worded")


@router.post(_PAGE + "/suggest")
async def suggest(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    number: int,
    at: int,
) -> Response:
    """Ask the connected model for other words. They stand beside what was typed; only what somebody takes is stored."""
    services: Services = request.app.state.services
    if services.wording is None:
        raise NotFound
    fields = Fields(given, visitor.reader)
    standing = await services.database.read(read_standing, consultation_id)
    sentence = _find(standing, number, at)
    language = fields.raw("suggest")
    if language not in LANGUAGES:
        raise NotFound
    suggestion = await _suggested(services.wording, visitor.reader, standing, sentence, language)
    return await _page(request, visitor.reader, standing, at, fields.state, suggestion=suggestion)


async def _suggested(
    wording: Rephraser, reader: Reader, standing: Standing, sentence: Sentence, language: str
) -> Suggestion:
    computed = computed_words(sentence.told, standing.frame, reader.translator, language)
    task = reader.translator.text("testimony.endpoint_task", language)
    try:
        words = await wording.suggest(task, computed)
    except NoSuggestion as nothing:
        return Suggestion(language, why=reader.text("testimony.suggestion_" + nothing.why))
    faults = faults_of_suggestion(words, computed, names_in(sentence.told, standing.frame, language))
    if faults:
        return Suggestion(language, why=reader.text("testimony.suggestion_wrong"))
    return Suggestion(language, words)
