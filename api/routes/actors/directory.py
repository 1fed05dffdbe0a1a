"""The public page of services: for anybody, in both languages, to be read, printed and hung up. No script."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

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
_ON_A_PAGE = 20
"""Whatever is written of each, a page stays light enough for a telephone."""


@router.get("/services")
async def show(request: Request, visitor: Visiting, page: int = 1) -> Response:
    """Active services, or those that are asked for, some at a time. Who looks is not noted."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    asked = wanted_of(request.query_params, _FILTERS)
    wanted = Wanted(canton=asked.canton, need=asked.need, status="active")
    offers = [offer for offer in await services.database.read(list_offers, wanted) if offer.places]
    last = max(1, -(-len(offers) // _ON_A_PAGE))
    here = min(max(1, page), last)
    shown = offers[(here - 1) * _ON_A_PAGE : here * _ON_A_PAGE]
    chosen = {"need": asked.need, "canton": asked.canton}
    return await pages.show(
        request,
        "actors/services.html",
        here="services",
        form=FormState(chosen),
        filters=[
            (name, reader.text("helping.filter_" + name), choices_of(reader, name)) for name in _FILTERS
        ],
        count=reader.plural("helping.count", len(offers)),
        offers=[_told(reader, offer) for offer in shown],
        filtered=any(chosen.values()),
        turning=reader.text("helping.chat_page", page=here, pages=last) if last > 1 else "",
        before=_address(chosen, here - 1) if here > 1 else "",
        after=_address(chosen, here + 1) if here < last else "",
        printed=reader.day(today(reader.zone)),
    )


def _address(chosen: Mapping[str, str], page: int) -> str:
    """Of another page of what is asked for."""
    return "/services?" + urlencode(
        {**{name: value for name, value in chosen.items() if value}, "page": page}
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
