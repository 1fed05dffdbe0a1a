"""Questionnaires being written: begun, put in order, checked, published."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.drafting import draft_page, examined_draft, title_of
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.questionnaires.previews import preview_of
from api.security import Author, Organiser, Posted, Visiting, not_there
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.errors import InvalidInput
from surveys.authoring.changes import (
    add_group,
    add_question,
    duplicate,
    end_of,
    move,
    new_sheets,
    remove,
    step,
    ungroup,
)
from surveys.authoring.fields import HOUSE, write
from surveys.authoring.kinds import CHOOSING, KINDS
from surveys.authoring.outline import entry_at, outline
from surveys.authoring.sheets import Sheets
from surveys.drafts import (
    DraftChanged,
    DraftState,
    change_draft,
    create_draft,
    discard_draft,
    get_draft,
    list_drafts,
    publish_draft,
    undo_change,
)
from surveys.questionnaires import get_workbook, list_questionnaires
from surveys.xlsform.grids import read_sheets

router = APIRouter()


@router.get("/drafts")
async def show_list(request: Request, visitor: Visiting, account: Author) -> Response:
    """Every draft, and the ways to begin one."""
    return await _show_list(request, visitor, FormState())


async def _show_list(request: Request, visitor: Visitor, form: FormState, *, status: int = 200) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    return await pages.show(
        request,
        "questionnaires/drafts.html",
        status=status,
        here="questionnaires",
        form=form,
        drafts=[_line(reader, draft) for draft in await services.database.read(list_drafts)],
        questionnaires=[
            (card.id, reader.plain(card.title)) for card in await services.database.read(list_questionnaires)
        ],
        may_organise=visitor.may("organiser"),
    )


def _line(reader: Reader, draft: DraftState) -> dict[str, Any]:
    asked = sum(1 for entry in outline(draft.sheets) if not entry.is_group)
    changed = reader.text("editor.draft_changed", moment=reader.moment(draft.changed_at))
    return {
        "id": draft.id,
        "title": title_of(reader, draft.sheets),
        "sentence": f"{reader.plural('editor.draft_questions', asked)} · {changed}",
    }


@router.post("/drafts")
async def begin(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """A new draft: from nothing with a title, or from a questionnaire that is stored."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    source = fields.raw("questionnaire")
    if source:
        if not source.isdecimal() or len(source) > 9:
            raise not_there()
        content, file_name = await services.database.read(get_workbook, int(source))
        try:
            sheets = await asyncio.to_thread(read_sheets, content, file_name)
        except InvalidInput:
            fields.refuse("questionnaire", "editor.source_unreadable")
            return await _show_list(request, visitor, fields.state, status=422)
        questionnaire_id = int(source)
    else:
        title = fields.text("title", "editor.title_label")
        if fields.wrong:
            return await _show_list(request, visitor, fields.state, status=400)
        sheets, questionnaire_id = new_sheets(title, HOUSE), None
    draft_id = await services.database.run(
        create_draft, sheets, questionnaire_id=questionnaire_id, account_id=account.account_id
    )
    return redirect(request, f"/drafts/{draft_id}")


@router.get("/drafts/{draft_id}")
async def show(request: Request, visitor: Visiting, account: Author, draft_id: int) -> Response:
    """The questions in order, what is wrong with them, and how they are asked."""
    return await show_draft(request, visitor, draft_id)


async def show_draft(
    request: Request, visitor: Visitor, draft_id: int, *, told: str = "", typed: str = "", status: int = 200
) -> Response:
    """The page of a draft, or the piece of it that a script asked for."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    draft, examined = await examined_draft(services, draft_id)
    context = {
        "draft": await asyncio.to_thread(draft_page, reader, draft, examined),
        "kinds": [(kind, reader.text("editor.kind_" + kind)) for kind in KINDS],
        "told": told,
        "typed": typed,
        "may_organise": visitor.may("organiser"),
        "preview": await preview_of(request, reader, draft_id, examined, reader.language, []),
    }
    if "hx-request" in request.headers:
        return HTMLResponse(pages.fragment(visitor, "questionnaires/draft_update.html", **context))
    return await pages.show(
        request, "questionnaires/draft.html", status=status, here="questionnaires", **context
    )


def turn_of(given: FormData) -> int:
    """The turn of the draft that a page showed."""
    turn = str(given.get("turn", ""))
    return int(turn) if turn.isdecimal() and len(turn) < 10 else -1


def _number(given: FormData, name: str) -> int:
    typed = str(given.get(name, ""))
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 0


async def _carry_out(
    request: Request,
    visitor: Visitor,
    given: FormData,
    account: SignedIn,
    draft_id: int,
    change: Callable[[Sheets], Sheets],
    *,
    leads_to: Callable[[], str] | None = None,
) -> Response:
    """Change a draft and show it, or what it leads to. Who changed it on an older page is told; nothing is lost."""
    services: Services = request.app.state.services
    try:
        await services.database.run(
            change_draft, draft_id, change, turn=turn_of(given), account_id=account.account_id
        )
    except DraftChanged:
        told = visitor.reader.text("editor.changed_meanwhile")
        typed = str(given.get("label", ""))
        return await show_draft(request, visitor, draft_id, told=told, typed=typed, status=409)
    if leads_to is not None:
        return redirect(request, leads_to())
    if "hx-request" in request.headers:
        return await show_draft(request, visitor, draft_id)
    return redirect(request, f"/drafts/{draft_id}#draft")


@router.post("/drafts/{draft_id}/add")
async def add(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """One more question, where it was asked for or at the end."""
    kind, label = str(given.get("kind", "")), str(given.get("label", "")).strip()[:2000]
    if kind not in KINDS:
        raise not_there()

    after = _number(given, "after")
    rows: list[int] = []

    def change(sheets: Sheets) -> Sheets:
        sheets, row = add_question(sheets, kind, label, after=end_of(sheets, entry_at(sheets, after)))
        rows.append(row)
        return sheets

    def to_its_choices() -> str:
        return f"/drafts/{draft_id}/rows/{rows[-1]}#field-choices"

    leads_to = to_its_choices if kind in CHOOSING else None
    return await _carry_out(request, visitor, given, account, draft_id, change, leads_to=leads_to)


@router.post("/drafts/{draft_id}/group")
async def group(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """A group around some questions that stand side by side."""
    label, repeats = str(given.get("label", "")).strip()[:2000], given.get("repeats") == "yes"

    def change(sheets: Sheets) -> Sheets:
        first, last = entry_at(sheets, _number(given, "first")), entry_at(sheets, _number(given, "last"))
        if first is None or last is None or first.depth != last.depth or last.row < first.row:
            return add_group(
                sheets, label, repeats=repeats, first=end_of(sheets, None) + 1, last=end_of(sheets, None)
            )
        between = [each for each in outline(sheets) if first.row <= each.row <= last.row]
        last = last if all(each.depth >= first.depth for each in between) else first
        return add_group(sheets, label, repeats=repeats, first=first.row, last=last.end)

    return await _carry_out(request, visitor, given, account, draft_id, change)


@router.post("/drafts/{draft_id}/rows/{row}/act")
async def act(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int, row: int
) -> Response:
    """Move, copy or remove a question or a group."""
    change = partial(_acted, deed=str(given.get("do", "")), row=row, before=_number(given, "before"))
    return await _carry_out(request, visitor, given, account, draft_id, change)


def _acted(sheets: Sheets, *, deed: str, row: int, before: int) -> Sheets:
    entry = entry_at(sheets, row)
    if entry is None:
        return sheets
    match deed:
        case "up" | "down":
            return step(sheets, entry, up=deed == "up")[0]
        case "duplicate":
            return duplicate(sheets, entry)[0]
        case "remove":
            return remove(sheets, entry)
        case "ungroup" if entry.is_group:
            return ungroup(sheets, entry)
        case "move" if 2 <= before <= end_of(sheets, None) + 1:
            return move(sheets, entry, before)[0]
    return sheets


@router.post("/drafts/{draft_id}/title")
async def entitle(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """Another title."""
    title = str(given.get("title", "")).strip()[:200]

    def change(sheets: Sheets) -> Sheets:
        return write(sheets, "settings", 2, {("title", ""): title}) if title else sheets

    return await _carry_out(request, visitor, given, account, draft_id, change)


@router.post("/drafts/{draft_id}/undo")
async def undo(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """Take back the last change."""
    services: Services = request.app.state.services
    try:
        await services.database.run(undo_change, draft_id, turn=turn_of(given), account_id=account.account_id)
    except DraftChanged:
        told = visitor.reader.text("editor.changed_meanwhile")
        return await show_draft(request, visitor, draft_id, told=told, status=409)
    if "hx-request" in request.headers:
        return await show_draft(request, visitor, draft_id)
    return redirect(request, f"/drafts/{draft_id}#draft")


@router.post("/drafts/{draft_id}/discard")
async def discard(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """Throw the draft away; its title, typed, says that it is meant."""
    services: Services = request.app.state.services
    draft = await services.database.read(get_draft, draft_id)
    if str(given.get("name", "")).strip() != title_of(visitor.reader, draft.sheets):
        told = visitor.reader.text("editor.discard_mistyped")
        return await show_draft(request, visitor, draft_id, told=told, status=400)
    await services.database.run(discard_draft, draft_id, account_id=account.account_id)
    return redirect(request, "/drafts")


@router.post("/drafts/{draft_id}/publish")
async def publish(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """The draft becomes a questionnaire, when nothing is wrong with it."""
    services: Services = request.app.state.services
    t = visitor.reader.text
    try:
        stored = await services.database.run(
            publish_draft, draft_id, turn=turn_of(given), account_id=account.account_id
        )
    except DraftChanged:
        return await show_draft(request, visitor, draft_id, told=t("editor.changed_meanwhile"), status=409)
    except InvalidInput:
        return await show_draft(request, visitor, draft_id, told=t("editor.not_published"), status=422)
    return redirect(request, f"/questionnaires/{stored}?done=saved")


@router.get("/drafts/{draft_id}/workbook")
async def show_workbook(request: Request, account: Author, draft_id: int) -> Response:
    """The draft as an XLSForm workbook, faults and all."""
    draft, examined = await examined_draft(request.app.state.services, draft_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(draft.sheets.file_name)}"}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(examined.workbook, media_type=kind, headers=headers)
