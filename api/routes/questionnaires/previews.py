"""A draft as its chat would be: the real dialogue, with nobody in it and nothing stored."""

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.drafting import examined_draft, title_of
from api.pages import Pages
from api.reader import LANGUAGES, Reader
from api.security import Author, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import RimayError
from surveys.drafts import Examined

router = APIRouter()

_MOST_ACTS = 400
_LONGEST = 4096


async def preview_of(
    request: Request, reader: Reader, draft_id: int, examined: Examined, language: str, acts: list[str]
) -> dict[str, Any] | None:
    """What the telephone beside a draft shows; None where this installation has none."""
    services: Services = request.app.state.services
    if services.preview is None:
        return None
    screen: list[dict[str, Any]] = []
    if examined.questionnaire is not None:
        play = services.preview.play
        try:
            screen = await asyncio.to_thread(play, examined.questionnaire, language, acts, now())
        except RimayError:
            screen = await asyncio.to_thread(play, examined.questionnaire, language, [], now())
    return {
        "draft_id": draft_id,
        "screen": screen,
        "acts": acts,
        "language": language,
        "languages": [(code, reader.language_name(code)) for code in LANGUAGES],
        "faults": len(examined.faults),
    }


@router.get("/drafts/{draft_id}/preview")
async def show(request: Request, visitor: Visiting, account: Author, draft_id: int) -> Response:
    """The telephone on a page of its own, at the beginning."""
    return await _show(request, visitor, draft_id, visitor.reader.language, [])


@router.post("/drafts/{draft_id}/preview")
async def play(
    request: Request, visitor: Visiting, given: Posted, account: Author, draft_id: int
) -> Response:
    """One act more, or from the beginning. What was done travels with the page: nothing is kept here."""
    chosen = str(given.get("language", ""))
    language = chosen if chosen in LANGUAGES else visitor.reader.language
    acts = [str(act)[:_LONGEST] for act in given.getlist("acts")][:_MOST_ACTS]
    if "act" in given:
        acts.append(str(given["act"])[:_LONGEST])
    elif text := str(given.get("text", "")).strip():
        acts.append("t:" + text[:_LONGEST])
    return await _show(request, visitor, draft_id, language, [] if "again" in given else acts)


async def _show(
    request: Request, visitor: Visitor, draft_id: int, language: str, acts: list[str]
) -> Response:
    pages: Pages = request.app.state.pages
    draft, examined = await examined_draft(request.app.state.services, draft_id)
    preview = await preview_of(request, visitor.reader, draft_id, examined, language, acts)
    if "hx-request" in request.headers:
        return HTMLResponse(pages.fragment(visitor, "questionnaires/preview.html", preview=preview))
    title = title_of(visitor.reader, draft.sheets)
    return await pages.show(
        request,
        "questionnaires/draft_preview.html",
        here="questionnaires",
        preview=preview,
        title=title,
        draft_id=draft_id,
    )
