"""Quotes by theme: suggested, approved or refused one by one, and put into the other language by interpreters."""

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
from api.reader import LANGUAGES, Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from deliberation.voices.filtering import Heard, hear_all
from deliberation.voices.redaction import in_words, redaction_words
from deliberation.voices.theme_quotes import (
    Found,
    QuoteCard,
    TranslatedMeanwhile,
    choose_quote,
    find_quotes,
    judge_theme_quote,
    list_choosable,
    list_theme_quotes,
    list_untranslated,
    names_of,
    offer_quotes,
    translate_quote,
)

router = APIRouter()

_LONGEST = 4000
_SHOWN = 50
_MARKS = {"suggested": "here", "approved": "done", "refused": "past"}


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote with what may be done with it. The number names it for who cannot see the page."""

    card: QuoteCard
    number: int
    theme: Markup
    text: str
    translation: str
    language: str
    stand: str
    state: str
    mark: str


def show_quotes(reader: Reader, cards: list[QuoteCard], heard: Heard) -> list[ShownQuote]:
    """Quotes as a page says them."""
    names, words = names_of(heard), redaction_words(reader.translator, reader.language)
    return [
        ShownQuote(
            card=card,
            number=number,
            theme=reader.local(names[card.theme_id]),
            text=in_words(card.text, words),
            translation=in_words(card.translation, words),
            language=card.language if card.language in LANGUAGES else "es",
            stand=reader.text("testimony.quote_" + card.stand),
            state=reader.text("testimony.quote_" + card.state),
            mark=_MARKS[card.state],
        )
        for number, card in enumerate(cards, 1)
    ]


def _read(db: Session, consultation_id: int) -> tuple[Heard, list[QuoteCard]]:
    heard = hear_all(db, consultation_id)
    return heard, list_theme_quotes(db, consultation_id, heard.codebook.into)


def _around(reader: Reader, heard: Heard) -> dict[str, Any]:
    return {
        "here": "consultations",
        "id": heard.card.id,
        "title": reader.local(heard.card.title),
        "plain_title": reader.plain(heard.card.title),
    }


@router.get("/consultations/{consultation_id}/quotes")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """The quotes of each theme, those that wait for a judgement first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    heard, cards = await services.database.read(_read, consultation_id)
    order = {"suggested": 0, "approved": 1, "refused": 2}
    quotes = show_quotes(reader, sorted(cards, key=lambda card: order[card.state]), heard)
    themes = [
        (theme, name, [quote for quote in quotes if quote.card.theme_id == theme])
        for theme, name in ((theme.id, reader.local(theme.name)) for theme in heard.codebook.themes)
    ]
    untranslated = len(list_untranslated(cards))
    return await pages.show(
        request,
        "voices/quotes.html",
        **_around(reader, heard),
        themes=themes,
        found=bool(cards),
        has_themes=bool(heard.codebook.themes),
        untranslated=reader.plural("testimony.quotes_untranslated", untranslated) if untranslated else "",
        may_judge=visitor.may("organiser"),
    )


@router.post("/consultations/{consultation_id}/quotes/find")
async def find(request: Request, account: Organiser, consultation_id: int) -> Response:
    """Look for answers that could speak for each theme."""
    services: Services = request.app.state.services
    heard = await services.database.read(hear_all, consultation_id)
    found = await asyncio.to_thread(find_quotes, heard)
    count = await services.database.run(offer_quotes, consultation_id, found, account_id=account.account_id)
    done = "quotes_found" if count else "quotes_none"
    return redirect(request, f"/consultations/{consultation_id}/quotes?done={done}")


@router.get("/consultations/{consultation_id}/quotes/choose/{theme_id}")
async def show_choosable(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int, theme_id: int
) -> Response:
    """The other answers of a theme whose authors allow it."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    heard, cards = await services.database.read(_read, consultation_id)
    theme = heard.codebook.theme(theme_id)
    answers = await asyncio.to_thread(list_choosable, heard, theme_id, cards)
    words = redaction_words(reader.translator, reader.language)
    return await pages.show(
        request,
        "voices/quote_choice.html",
        **_around(reader, heard),
        theme=theme.id,
        name=reader.local(theme.name),
        answers=[
            (
                each.voice.id,
                each.language if each.language in LANGUAGES else "es",
                in_words(each.voice.text, words),
            )
            for each in answers[:_SHOWN]
        ],
        more=max(0, len(answers) - _SHOWN),
    )


@router.post("/consultations/{consultation_id}/quotes/choose/{theme_id}")
async def choose(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """A person chooses an answer to speak for a theme."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    stand = "dissent" if fields.raw("stand") == "dissent" else "typical"
    found = Found(theme_id, fields.raw("voice"), stand)
    await services.database.run(choose_quote, consultation_id, found, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}/quotes?done=quotes_found")


@router.post("/consultations/{consultation_id}/quotes/{quote_id}")
async def judge(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    quote_id: int,
) -> Response:
    """Let it speak for its theme, or not."""
    services: Services = request.app.state.services
    approved = Fields(given, visitor.reader).raw("decision") == "approve"
    await services.database.run(
        judge_theme_quote, consultation_id, quote_id, approved, account_id=account.account_id
    )
    done = "quote_approved" if approved else "quote_refused"
    return redirect(request, f"/consultations/{consultation_id}/quotes?done={done}#quote-{quote_id}")


@router.get("/consultations/{consultation_id}/quotes/translate")
async def show_untranslated(
    request: Request, visitor: Visiting, account: Author, consultation_id: int
) -> Response:
    """The next quote that lacks the other language."""
    services: Services = request.app.state.services
    heard, cards = await services.database.read(_read, consultation_id)
    return await _translating(request, visitor.reader, heard, list_untranslated(cards), FormState())


async def _translating(
    request: Request,
    reader: Reader,
    heard: Heard,
    cards: list[QuoteCard],
    form: FormState,
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    quotes = show_quotes(reader, cards, heard)
    return await pages.show(
        request,
        "voices/quote_translation.html",
        status=status,
        **_around(reader, heard),
        quote=quotes[0] if quotes else None,
        waiting=reader.plural("testimony.quotes_untranslated", len(quotes)) if quotes else "",
        into="qu" if quotes and quotes[0].language == "es" else "es",
        form=form,
    )


@router.post("/consultations/{consultation_id}/quotes/{quote_id}/translation")
async def translate(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    quote_id: int,
) -> Response:
    """Keep a translation, then on to the next. Who was overtaken is told, and loses nothing."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    words = fields.text("translation", "media.translation", limit=_LONGEST)
    if not fields.wrong:
        try:
            await services.database.run(
                translate_quote,
                consultation_id,
                quote_id,
                words,
                seen=fields.raw("seen"),
                account_id=account.account_id,
            )
        except TranslatedMeanwhile:
            fields.refuse("translation", "errors.translated_meanwhile")
        else:
            return redirect(
                request, f"/consultations/{consultation_id}/quotes/translate?done=quote_translated"
            )
    heard, cards = await services.database.read(_read, consultation_id)
    mine = [card for card in cards if card.id == quote_id]
    return await _translating(request, visitor.reader, heard, mine, fields.state, status=422)
