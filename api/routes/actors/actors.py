"""The actor map: which services there are, filtered and taken along; actors, written and looked at."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting, require
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.clock import today
from deliberation.actors.contacts import email_of, website_of
from deliberation.actors.directory import (
    ActorCard,
    Offer,
    Wanted,
    count_stale,
    get_actor,
    list_actors,
    list_offers,
    list_offers_of,
)
from deliberation.actors.editing import ActorText, delete_actor, save_actor
from deliberation.actors.needs import CANTONS, KINDS, LANGUAGES, NEEDS, STATUSES
from deliberation.actors.wording import Telling
from surveys.exporting.formulas import harmless

router = APIRouter()

MapReader = Annotated[SignedIn, Depends(require("organiser", "interpreter", "unit"))]
"""Who may look at the map in the console."""
FILTERS = ("canton", "need", "language", "kind", "status")
_CHOICES = {"canton": CANTONS, "need": NEEDS, "language": LANGUAGES, "kind": KINDS, "status": STATUSES}
_LONGEST_LINK = 512


def telling_of(reader: Reader) -> Telling:
    """Says of a service what is to be said, to this reader."""
    return Telling(reader.translator, reader.language, reader.zone)


def choices_of(reader: Reader, name: str) -> list[tuple[str, str]]:
    """What may be chosen, each with its name."""
    telling = telling_of(reader)
    if name == "canton":
        return [(canton, telling.canton(canton)) for canton in CANTONS]
    return [(value, reader.text(f"helping.{name}_{value}")) for value in _CHOICES[name]]


def wanted_of(query: Mapping[str, str], names: Iterable[str] = FILTERS) -> Wanted:
    """What is asked for in an address; what is no choice restricts nothing."""
    asked = {name: query.get(name, "") for name in names}
    return Wanted(**{name: value for name, value in asked.items() if value in _CHOICES[name]})


@router.get("/actors")
async def show_list(request: Request, visitor: Visiting, account: MapReader) -> Response:
    """All services, or those that are asked for."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    wanted, day = wanted_of(request.query_params), today(reader.zone)
    offers, actors, stale = await services.database.read(_look, wanted, day)
    chosen = {name: getattr(wanted, name) for name in FILTERS}
    without = [card for card in actors if not card.services]
    return await pages.show(
        request,
        "actors/actors.html",
        here="actors",
        form=FormState(chosen),
        filters=[(name, reader.text("helping.filter_" + name), choices_of(reader, name)) for name in FILTERS],
        filtered=any(chosen.values()),
        query=request.url.query,
        rows=[_row(reader, offer, offer.is_stale(day)) for offer in offers],
        count=reader.plural("helping.count", len(offers)),
        without=without if not any(chosen.values()) else [],
        stale=stale,
        empty=not actors,
        may_write=visitor.may("organiser"),
    )


def _look(db: Session, wanted: Wanted, day: Any) -> tuple[list[Offer], list[ActorCard], int]:
    return list_offers(db, wanted), list_actors(db), count_stale(db, day)


def _row(reader: Reader, offer: Offer, stale: bool) -> dict[str, Any]:
    telling = telling_of(reader)
    where = dict.fromkeys(telling.canton(place.canton) for place in offer.places)
    return {
        "id": offer.id,
        "actor_id": offer.actor_id,
        "actor": offer.actor,
        "name": reader.local(offer.name),
        "plain_name": reader.plain(offer.name),
        "needs": ", ".join(telling.need(need) for need in offer.needs),
        "where": ", ".join(where) or reader.text("helping.no_place"),
        "languages": telling.languages(offer),
        "kind": reader.text("helping.kind_" + offer.kind),
        "status": reader.text("helping.status_" + offer.status),
        "active": offer.status == "active",
        "verified": reader.day(offer.verified_on) if offer.verified_on else reader.text("helping.never"),
        "verified_sort": offer.verified_on.isoformat() if offer.verified_on else "",
        "stale": stale,
    }


@router.get("/actors.csv")
async def show_csv(request: Request, visitor: Visiting, account: MapReader) -> Response:
    """The same list as a table, with the same filters."""
    services: Services = request.app.state.services
    reader = visitor.reader
    offers = await services.database.read(list_offers, wanted_of(request.query_params))
    columns = ("actor", "plain_name", "kind", "needs", "where", "languages", "status", "verified_sort")
    names = ("actor", "service", "kind", "needs", "where", "languages", "status", "verified")
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow([reader.text("helping.column_" + name) for name in names])
    for offer in offers:
        row = _row(reader, offer, stale=False)
        lines.writerow([harmless(str(row[column])) for column in columns])
    return attachment(file.getvalue(), "text/csv; charset=utf-8", "rimay-services.csv")


def attachment(content: str | bytes, media_type: str, name: str) -> Response:
    """A file to be kept."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


# One actor


@router.get("/actors/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form of a new actor."""
    return await _show_form(request, visitor, FormState({"kind": "public"}), None)


@router.post("/actors")
async def create(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Keep a new actor; its services come next."""
    return await _save(request, visitor, Fields(given, visitor.reader), account, None)


@router.get("/actors/{actor_id}")
async def show(request: Request, visitor: Visiting, account: MapReader, actor_id: int) -> Response:
    """An actor with its services and where they are given."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, offers = await services.database.read(_look_at, actor_id)
    return await pages.show(
        request,
        "actors/actor.html",
        here="actors",
        actor=card,
        kind=reader.text("helping.kind_" + card.kind),
        description=reader.local(card.description) if card.description else "",
        offers=[_told(reader, offer) for offer in offers],
        may_write=visitor.may("organiser"),
        may_translate=visitor.may("organiser", "interpreter"),
    )


def _look_at(db: Session, actor_id: int) -> tuple[ActorCard, list[Offer]]:
    return get_actor(db, actor_id), list_offers_of(db, actor_id)


def _told(reader: Reader, offer: Offer) -> dict[str, Any]:
    telling, stale = telling_of(reader), offer.is_stale(today(reader.zone))
    row = _row(reader, offer, stale)
    return row | {
        "description": reader.local(offer.description) if offer.description else "",
        "requirements": reader.local(offer.requirements) if offer.requirements else "",
        "cost": telling.cost(offer),
        "sure": telling.verified(offer.verified_on),
        "reminded": reader.day(offer.reminded_on) if offer.reminded_on else "",
        "protection": offer.protection,
        "places": [
            {
                "id": place.id,
                "where": telling.where(place),
                "hours": telling.hours(place) or reader.text("helping.no_hours"),
                "phone": telling.phone(place),
                "tel": place.phone,
            }
            for place in offer.places
        ],
    }


@router.get("/actors/{actor_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, actor_id: int) -> Response:
    """The form of an actor that is there."""
    services: Services = request.app.state.services
    card = await services.database.read(get_actor, actor_id)
    values = {
        "name": card.name,
        "kind": card.kind,
        "website": card.website or "",
        "email": card.email or "",
        **{f"description_{code}": text for code, text in card.description.items()},
    }
    return await _show_form(request, visitor, FormState(values), actor_id)


@router.post("/actors/{actor_id}")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, actor_id: int
) -> Response:
    """Write it anew."""
    return await _save(request, visitor, Fields(given, visitor.reader), account, actor_id)


@router.post("/actors/{actor_id}/delete")
async def delete(request: Request, account: Organiser, actor_id: int) -> Response:
    """Take it off the map, with its services."""
    services: Services = request.app.state.services
    await services.database.run(delete_actor, actor_id, account_id=account.account_id)
    return redirect(request, "/actors?done=actor_deleted")


async def _save(
    request: Request, visitor: Visitor, fields: Fields, account: SignedIn, actor_id: int | None
) -> Response:
    services: Services = request.app.state.services
    written = ActorText(  # in the order of the page, so that faults are listed in it
        name=fields.text("name", "helping.actor_name"),
        kind=fields.choice("kind", KINDS),
        description=fields.long_localized("description", "helping.description", needs=()),
        website=read_link(fields, "website"),
        email=_email(fields),
    )
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, actor_id, status=400)
    saved = await services.database.run(save_actor, actor_id, written, account_id=account.account_id)
    return redirect(request, f"/actors/{saved}?done=actor_saved")


def read_link(fields: Fields, name: str) -> str | None:
    """An address on the web, if one was typed."""
    typed = fields.text(name, "helping.website", optional=True, limit=_LONGEST_LINK)
    found = website_of(typed) if typed else None
    if typed and found is None:
        fields.refuse(name, "helping.website_wrong")
    return found


def _email(fields: Fields) -> str | None:
    typed = fields.text("email", "helping.email", optional=True)
    found = email_of(typed) if typed else None
    if typed and found is None:
        fields.refuse("email", "helping.email_wrong")
    return found


async def _show_form(
    request: Request, visitor: Visitor, form: FormState, actor_id: int | None, *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request,
        "actors/actor_edit.html",
        status=status,
        here="actors",
        form=form,
        id=actor_id,
        kinds=choices_of(visitor.reader, "kind"),
    )
