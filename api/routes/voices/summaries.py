"""The summary of the voices: sentence by sentence for who checks it, as it was approved for who decides."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.voices.quotes import show_quotes
from api.security import Anyone, Organiser, Visiting
from api.services import Services
from deliberation.voices.summaries import (
    Frame,
    Sentence,
    SentenceRefused,
    Standing,
    SummaryCard,
    SummaryStale,
    approve_summary,
    compute,
    keep_summary,
    read_standing,
    refused,
)
from deliberation.voices.summary_wording import words_of
from deliberation.voices.theme_quotes import QuoteCard, list_theme_quotes

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as the page shows it; at: its place in the summary."""

    at: int
    words: str
    language: str
    worded: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of all, or of a theme."""

    theme: int | None
    title: Markup
    lines: list[Line]


def parts_of(reader: Reader, card: SummaryCard | None, frame: Frame) -> list[Part]:
    """The sentences by theme, those on everybody first."""
    by_theme: dict[int | None, list[Line]] = {}
    for at, sentence in enumerate(card.sentences if card else ()):
        by_theme.setdefault(sentence.told.about.theme, []).append(line_of(reader, at, sentence, frame))
    return [
        Part(
            theme,
            reader.local(frame.themes.get(theme, {}))
            if theme is not None
            else Markup.escape(reader.text("testimony.summary_all")),
            lines,
        )
        for theme, lines in by_theme.items()
    ]


def line_of(reader: Reader, at: int, sentence: Sentence, frame: Frame) -> Line:
    """A sentence in the reader's language."""
    return Line(
        at,
        words_of(sentence, frame, reader.translator, reader.language),
        reader.language,
        bool(sentence.wording.get(reader.language)),
    )


def around(reader: Reader, standing: Standing) -> dict[str, Any]:
    """What every page of the summary says of where it is."""
    card = standing.heard.card
    return {
        "here": "consultations",
        "id": card.id,
        "title": reader.local(card.title),
        "plain_title": reader.plain(card.title),
    }


def _read(db: Session, consultation_id: int) -> tuple[Standing, list[QuoteCard]]:
    standing = read_standing(db, consultation_id)
    into = standing.heard.codebook.into
    return standing, list_theme_quotes(db, consultation_id, into, approved=True)


@router.get("/consultations/{consultation_id}/summary")
async def show(request: Request, visitor: Visiting, account: Anyone, consultation_id: int) -> Response:
    """The last summary for who makes it; the approved one for everybody else."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    standing, cards = await services.database.read(_read, consultation_id)
    quotes = show_quotes(reader, cards, standing.heard)
    makes = visitor.may("organiser", "interpreter")
    card = standing.last if makes else standing.readable
    return await pages.show(
        request,
        "voices/summary.html",
        **around(reader, standing),
        parts=parts_of(reader, card, standing.frame),
        quotes={
            theme: [each for each in quotes if each.card.theme_id == theme] for theme in standing.frame.themes
        },
        number=card.number if card else 0,
        made=reader.moment(card.made_at) if card else "",
        approved=reader.moment(card.approved_at) if card and card.approved_at else "",
        fresh=standing.fresh,
        closed=standing.heard.card.state == "closed",
        themes=len(standing.frame.themes),
        makes=makes,
        may_approve=visitor.may("organiser"),
    )


@router.post("/consultations/{consultation_id}/summary/make")
async def make(request: Request, account: Organiser, consultation_id: int) -> Response:
    """Compute it from the answers as they are. What they say is read outside of any transaction."""
    services: Services = request.app.state.services
    standing = await services.database.read(read_standing, consultation_id)
    told = await asyncio.to_thread(compute, standing, services.settings.disclosure_threshold)
    await services.database.run(
        keep_summary, consultation_id, told, digest=standing.digest, account_id=account.account_id
    )
    return redirect(request, f"/consultations/{consultation_id}/summary?done=summary_made")


@router.post("/consultations/{consultation_id}/summary/{number}/approve")
async def approve(request: Request, account: Organiser, consultation_id: int, number: int) -> Response:
    """Count every sentence again, and only then let the council read them."""
    services: Services = request.app.state.services
    standing = await services.database.read(read_standing, consultation_id)
    if not standing.fresh or standing.last is None or standing.last.number != number:
        raise SummaryStale
    wrong: Sequence[object] = await asyncio.to_thread(
        refused, standing, services.settings.disclosure_threshold
    )
    if wrong:
        raise SentenceRefused
    await services.database.run(
        approve_summary, consultation_id, number, digest=standing.digest, account_id=account.account_id
    )
    return redirect(request, f"/consultations/{consultation_id}/summary?done=summary_approved")
