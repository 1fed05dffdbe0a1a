"""Commitments taken on, corrected, put off and dropped."""

from datetime import date

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.commitment_fields import read_amount, read_dollars, read_goals, read_unit
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.routes.commitments.commitments import words_of
from api.security import Posted, Secretary, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import today
from core.errors import Conflict
from deliberation.commitments.commitments import CommitmentCard, get_commitment
from deliberation.commitments.promising import (
    Promise,
    add_commitment,
    drop_commitment,
    list_binding_items,
    put_off_commitment,
    save_commitment,
)
from deliberation.commitments.units import UnitCard, list_units
from deliberation.council.agenda import ItemCard

router = APIRouter()

_LONG = 500
_MONTHS = ("3", "1", "6", "12", "24", "0")
_TEXTS = ("text", "target", "indicator", "measured_in")


@router.get("/commitments/new")
async def show_new(request: Request, visitor: Visiting, account: Secretary, item: str = "") -> Response:
    """The form of a new one; what was proposed on the item is there already."""
    services: Services = request.app.state.services
    items = await services.database.read(list_binding_items)
    chosen = next((each for each in items if str(each.id) == item), None)
    values = {"item": item if chosen else "", "follow_up": _MONTHS[0]}
    if chosen is not None:
        values |= {f"text_{code}": said for code, said in (chosen.proposed or {}).items()}
        values["unit"] = str(chosen.unit_id or "")
    return await _show(request, visitor, FormState(values), tuple(chosen.sdg) if chosen else ())


@router.post("/commitments")
async def create(request: Request, visitor: Visiting, given: Posted, account: Secretary) -> Response:
    """From now on it counts, and everybody can read it."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    items, units = await services.database.read(_choices)
    fields = Fields(given, visitor.reader)
    item = fields.choice("item", {"", *(str(each.id) for each in items)})
    promise = _promise(fields, given, units)
    due_on = fields.day("due_on", today(zone))
    if fields.wrong:
        return await _show(request, visitor, fields.state, promise.sdg, status=400)
    item_id = int(item) if item else None
    made = await services.database.run(
        add_commitment, item_id, promise, due_on, zone, account_id=account.account_id
    )
    return redirect(request, f"/commitments/{made}?done=added")


@router.get("/commitments/{commitment_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Secretary, commitment_id: int) -> Response:
    """The form of one of which nothing was reported yet."""
    card = await _open(request, commitment_id)
    if card.reports:
        raise Conflict
    return await _show(request, visitor, _typed(card), card.sdg, card)


@router.post("/commitments/{commitment_id}")
async def save(
    request: Request, visitor: Visiting, given: Posted, account: Secretary, commitment_id: int
) -> Response:
    """Correct its words."""
    services: Services = request.app.state.services
    card = await _open(request, commitment_id)
    _, units = await services.database.read(_choices)
    fields = Fields(given, visitor.reader)
    promise = _promise(fields, given, units)
    if fields.wrong:
        return await _show(request, visitor, fields.state, promise.sdg, card, status=400)
    await services.database.run(save_commitment, commitment_id, promise, account_id=account.account_id)
    return redirect(request, f"/commitments/{commitment_id}?done=saved")


@router.get("/commitments/{commitment_id}/put-off")
async def show_put_off(
    request: Request, visitor: Visiting, account: Secretary, commitment_id: int
) -> Response:
    """To which later day, and why."""
    return await _show_end(request, visitor, FormState(), await _open(request, commitment_id), "put_off")


@router.post("/commitments/{commitment_id}/put-off")
async def put_off(
    request: Request, visitor: Visiting, given: Posted, account: Secretary, commitment_id: int
) -> Response:
    """The old day stays to be read."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    card = await _open(request, commitment_id)
    fields = Fields(given, visitor.reader)
    due_on = fields.day("due_on", max(today(zone), card.due_on))
    reason = fields.long_localized("reason", "commitments.reason", needs=LANGUAGES)
    if fields.wrong:
        return await _show_end(request, visitor, fields.state, card, "put_off", status=400)
    await services.database.run(
        put_off_commitment, commitment_id, due_on, reason, zone, account_id=account.account_id
    )
    return redirect(request, f"/commitments/{commitment_id}?done=put_off")


@router.get("/commitments/{commitment_id}/drop")
async def show_drop(request: Request, visitor: Visiting, account: Secretary, commitment_id: int) -> Response:
    """Why it is given up."""
    return await _show_end(request, visitor, FormState(), await _open(request, commitment_id), "drop")


@router.post("/commitments/{commitment_id}/drop")
async def drop(
    request: Request, visitor: Visiting, given: Posted, account: Secretary, commitment_id: int
) -> Response:
    """Give it up, with the reason for everybody to read."""
    services: Services = request.app.state.services
    card = await _open(request, commitment_id)
    fields = Fields(given, visitor.reader)
    reason = fields.long_localized("reason", "commitments.reason", needs=LANGUAGES)
    if fields.wrong:
        return await _show_end(request, visitor, fields.state, card, "drop", status=400)
    await services.database.run(
        drop_commitment, commitment_id, reason, services.settings.zone, account_id=account.account_id
    )
    return redirect(request, f"/commitments/{commitment_id}?done=dropped")


async def _open(request: Request, commitment_id: int) -> CommitmentCard:
    """One that is neither kept nor dropped. Raises NotFound, Conflict."""
    services: Services = request.app.state.services
    card = await services.database.read(get_commitment, commitment_id, today(services.settings.zone))
    if card.done_on is not None or card.dropped_on is not None:
        raise Conflict
    return card


def _choices(db: Session) -> tuple[list[ItemCard], list[UnitCard]]:
    return list_binding_items(db), list_units(db)


def _promise(fields: Fields, given: FormData, units: list[UnitCard]) -> Promise:
    """What was typed, in the order of the page."""
    return Promise(
        unit_id=read_unit(fields, units),
        text=fields.localized("text", "commitments.text", needs=LANGUAGES, limit=_LONG),
        target=fields.localized("target", "commitments.target", needs=LANGUAGES, limit=_LONG),
        indicator=fields.localized("indicator", "commitments.indicator", needs=LANGUAGES),
        measured_in=fields.localized("measured_in", "commitments.measured_in", needs=(), limit=60),
        baseline=read_amount(fields, "baseline"),
        goal=read_amount(fields, "goal"),
        budget_line=fields.text("budget_line", "commitments.budget_line", optional=True, limit=120),
        budget=read_dollars(fields, "budget"),
        sdg=read_goals(given),
        follow_up=int(fields.choice("follow_up", _MONTHS) or 0) if fields.raw("follow_up") in _MONTHS else 0,
    )


def _typed(card: CommitmentCard) -> FormState:
    values = {f"{name}_{code}": said for name in _TEXTS for code, said in getattr(card, name).items()}
    numbers = {"baseline": card.baseline, "goal": card.goal, "budget": card.budget}
    values |= {name: "" if value is None else f"{value:g}" for name, value in numbers.items()}
    about = {"unit": str(card.unit_id), "budget_line": card.budget_line, "follow_up": str(card.follow_up)}
    return FormState(values | about)


async def _show(
    request: Request,
    visitor: Visitor,
    form: FormState,
    sdg: tuple[str, ...],
    card: CommitmentCard | None = None,
    *,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    items, units = await services.database.read(_choices)
    return await pages.show(
        request,
        "commitments/commitment_form.html",
        status=status,
        here="council",
        form=form,
        card=card,
        items=[(item.id, reader.plain(item.title)) for item in items],
        units=[(unit.id, reader.plain(unit.name)) for unit in units],
        goals=words_of(request, reader).ticks(sdg),
        months=[(months, _said(reader, int(months))) for months in _MONTHS],
    )


def _said(reader: Reader, months: int) -> str:
    return reader.plural("commitments.months", months) if months else reader.text("commitments.never")


async def _show_end(
    request: Request, visitor: Visitor, form: FormState, card: CommitmentCard, deed: str, *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    earliest: date = card.due_on
    return await pages.show(
        request,
        "commitments/commitment_end.html",
        status=status,
        here="council",
        form=form,
        card=card,
        title=reader.local(card.text),
        deed=deed,
        due=reader.day(earliest),
    )
