"""The public page of services: for anybody, in both languages, to be read, printed and hung up. No script."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import FormState
from api.pages import Pages
from api.reader import Reader
from api.routes.actors.actors import choices_of, telling_of, wanted_of
from api.security import Visiting
from api.services import Services
from core.clock import now, today
from deliberation.actors.contacts import map_link
from deliberation.actors.directory import Offer, Place, Wanted, list_offers

router = APIRouter()

_FILTERS = ("need", "canton")


@router.get("/services")
async def show(request: Request, visitor: Visiting) -> Response:
    """Active services, or those that are asked for. Who looks is not noted."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    asked = wanted_of(request.query_params, _FILTERS)
    wanted = Wanted(canton=asked.canton, need=asked.need, status="active")
    offers = [offer for offer in await services.database.read(list_offers, wanted) if offer.places]
    return await pages.show(
        request,
        "actors/services.html",
        here="services",
        form=FormState({"need": asked.need, "canton": asked.canton}),
        filters=[
            (name, reader.text("helping.filter_" + name), choices_of(reader, name)) for name in _FILTERS
        ],
        count=reader.plural("helping.count", len(offers)),
        offers=[_told(reader, offer) for offer in offers],
        filtered=bool(asked.need or asked.canton),
        printed=reader.day(today(reader.zone)),
    )


def _told(reader: Reader, offer: Offer) -> dict[str, Any]:
    telling = telling_of(reader)
    return {
        "name": reader.local(offer.name),
        "actor": offer.actor,
        "website": offer.website,
        "description": reader.local(offer.description) if offer.description else "",
        "needs": ", ".join(telling.need(need) for need in offer.needs),
        "languages": telling.languages(offer),
        "requirements": reader.local(offer.requirements) if offer.requirements else "",
        "cost": telling.cost(offer),
        "verified": telling.verified(offer.verified_on),
        "places": [_place(reader, place) for place in offer.places],
    }


def _place(reader: Reader, place: Place) -> dict[str, Any]:
    telling = telling_of(reader)
    known = place.latitude is not None and place.longitude is not None
    return {
        "where": telling.where(place),
        "hours": telling.hours(place),
        "open": telling.open_now(place, now()),
        "phone": telling.phone(place),
        "tel": place.phone,
        "map": map_link(place.latitude or 0, place.longitude or 0) if known else "",
    }
