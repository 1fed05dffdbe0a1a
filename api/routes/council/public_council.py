"""What everybody may read of the council, without an account: its sittings, their papers, and every item."""

import asyncio
from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.council_words import MARKS
from api.pages import Pages
from api.reader import LANGUAGES
from api.routes.council.desk import words_of
from api.routes.council.items import facts_of
from api.routes.council.sitting_sessions import chosen, present
from api.security import Governing, Visiting
from api.services import Services
from core.clock import now
from core.errors import NotFound
from deliberation.commitments.units import list_units
from deliberation.council.agenda import get_item
from deliberation.council.published import (
    get_published_item,
    get_published_sitting,
    list_published_sittings,
)
from deliberation.council.sitting_calendar import sitting_calendar
from deliberation.council.sitting_pdf import render_paper
from deliberation.council.sitting_wording import Clerk, Paper
from deliberation.council.sittings import SittingCard, get_sitting
from deliberation.empty_seat.rule_book import find_rules

router = APIRouter()

_PAPERS = ("letter", "minutes")


@router.get("/sittings")
async def show_list(request: Request, visitor: Visiting) -> Response:
    """The sittings that were convened, the next one first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    sittings = await services.database.read(list_published_sittings)
    return await pages.show(
        request,
        "council/public_sittings.html",
        sittings=[
            {
                "id": each.id,
                "title": reader.local(each.title),
                "when": reader.moment(each.starts_at),
                "place": each.place,
                "state": words.sitting_state(each),
            }
            for each in sittings
        ],
    )


@router.get("/sittings/{sitting_id}")
async def show(request: Request, visitor: Visiting, sitting_id: int) -> Response:
    """The agenda as it was published, how it was chosen, and what was decided."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    sitting, titles, seat = await services.database.read(_published, sitting_id)
    held = sitting.state == "held"
    return await pages.show(
        request,
        "council/public_sitting.html",
        sitting=sitting,
        title=reader.local(sitting.title),
        plain_title=reader.plain(sitting.title),
        when=reader.moment(sitting.starts_at),
        state=words.sitting_state(sitting),
        items=[
            {
                "id": item.id,
                "title": reader.local(item.title),
                "request": reader.local(item.request) if item.request else "",
                "minutes": words.minutes(item.minutes),
                "amount": words.amount(item),
                "outcome": reader.text("console.decision_" + item.decision.outcome)
                if held and item.decision
                else "",
                "mark": MARKS[item.decision.outcome] if item.decision else "",
            }
            for item in sitting.items
        ],
        briefs=sorted({item.consultation_id for item in sitting.items if item.consultation_id}),
        choices=chosen(words, sitting, titles),
        rule=words.rule(sitting.rule),
        present=present(reader, sitting) if held else "",
        seat=seat and sitting.state == "convened" and now() < sitting.starts_at,
    )


@router.get("/sittings/{sitting_id}/calendar.ics")
async def download_calendar(request: Request, visitor: Visiting, sitting_id: int) -> Response:
    """For the calendar of who comes."""
    services: Services = request.app.state.services
    sitting = await services.database.read(get_published_sitting, sitting_id)
    here = services.settings.public_url or str(request.base_url).rstrip("/")
    content = sitting_calendar(sitting, visitor.reader.language, f"{here}/sittings/{sitting_id}")
    headers = {"Content-Disposition": f'attachment; filename="rimay-sitting-{sitting_id}.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/sittings/{sitting_id}/{kind}.pdf")
async def download(
    request: Request, visitor: Visiting, sitting_id: int, kind: str, language: str = ""
) -> Response:
    """The letter of one that was convened, or the minutes of one that was held; none of one that was cancelled."""
    services: Services = request.app.state.services
    sitting, _, seat = await services.database.read(_published, sitting_id)
    if sitting.state == "cancelled":
        raise NotFound
    return await _paper(services, sitting, kind, _language(visitor.reader.language, language), seat=seat)


@router.get("/council/sittings/{sitting_id}/letter.pdf")
async def preview(
    request: Request, visitor: Visiting, account: Governing, sitting_id: int, language: str = ""
) -> Response:
    """The letter as it would leave now."""
    services: Services = request.app.state.services

    def look(db: Session) -> tuple[SittingCard, bool]:
        return get_sitting(db, sitting_id), find_rules(db) is not None

    sitting, seat = await services.database.read(look)
    return await _paper(services, sitting, "letter", _language(visitor.reader.language, language), seat=seat)


@router.get("/items/{item_id}")
async def show_item(request: Request, visitor: Visiting, item_id: int) -> Response:
    """What was said, what the council decided, what happens now."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    found = await services.database.read(get_published_item, item_id)
    return await pages.show(
        request,
        "council/public_item.html",
        item=found.item,
        published=found,
        **facts_of(visitor.reader, words_of(request, visitor.reader), found),
        overdue=found.item.is_overdue(now().astimezone(services.settings.zone).date()),
        convened=found.sitting is not None and found.sitting.convened_at is not None,
    )


def _published(db: Session, sitting_id: int) -> tuple[SittingCard, dict[int, Any], bool]:
    """A sitting, the titles of all that its choice names, and whether the empty seat has rules."""
    sitting = get_published_sitting(db, sitting_id)
    named = {item for choice in sitting.choice for item in (*choice.order, *choice.outside)}
    titles = {item: get_item(db, item).title for item in named}
    return sitting, titles, find_rules(db) is not None


def _language(page: str, asked: str) -> str:
    return asked if asked in LANGUAGES else page


async def _paper(
    services: Services, sitting: SittingCard, kind: str, language: str, *, seat: bool
) -> Response:
    if kind not in _PAPERS or (kind == "minutes" and sitting.state != "held"):
        raise NotFound
    units = {unit.id: unit.name for unit in await services.database.read(list_units)}
    settings = services.settings
    clerk = Clerk(services.translator, language, settings.unit_name, settings.zone, units)
    paper = clerk.minutes(sitting) if kind == "minutes" else clerk.letter(sitting, seat=seat)
    made = sitting.held_at if kind == "minutes" else sitting.convened_at
    pdf = await asyncio.to_thread(_render, paper, int((made or sitting.starts_at).timestamp()))
    name = f"rimay-{kind}-{sitting.id}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@lru_cache(maxsize=16)
def _render(paper: Paper, made: int) -> bytes:
    """Slow: runs in a thread, and is kept while the paper stays the same."""
    return render_paper(paper, made)
