"""One question of a draft: what it says in each language, its choices, when it is asked, what is accepted."""

import asyncio
import re
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.drafting import Book, code_of, draft_page, examined_draft, language_label, title_of
from api.forms import FormState
from api.pages import Pages, redirect
from api.question_forms import CHOICES_AT_ONCE, SPARE_CHOICES, SPARE_TESTS, QuestionForm, picked_of
from api.routes.questionnaires.drafts import turn_of
from api.security import Organiser, Posted, Visiting, not_there
from api.services import Services
from api.visitor import Visitor
from surveys.authoring.choices import own_list, shared_by
from surveys.authoring.conditions import Operator
from surveys.authoring.fields import languages, read, texts, write
from surveys.authoring.kinds import CHOOSING, KINDS, UNASKED, WrittenType, write_type
from surveys.authoring.outline import Entry, entry_at, lists, outline
from surveys.authoring.sheets import Sheets
from surveys.authoring.snippets import take
from surveys.drafts import DraftChanged, DraftState, change_draft, get_draft
from surveys.library import by_code, keep_question

router = APIRouter()


@router.get("/drafts/{draft_id}/rows/{row}")
async def show(
    request: Request, visitor: Visiting, account: Organiser, draft_id: int, row: int, first: int = 0
) -> Response:
    """The form of a question."""
    draft = await request.app.state.services.database.read(get_draft, draft_id)
    return await _show(request, visitor, draft, _entry(draft.sheets, row), first=max(0, first))


def _entry(sheets: Sheets, row: int) -> Entry:
    entry = entry_at(sheets, row)
    if entry is None:
        raise not_there()
    return entry


@router.post("/drafts/{draft_id}/rows/{row}")
async def save(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int, row: int
) -> Response:
    """Save a question. Whoever saves over a change they have not seen is told, and what they typed stays."""
    services: Services = request.app.state.services
    draft = await services.database.read(get_draft, draft_id)
    typed = {name: value for name, value in given.items() if isinstance(value, str)}
    first = int(typed["first"]) if typed.get("first", "").isdecimal() and len(typed["first"]) < 6 else 0
    if turn_of(given) != draft.turn:
        return await _outdated(request, visitor, draft, typed, first)
    form = QuestionForm(Book(visitor.reader, draft.sheets), _entry(draft.sheets, row), first)
    if wrong := form.faults_in(typed):
        state = FormState(typed, wrong)
        return await _show(request, visitor, draft, form.entry, first=first, form=state, status=400)
    try:
        await services.database.run(
            change_draft, draft_id, form.change(typed), turn=draft.turn, account_id=account.account_id
        )
    except DraftChanged:
        now_there = await services.database.read(get_draft, draft_id)
        return await _outdated(request, visitor, now_there, typed, first)
    if typed.get("do", "save") == "save":
        return redirect(request, f"/drafts/{draft_id}#row-{row}")
    return redirect(request, f"/drafts/{draft_id}/rows/{row}?first={first}#field-choices")


async def _outdated(
    request: Request, visitor: Visitor, draft: DraftState, typed: dict[str, str], first: int
) -> Response:
    """The form as it was typed, over the draft as it is now: read it through and save again."""
    name = typed.get("name_was", "")
    entry = next((each for each in outline(draft.sheets) if each.name == name and name), None)
    t = visitor.reader.text
    told = t("editor.changed_meanwhile") if entry else t("editor.removed_meanwhile")
    entry = entry or next(iter(outline(draft.sheets)), None)
    if entry is None:
        raise not_there()
    form = FormState(typed, {})
    return await _show(request, visitor, draft, entry, first=first, form=form, told=told, status=409)


@router.post("/drafts/{draft_id}/rows/{row}/list")
async def make_own(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int, row: int
) -> Response:
    """Give a question a copy of the list that it shares, for itself alone; or another list to share."""
    services: Services = request.app.state.services
    shared = str(given.get("list", ""))

    def change(sheets: Sheets) -> Sheets:
        entry = _entry(sheets, row)
        if entry.kind not in CHOOSING:
            return sheets
        name = shared
        if shared and shared not in lists(sheets):
            return sheets
        if not shared:
            sheets, name = own_list(sheets, entry.list_name)
        cell = write_type(WrittenType(entry.kind, name, entry.other))
        return write(sheets, "survey", row, {("type", ""): cell})

    address = f"/drafts/{draft_id}/rows/{row}"
    if not re.fullmatch(r"[\w.-]{0,100}", shared):
        raise not_there()
    try:
        await services.database.run(
            change_draft, draft_id, change, turn=turn_of(given), account_id=account.account_id
        )
    except DraftChanged:
        draft = await services.database.read(get_draft, draft_id)
        told = visitor.reader.text("editor.changed_meanwhile")
        return await _show(request, visitor, draft, _entry(draft.sheets, row), told=told, status=409)
    return redirect(request, f"{address}#field-choices")


@router.post("/drafts/{draft_id}/rows/{row}/keep")
async def keep(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int, row: int
) -> Response:
    """Keep a question in the library, with its choices."""
    services: Services = request.app.state.services
    draft = await services.database.read(get_draft, draft_id)
    if turn_of(given) != draft.turn:
        return await _outdated(request, visitor, draft, {"name_was": str(given.get("name_was", ""))}, 0)
    entry = _entry(draft.sheets, row)
    title = by_code(texts(draft.sheets, "survey", row, "label")) or {"es": entry.name}
    await services.database.run(
        keep_question, title, take(draft.sheets, entry), account_id=account.account_id
    )
    return redirect(request, f"/drafts/{draft_id}/library?done=saved")


async def _show(
    request: Request,
    visitor: Visitor,
    draft: DraftState,
    entry: Entry,
    *,
    first: int = 0,
    form: FormState | None = None,
    told: str = "",
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    about = QuestionForm(Book(reader, draft.sheets), entry, first)
    state = form or FormState(about.values)
    _, examined = await examined_draft(request.app.state.services, draft.id)
    cards = (await asyncio.to_thread(draft_page, reader, draft, examined)).cards
    faults = next((card.faults for card in cards if card.entry.row == entry.row), ())
    return await pages.show(
        request,
        "questionnaires/draft_question.html",
        status=status,
        here="questionnaires",
        draft_id=draft.id,
        turn=draft.turn,
        draft_title=title_of(reader, draft.sheets),
        row=entry.row,
        first=first,
        is_group=entry.is_group,
        title=about.book.label_of(entry),
        kind_said=about.book.kind_of(entry),
        form=state,
        told=told,
        faults=faults,
        languages=[
            (number, language_label(reader, language), code_of(language))
            for number, language in enumerate(languages(draft.sheets))
        ],
        kinds=[(kind, reader.text("editor.kind_" + kind)) for kind in KINDS],
        **_about_choices(about, state),
        **_about_conditions(about, state),
    )


def _about_choices(about: QuestionForm, state: FormState) -> dict[str, Any]:
    sheets, entry = about.sheets, about.entry
    kind = state.values.get("kind", entry.kind)
    total = len(about.book.choices_of(entry))
    typed = [
        int(key.rpartition("_")[2]) for key in state.values if re.fullmatch(r"choice_value_\d{1,3}", key)
    ]
    shown = max(typed, default=-1) + 1
    return {
        "chooses": kind in CHOOSING,
        "asked": kind not in UNASKED,
        "choice_numbers": range(shown + SPARE_CHOICES),
        "choices_filled": shown,
        "choices_total": total,
        "choice_pages": [
            (start, f"{start + 1}-{min(start + CHOICES_AT_ONCE, total)}")
            for start in range(0, total, CHOICES_AT_ONCE)
        ],
        "other_lists": [name for name in about.book.choices if name != entry.list_name],
        "shared": shared_by(sheets, entry.list_name) if entry.list_name else 0,
    }


def _about_conditions(about: QuestionForm, state: FormState) -> dict[str, Any]:
    t = about.book.reader.text
    rows: dict[str, range] = {}
    by_hand: dict[str, bool] = {}
    for field in ("relevant", "constraint"):
        expression = read(about.sheets, "survey", about.entry.row, field)
        by_hand[field] = bool(expression) and picked_of(field, expression) is None
        numbers = [
            int(key.rpartition("_")[2])
            for key in state.values
            if re.fullmatch(rf"{field}_operator_\d{{1,3}}", key) and state.values[key]
        ]
        rows[field] = range(max(numbers, default=-1) + 1 + SPARE_TESTS)
    return {
        "subjects": about.subjects,
        "offers": about.offers,
        "operators": [(operator.value, t("editor.operator_" + operator)) for operator in Operator],
        "test_rows": rows,
        "by_hand": by_hand,
    }
