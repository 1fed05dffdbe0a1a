"""Where and when a service is given: the form of a place."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.actors.actors import choices_of, telling_of
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.errors import NotFound
from deliberation.actors.contacts import phone_of, point_of
from deliberation.actors.directory import Offer, Place, get_offer
from deliberation.actors.editing import delete_place, save_place
from deliberation.actors.hours import DAYS, Hours, read_spans, spans_by_day, tidy
from deliberation.actors.needs import CANTONS, EVERYWHERE

router = APIRouter()


@router.get("/actors/service/{service_id}/places/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser, service_id: int) -> Response:
    """The form of a new place."""
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    return await _show_form(request, visitor, FormState(), offer, None)


@router.post("/actors/service/{service_id}/places")
async def create(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, service_id: int
) -> Response:
    """The service is given there, too."""
    return await _save(request, visitor, Fields(given, visitor.reader), account, service_id, None)


@router.get("/actors/service/{service_id}/places/{place_id}")
async def show_edit(
    request: Request, visitor: Visiting, account: Organiser, service_id: int, place_id: int
) -> Response:
    """The form of a place that is there."""
    services: Services = request.app.state.services
    offer, place = await services.database.read(_at, service_id, place_id)
    return await _show_form(request, visitor, FormState(_typed(place)), offer, place_id)


@router.post("/actors/service/{service_id}/places/{place_id}")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, service_id: int, place_id: int
) -> Response:
    """Write it anew."""
    return await _save(request, visitor, Fields(given, visitor.reader), account, service_id, place_id)


@router.post("/actors/service/{service_id}/places/{place_id}/delete")
async def delete(request: Request, account: Organiser, service_id: int, place_id: int) -> Response:
    """The service is not given there any more."""
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    await services.database.run(delete_place, service_id, place_id, account_id=account.account_id)
    return redirect(request, f"/actors/{offer.actor_id}?done=place_deleted#service-{service_id}")


def _at(db: Session, service_id: int, place_id: int) -> tuple[Offer, Place]:
    offer = get_offer(db, service_id)
    place = next((each for each in offer.places if each.id == place_id), None)
    if place is None:
        raise NotFound
    return offer, place


def _typed(place: Place) -> dict[str, str]:
    hours = {
        f"hours_{day.lower()}": ", ".join(f"{opens}-{closes}" for opens, closes in spans)
        for day, spans in spans_by_day(place.hours).items()
    }
    return {
        "canton": place.canton,
        "address": place.address,
        "latitude": "" if place.latitude is None else str(place.latitude),
        "longitude": "" if place.longitude is None else str(place.longitude),
        "phone": place.phone or "",
        **hours,
        **{f"hours_note_{code}": text for code, text in place.hours_note.items()},
    }


async def _save(
    request: Request,
    visitor: Visitor,
    fields: Fields,
    account: SignedIn,
    service_id: int,
    place_id: int | None,
) -> Response:
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    values: dict[str, Any] = {
        "canton": fields.choice("canton", (*CANTONS, EVERYWHERE)),
        "address": fields.text("address", "helping.address", optional=True),
        "phone": _phone(fields),
        **_point(fields),
        "hours": _hours(fields),
        "hours_note": dict(fields.localized("hours_note", "helping.hours_note", needs=())),
    }
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, offer, place_id, status=400)
    await services.database.run(save_place, service_id, place_id, values, account_id=account.account_id)
    return redirect(request, f"/actors/{offer.actor_id}?done=place_saved#service-{service_id}")


def _phone(fields: Fields) -> str | None:
    typed = fields.raw("phone")
    found = phone_of(typed) if typed else None
    if typed and found is None:
        fields.refuse("phone", "helping.phone_wrong")
    return found


def _point(fields: Fields) -> dict[str, float | None]:
    north, east = fields.raw("latitude"), fields.raw("longitude")
    point = point_of(north, east) if north or east else None
    if (north or east) and point is None:
        fields.refuse("latitude", "helping.point_wrong")
    latitude, longitude = point or (None, None)
    return {"latitude": latitude, "longitude": longitude}


def _hours(fields: Fields) -> Hours:
    found: Hours = []
    for day in DAYS:
        name = "hours_" + day.lower()
        try:
            spans = read_spans(fields.raw(name))
        except ValueError:
            fields.refuse(name, "helping.hours_wrong")
            continue
        found += [{"days": [day], "opens": opens, "closes": closes} for opens, closes in spans]
    return tidy(found)


async def _show_form(
    request: Request,
    visitor: Visitor,
    form: FormState,
    offer: Offer,
    place_id: int | None,
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    return await pages.show(
        request,
        "actors/place_edit.html",
        status=status,
        here="actors",
        form=form,
        id=place_id,
        offer=offer,
        name=reader.local(offer.name),
        plain_name=reader.plain(offer.name),
        cantons=_cantons(reader),
        days=[("hours_" + day.lower(), reader.text("helping.day_" + day.lower())) for day in DAYS],
    )


def _cantons(reader: Reader) -> list[tuple[str, str]]:
    return [*choices_of(reader, "canton"), (EVERYWHERE, telling_of(reader).canton(EVERYWHERE))]
