"""Audiences that were given a name: what they are, how many people, another name, away with it."""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.audience_words import criteria_in_words, told
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from deliberation.audience.offers import Offers, list_offers
from deliberation.audience.recipients import Headcount, count_people
from deliberation.audience.segments import (
    SegmentCard,
    SegmentNameTaken,
    delete_segment,
    list_segments,
    rename_segment,
)

router = APIRouter()

_NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Shelf:
    """The segments with their sizes today, and the words for what they hold."""

    segments: list[tuple[SegmentCard, Headcount]]
    offers: Offers


def _shelf(db: Session) -> Shelf:
    return Shelf(
        [(segment, count_people(db, segment.audience)) for segment in list_segments(db)], list_offers(db)
    )


@router.get("/segments")
async def show(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """Every saved audience."""
    return await _show(request, visitor, FormState())


@router.post("/segments/{segment_id}/rename")
async def rename(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, segment_id: int
) -> Response:
    """Another name."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    field = f"name_{segment_id}"
    name = " ".join(fields.text(field, "audience.segment_name", limit=_NAME_LIMIT).split())
    if not fields.wrong:
        try:
            await services.database.run(rename_segment, segment_id, name, account_id=account.account_id)
        except SegmentNameTaken:
            fields.refuse(field, "errors.segment_name_taken")
    if fields.wrong:
        return await _show(request, visitor, fields.state, status=400)
    return redirect(request, "/segments?done=saved")


@router.post("/segments/{segment_id}/delete")
async def delete(request: Request, account: Organiser, segment_id: int) -> Response:
    """Forget the name. Nobody is lost: it held no people."""
    services: Services = request.app.state.services
    await services.database.run(delete_segment, segment_id, account_id=account.account_id)
    return redirect(request, "/segments?done=segment_deleted")


async def _show(request: Request, visitor: Visitor, form: FormState, *, status: int = 200) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    shelf = await services.database.read(_shelf)
    segments = [
        {
            "id": segment.id,
            "name": segment.name,
            "who": criteria_in_words(reader, shelf.offers, segment.audience),
            "people": told(reader, segment.audience, headcount, services.settings, now()).people,
        }
        for segment, headcount in shelf.segments
    ]
    values = {f"name_{segment['id']}": str(segment["name"]) for segment in segments}
    return await pages.show(
        request,
        "consultations/segments.html",
        status=status,
        here="consultations",
        form=FormState(values | dict(form.values), form.wrong),
        segments=segments,
    )
