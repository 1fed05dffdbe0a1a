"""Sittings of the council: listed, planned, called together with a letter, cancelled."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.routes.council.desk import words_of
from api.security import Governing, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import Conflict
from deliberation.council.sittings import (
    SittingCard,
    SittingPlan,
    TooLateToConvene,
    cancel_sitting,
    change_sitting,
    convene,
    get_sitting,
    list_sittings,
    plan_sitting,
)

router = APIRouter()

_USUAL = {"minutes": "60", "notice_days": "2"}
_LINE = 160


@router.get("/council/sittings")
async def show_list(request: Request, visitor: Visiting, account: Governing) -> Response:
    """The next one first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    sittings = await services.database.read(list_sittings)
    return await pages.show(
        request,
        "council/sittings.html",
        here="council",
        sittings=[
            {
                "id": each.id,
                "title": reader.local(each.title),
                "when": reader.moment(each.starts_at),
                "place": each.place,
                "items": reader.plural("sittings.items_count", len(each.items)),
                "state": words.sitting_state(each),
            }
            for each in sittings
        ],
        may_organise=visitor.may("organiser"),
    )


@router.get("/council/sittings/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form of a new sitting."""
    return await _show_form(request, visitor, FormState(_USUAL), None)


@router.post("/council/sittings")
async def create(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Keep a new sitting; nobody is called together yet."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    plan = _plan(fields)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, None, status=400)
    sitting_id = await services.database.run(plan_sitting, plan, account_id=account.account_id)
    return redirect(request, f"/council/sittings/{sitting_id}?done=sitting_saved")


@router.get("/council/sittings/{sitting_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, sitting_id: int) -> Response:
    """The form of one that is not convened yet."""
    sitting = await _planned(request, sitting_id)
    return await _show_form(request, visitor, _typed(visitor.reader, sitting), sitting)


@router.post("/council/sittings/{sitting_id}")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, sitting_id: int
) -> Response:
    """Write it anew."""
    services: Services = request.app.state.services
    sitting = await _planned(request, sitting_id)
    fields = Fields(given, visitor.reader)
    plan = _plan(fields)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, sitting, status=400)
    await services.database.run(change_sitting, sitting_id, plan, account_id=account.account_id)
    return redirect(request, f"/council/sittings/{sitting_id}?done=sitting_saved")


@router.get("/council/sittings/{sitting_id}/convene")
async def show_convene(request: Request, visitor: Visiting, account: Organiser, sitting_id: int) -> Response:
    """What will be published, and the number of the letter."""
    return await _show_convene(request, visitor, sitting_id, FormState())


@router.post("/council/sittings/{sitting_id}/convene")
async def call_together(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, sitting_id: int
) -> Response:
    """The letter leaves, the agenda is published and stands."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    number = fields.text("letter_number", "sittings.letter_number", limit=64)
    if not fields.wrong:
        try:
            await services.database.run(
                convene, sitting_id, letter_number=number, account_id=account.account_id
            )
            return redirect(request, f"/council/sittings/{sitting_id}?done=convened")
        except TooLateToConvene as late:
            fields.refuse("letter_number", "errors.too_late_to_convene", **late.params)
    return await _show_convene(request, visitor, sitting_id, fields.state, status=400)


@router.get("/council/sittings/{sitting_id}/cancel")
async def show_cancel(request: Request, visitor: Visiting, account: Organiser, sitting_id: int) -> Response:
    """Asks first: what was published says then that it does not take place."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    sitting = await services.database.read(get_sitting, sitting_id)
    if sitting.state not in ("planned", "convened"):
        raise Conflict
    title = visitor.reader.local(sitting.title)
    return await pages.show(
        request, "council/sitting_cancel.html", here="council", sitting=sitting, title=title
    )


@router.post("/council/sittings/{sitting_id}/cancel")
async def cancel(request: Request, given: Posted, account: Organiser, sitting_id: int) -> Response:
    """It does not take place."""
    services: Services = request.app.state.services
    await services.database.run(cancel_sitting, sitting_id, account_id=account.account_id)
    return redirect(request, f"/council/sittings/{sitting_id}?done=sitting_cancelled")


async def _planned(request: Request, sitting_id: int) -> SittingCard:
    services: Services = request.app.state.services
    sitting = await services.database.read(get_sitting, sitting_id)
    if sitting.state != "planned":
        raise Conflict
    return sitting


def _plan(fields: Fields) -> SittingPlan:
    return SittingPlan(
        title=fields.localized("title", "sittings.sitting_title", needs=LANGUAGES),
        body=fields.text("body", "sittings.body", limit=_LINE),
        place=fields.text("place", "sittings.place", limit=_LINE),
        starts_at=fields.moment("starts_at", now()),
        minutes=fields.number("minutes", 5, 600),
        notice_days=fields.number("notice_days", 1, 60),
    )


def _typed(reader: Reader, sitting: SittingCard) -> FormState:
    values: dict[str, str] = {f"title_{code}": text for code, text in sitting.title.items()}
    about: dict[str, Any] = {
        "body": sitting.body,
        "place": sitting.place,
        "starts_at": _local(reader, sitting.starts_at),
        "minutes": str(sitting.minutes),
        "notice_days": str(sitting.notice_days),
    }
    return FormState(values | about)


def _local(reader: Reader, moment: datetime) -> str:
    return moment.astimezone(reader.zone).strftime("%Y-%m-%dT%H:%M")


async def _show_form(
    request: Request, visitor: Visitor, form: FormState, sitting: SittingCard | None, *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request,
        "council/sitting_form.html",
        status=status,
        here="council",
        form=form,
        sitting=sitting,
        earliest=_local(visitor.reader, now()),
    )


async def _show_convene(
    request: Request, visitor: Visitor, sitting_id: int, form: FormState, *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    sitting = await _planned(request, sitting_id)
    return await pages.show(
        request,
        "council/sitting_convene.html",
        status=status,
        here="council",
        form=form,
        sitting=sitting,
        title=reader.local(sitting.title),
        when=reader.moment(sitting.starts_at),
        convene_by=reader.moment(sitting.convene_by),
        late=now() > sitting.convene_by,
        items=[(reader.local(item.title), words.minutes(item.minutes)) for item in sitting.items],
    )
