"""The council's brief: one page to vote by, then the evidence; to read, to print, to keep, and as open data."""

import asyncio
from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.brief_files import FORMS, LANGUAGES, BriefFiles
from api.pages import Pages
from api.reader import Reader
from api.security import Anyone, Visiting
from api.services import Services
from core.errors import NotFound
from deliberation.council.brief import Facts
from deliberation.council.brief_cache import find_facts
from deliberation.council.published import get_published_brief
from i18n.translator import Translator
from surveys.consultations import get_consultation

router = APIRouter()


@router.get("/consultations/{consultation_id}/brief")
async def show(
    request: Request, visitor: Visiting, account: Anyone, consultation_id: int, language: str = ""
) -> Response:
    """The brief in the language of the page, or in both, once the consultation is closed."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card = await services.database.read(get_consultation, consultation_id)
    around: dict[str, Any] = {"id": card.id, "title": reader.local(card.title), "here": "consultations"}
    if card.state != "closed":
        plain = reader.plain(card.title)
        return await pages.show(request, "council/brief_waiting.html", plain_title=plain, **around)
    shown = await _shown(services, reader, consultation_id, language, published=False)
    return await pages.show(
        request,
        "council/brief.html",
        back=f"/consultations/{consultation_id}",
        may_decide=visitor.may("council"),
        **shown,
        **around,
    )


@router.get("/consultations/{consultation_id}/brief.css")
async def show_print_style(
    request: Request, visitor: Visiting, account: Anyone, consultation_id: int
) -> Response:
    """Source and date at the foot of each printed page: only a style sheet can write there."""
    return await _print_style(request, visitor.reader, consultation_id)


@router.get("/consultations/{consultation_id}/brief.{form}")
async def download(
    request: Request,
    visitor: Visiting,
    account: Anyone,
    consultation_id: int,
    form: str,
    language: str = "",
) -> Response:
    """The same as a file, in either language or side by side; the data package in both."""
    services: Services = request.app.state.services
    card = await services.database.read(get_consultation, consultation_id)
    if card.state != "closed":
        raise NotFound
    return await _file(services, visitor.reader, consultation_id, form, language, published=False)


@router.get("/briefs/{consultation_id}/brief")
async def show_published(
    request: Request, visitor: Visiting, consultation_id: int, language: str = ""
) -> Response:
    """For everybody, once a point of it stands on a published agenda."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    sitting_id = await services.database.read(get_published_brief, consultation_id)
    shown = await _shown(services, visitor.reader, consultation_id, language, published=True)
    return await pages.show(
        request,
        "council/brief.html",
        id=None,
        back=f"/sittings/{sitting_id}",
        title=visitor.reader.text("brief.to_sitting"),
        **shown,
    )


@router.get("/briefs/{consultation_id}/brief.css")
async def show_published_style(request: Request, visitor: Visiting, consultation_id: int) -> Response:
    """The foot of its printed pages."""
    services: Services = request.app.state.services
    await services.database.read(get_published_brief, consultation_id)
    return await _print_style(request, visitor.reader, consultation_id)


@router.get("/briefs/{consultation_id}/brief.{form}")
async def download_published(
    request: Request, visitor: Visiting, consultation_id: int, form: str, language: str = ""
) -> Response:
    """Its files, for everybody."""
    services: Services = request.app.state.services
    await services.database.read(get_published_brief, consultation_id)
    return await _file(services, visitor.reader, consultation_id, form, language, published=True)


async def _shown(
    services: Services, reader: Reader, consultation_id: int, language: str, *, published: bool
) -> dict[str, Any]:
    """What the page of a brief shows, and where it and its files are."""
    chosen = language if language in LANGUAGES else reader.language
    facts = await _find_facts(services, consultation_id, published)
    files = _files(services.translator)
    briefs = await asyncio.to_thread(files.read, facts, chosen)
    languages = [(code, reader.text("brief.in_" + code)) for code in LANGUAGES]
    address = f"/{'briefs' if published else 'consultations'}/{consultation_id}"
    return {"briefs": briefs, "here_is": address, "shown": chosen, "languages": languages}


async def _print_style(request: Request, reader: Reader, consultation_id: int) -> Response:
    services: Services = request.app.state.services
    facts = await _find_facts(services, consultation_id, published=True)
    foot = _css_text(f"{facts.unit} · {reader.plain(facts.title)} · {reader.day(facts.made)}")
    style = f"@page {{ @bottom-left {{ content: {foot}; font-size: 9pt; width: 85%; }} }}"
    return Response(style, media_type="text/css")


async def _file(
    services: Services, reader: Reader, consultation_id: int, form: str, language: str, *, published: bool
) -> Response:
    if form not in FORMS:
        raise NotFound
    chosen = language if language in LANGUAGES else reader.language
    facts = await _find_facts(services, consultation_id, published)
    content = await asyncio.to_thread(_files(services.translator).render, facts, form, chosen)
    place = "inline" if form == "pdf" else "attachment"
    named = f"rimay-{consultation_id}" + ("" if form == "zip" else f"-{chosen}")
    headers = {"Content-Disposition": f'{place}; filename="{named}.{form}"'}
    return Response(content, media_type=FORMS[form].media_type, headers=headers)


@cache
def _files(translator: Translator) -> BriefFiles:
    return BriefFiles(translator)


async def _find_facts(services: Services, consultation_id: int, published: bool) -> Facts:
    return await services.database.read(
        find_facts,
        consultation_id,
        unit=services.settings.unit_name,
        threshold=services.settings.disclosure_threshold,
        zone=services.settings.zone,
        published=published,
    )


def _css_text(text: str) -> str:
    """A string of CSS; what could end it is written as a code."""
    return (
        '"'
        + "".join(sign if sign.isalnum() or sign in " ,·" else f"\\{ord(sign):06x}" for sign in text)
        + '"'
    )
