"""The council's brief: one page to vote by, then the evidence; to read, to print, and as a PDF."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Bar
from api.pages import Pages
from api.reader import LANGUAGES
from api.security import Anyone, Visiting
from api.services import Services
from core.errors import NotFound
from deliberation.council.brief import Brief
from deliberation.council.brief_pdf import render_pdf
from deliberation.council.brief_wording import WordedQuote, WordedTable, word_brief
from deliberation.council.briefing import brief_of
from i18n.translator import Translator
from surveys.consultations import get_consultation

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of the brief with its bars: the longest is the largest number, each says its whole."""

    title: str
    top: str
    notes: str
    rows: Sequence[tuple[str, str]]
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class ShownVoices:
    """What was said to one open question."""

    question: str
    words: tuple[str, ...]
    tone: ShownTable | None
    quotes: tuple[WordedQuote, ...]


@router.get("/consultations/{consultation_id}/brief")
async def show(request: Request, visitor: Visiting, account: Anyone, consultation_id: int) -> Response:
    """The brief in the language of the page, once the consultation is closed."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card = await services.database.read(get_consultation, consultation_id)
    around: dict[str, Any] = {
        "id": card.id,
        "title": reader.local(card.title),
        "plain_title": reader.plain(card.title),
    }
    if card.state != "closed":
        return await pages.show(request, "council/brief_waiting.html", here="consultations", **around)
    brief = await _find_brief(services, consultation_id, reader.language)
    worded = await asyncio.to_thread(word_brief, brief, services.translator)
    return await pages.show(
        request,
        "council/brief.html",
        here="consultations",
        brief=worded,
        needs=_table(worded.needs) if worded.needs else None,
        questions=[_table(table) for table in worded.questions],
        voices=[
            ShownVoices(each.question, each.words, _table(each.tone) if each.tone else None, each.quotes)
            for each in worded.voices
        ],
        may_decide=visitor.may("council"),
        **around,
    )


@router.get("/consultations/{consultation_id}/brief.css")
async def show_print_style(
    request: Request, visitor: Visiting, account: Anyone, consultation_id: int
) -> Response:
    """Source and date at the foot of each printed page: only a style sheet can write there."""
    services: Services = request.app.state.services
    brief = await _find_brief(services, consultation_id, visitor.reader.language)
    day = visitor.reader.day(brief.made)
    foot = _css_text(f"{brief.unit} · {brief.title} · {day}")
    style = f"@page {{ @bottom-left {{ content: {foot}; font-size: 9pt; width: 85%; }} }}"
    return Response(style, media_type="text/css")


def _css_text(text: str) -> str:
    """A string of CSS; what could end it is written as a code."""
    return (
        '"'
        + "".join(sign if sign.isalnum() or sign in " ,·" else f"\\{ord(sign):06x}" for sign in text)
        + '"'
    )


@router.get("/consultations/{consultation_id}/brief.pdf")
async def show_pdf(
    request: Request, visitor: Visiting, account: Anyone, consultation_id: int, language: str = ""
) -> Response:
    """The same as a tagged PDF, in either language."""
    services: Services = request.app.state.services
    card = await services.database.read(get_consultation, consultation_id)
    if card.state != "closed":
        raise NotFound
    chosen = language if language in LANGUAGES else visitor.reader.language
    brief = await _find_brief(services, consultation_id, chosen)
    pdf = await asyncio.to_thread(_render, brief, services.translator)
    name = f'inline; filename="rimay-{consultation_id}-{chosen}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


async def _find_brief(services: Services, consultation_id: int, language: str) -> Brief:
    return await services.database.read(
        brief_of,
        consultation_id,
        language,
        unit=services.settings.unit_name,
        threshold=services.settings.disclosure_threshold,
        zone=services.settings.zone,
    )


@lru_cache(maxsize=16)
def _render(brief: Brief, translator: Translator) -> bytes:
    """Slow: runs in a thread, and is kept while the brief stays the same."""
    return render_pdf(brief, translator)


def _table(table: WordedTable) -> ShownTable:
    most = max((bar.count or 0 for bar in table.chart.bars), default=0)
    bars = [
        Bar(bar.label, bar.amount, 100 * (bar.count or 0) / most if most else 0.0, bar.count is None)
        for bar in table.chart.bars
    ]
    return ShownTable(table.title, table.top, " ".join(table.notes), table.rows, bars)
