"""The library of questions: looked through, put into a draft, kept, taken off the shelf again."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.drafting import title_of
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.questionnaires.drafts import turn_of
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from surveys.authoring.changes import end_of
from surveys.authoring.sheets import Sheets
from surveys.authoring.snippets import put_in
from surveys.drafts import DraftChanged, DraftState, change_draft, get_draft
from surveys.library import Shelved, find_shelved, forget_question, search_library

router = APIRouter()

_MOST_CHOICES = 8


@router.get("/library")
async def show(request: Request, visitor: Visiting, account: Author, search: str = "") -> Response:
    """Every question of the library."""
    return await _show(request, visitor, search)


@router.get("/drafts/{draft_id}/library")
async def show_for_draft(
    request: Request, visitor: Visiting, account: Author, draft_id: int, search: str = ""
) -> Response:
    """The same, with a button that puts a question into a draft."""
    draft = await request.app.state.services.database.read(get_draft, draft_id)
    return await _show(request, visitor, search, draft)


@router.post("/drafts/{draft_id}/library/{code}")
async def insert(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int, code: str
) -> Response:
    """Put a question at the end of a draft, with its choices."""
    services: Services = request.app.state.services
    shelved = await services.database.read(find_shelved, code)

    def change(sheets: Sheets) -> Sheets:
        return put_in(sheets, shelved.sheets, after=end_of(sheets, None))[0]

    try:
        await services.database.run(
            change_draft, draft_id, change, turn=turn_of(given), account_id=account.account_id
        )
    except DraftChanged:
        draft = await services.database.read(get_draft, draft_id)
        told = visitor.reader.text("editor.changed_meanwhile")
        return await _show(request, visitor, "", draft, told=told, status=409)
    return redirect(request, f"/drafts/{draft_id}#add")


@router.post("/library/{question_id}/forget")
async def forget(request: Request, given: Posted, account: Organiser, question_id: int) -> Response:
    """Take a kept question off the shelf."""
    services: Services = request.app.state.services
    await services.database.run(forget_question, question_id, account_id=account.account_id)
    return redirect(request, "/library?done=saved")


async def _show(
    request: Request,
    visitor: Visitor,
    search: str,
    draft: DraftState | None = None,
    *,
    told: str = "",
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    found = await services.database.read(search_library, search[:100])
    return await pages.show(
        request,
        "questionnaires/library.html",
        status=status,
        here="questionnaires",
        shelved=[_line(reader, each) for each in found],
        search=search[:100],
        draft_id=draft.id if draft else None,
        turn=draft.turn if draft else 0,
        draft_title=title_of(reader, draft.sheets) if draft else "",
        told=told,
        may_organise=visitor.may("organiser"),
    )


def _line(reader: Reader, shelved: Shelved) -> dict[str, Any]:
    choices = [reader.local(choice) for choice in shelved.choices]
    return {
        "code": shelved.code,
        "title": reader.local(shelved.title),
        "plain": reader.plain(shelved.title),
        "questions": [reader.local(question) for question in shelved.questions if question],
        "choices": choices[:_MOST_CHOICES],
        "more": max(0, len(choices) - _MOST_CHOICES),
        "hxl": shelved.hxl,
        "is_own": shelved.is_own,
    }
