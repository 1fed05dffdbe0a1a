"""The form of an assembly: written, and written anew until people are invited."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.assembly_links import read_link
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import Conflict
from deliberation.assemblies.planning import (
    WAYS,
    Plan,
    change_plan,
    get_plan,
    plan_assembly,
)
from deliberation.assemblies.reference import get_planned
from deliberation.audience.criteria import to_json
from deliberation.audience.segments import SegmentCard, list_segments
from surveys.consultations import ConsultationCard, list_consultations

router = APIRouter()

_USUAL = {"minutes": "120", "seats": "40", "way": "open", "answer_days": "3"}
_LONGEST_ANSWER = 30
_KEPT = "kept"
"""The segment that an assembly has already: it may have another name by now, or none."""


@router.get("/assemblies/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form of a new assembly."""
    return await _show(request, visitor, FormState(_USUAL))


@router.post("/assemblies")
async def create(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Keep a new assembly; nobody is invited yet."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    segments = await services.database.read(list_segments)
    plan = _plan(fields, given, segments, None)
    known = {str(card.id) for card in await services.database.read(list_consultations)}
    consultation = fields.choice("consultation", {*known, ""})
    if fields.wrong:
        return await _show(request, visitor, fields.state, given=given, status=400)
    created = await services.database.run(
        plan_assembly,
        plan,
        consultation_id=int(consultation) if consultation else None,
        account_id=account.account_id,
    )
    return redirect(request, f"/assemblies/{created}?done=saved")


@router.get("/assemblies/{assembly_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """The form of an assembly that nobody is invited to yet."""
    services: Services = request.app.state.services
    plan = await services.database.read(_changeable, assembly_id)
    return await _show(request, visitor, _typed(visitor.reader, plan), plan=plan, assembly_id=assembly_id)


@router.post("/assemblies/{assembly_id}")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, assembly_id: int
) -> Response:
    """Write it anew."""
    services: Services = request.app.state.services
    before = await services.database.read(_changeable, assembly_id)
    fields = Fields(given, visitor.reader)
    segments = await services.database.read(list_segments)
    plan = _plan(fields, given, segments, before)
    if fields.wrong:
        return await _show(
            request, visitor, fields.state, plan=before, given=given, assembly_id=assembly_id, status=400
        )
    await services.database.run(change_plan, assembly_id, plan, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}?done=saved")


def _changeable(db: Session, assembly_id: int) -> Plan:
    if get_planned(db, assembly_id).invited_at is not None:
        raise Conflict
    return get_plan(db, assembly_id)


def _plan(fields: Fields, given: FormData, segments: Sequence[SegmentCard], before: Plan | None) -> Plan:
    """What was typed; of a field that was not sent, what is usual."""
    return Plan(  # in the order of the page, so that faults are listed in it
        title=fields.localized("title", "console.assembly_title"),
        purpose=fields.long_localized("purpose", "console.assembly_purpose"),
        agenda=fields.long_localized("agenda", "draws.agenda", needs=()),
        place=fields.text("place", "console.assembly_place"),
        map_link=read_link(fields, "map_link", "draws.map_link"),
        call_link=read_link(fields, "call_link", "draws.call_link"),
        starts_at=(starts_at := fields.moment("starts_at", now())),
        ends_at=starts_at + timedelta(minutes=fields.number("minutes", 15, 600)),
        seats=fields.number("seats", 1, 2000),
        covers=fields.long_localized("covers", "draws.covers", needs=()),
        languages=tuple(code for code in LANGUAGES if code in given.getlist("languages")),
        way=fields.choice("way", WAYS) if "way" in given else _USUAL["way"],
        audience=_audience(fields, segments, before),
        answer_days=fields.number("answer_days", 1, _LONGEST_ANSWER)
        if "answer_days" in given
        else int(_USUAL["answer_days"]),
    )


def _audience(fields: Fields, segments: Sequence[SegmentCard], before: Plan | None) -> dict[str, Any] | None:
    """The audience of the segment, as it is today."""
    typed = fields.raw("segment")
    if not typed:
        if fields.raw("way") == "segment":
            fields.refuse("segment", "draws.segment_missing")
        return None
    if typed == _KEPT and before is not None:
        return before.audience
    found = next((segment for segment in segments if str(segment.id) == typed), None)
    if found is None:
        fields.refuse("segment", "console.form_choose_one")
        return None
    return to_json(found.audience)


def _typed(reader: Reader, plan: Plan) -> FormState:
    texts: Mapping[str, Mapping[str, str]] = {
        "title": plan.title,
        "purpose": plan.purpose,
        "agenda": plan.agenda,
        "covers": plan.covers,
    }
    values = {f"{name}_{code}": text for name, said in texts.items() for code, text in said.items()}
    return FormState(
        values
        | {
            "place": plan.place,
            "map_link": plan.map_link,
            "call_link": plan.call_link,
            "starts_at": plan.starts_at.astimezone(reader.zone).strftime("%Y-%m-%dT%H:%M"),
            "minutes": str(round((plan.ends_at - plan.starts_at).total_seconds() / 60)),
            "seats": str(plan.seats),
            "way": plan.way,
            "answer_days": str(plan.answer_days),
            "segment": "" if plan.audience is None else _KEPT,
        }
    )


def _choices(db: Session) -> tuple[list[ConsultationCard], list[SegmentCard]]:
    return list_consultations(db), list_segments(db)


async def _show(
    request: Request,
    visitor: Visitor,
    form: FormState,
    *,
    plan: Plan | None = None,
    given: FormData | None = None,
    assembly_id: int | None = None,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    consultations, segments = await services.database.read(_choices)
    helped = given.getlist("languages") if given is not None else plan.languages if plan is not None else ()
    kept = [(_KEPT, reader.text("draws.segment_kept"))] if plan is not None and plan.audience else []
    return await pages.show(
        request,
        "assemblies/assembly_plan.html",
        status=status,
        here="assemblies",
        form=form,
        id=assembly_id,
        longest_answer=_LONGEST_ANSWER,
        earliest=now().astimezone(services.settings.zone).strftime("%Y-%m-%dT%H:%M"),
        consultations=[(card.id, reader.plain(card.title)) for card in consultations],
        segments=[*kept, *((segment.id, segment.name) for segment in segments)],
        ways=[(way, reader.text("draws.way_" + way)) for way in WAYS],
        languages=[(code, reader.language_name(code).capitalize(), code in helped) for code in LANGUAGES],
    )
