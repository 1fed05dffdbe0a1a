"""The services of an actor: their form, their texts in both languages, the check that all is still so."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES as SPOKEN
from api.routes.actors.actors import MapReader, choices_of, telling_of
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.clock import today
from deliberation.actors.directory import STALE, Offer, get_actor, get_offer, list_stale
from deliberation.actors.editing import save_service, save_texts, verify
from deliberation.actors.needs import LANGUAGES, NEEDS, STATUSES

router = APIRouter()

_TEXTS = ("name", "description", "requirements", "cost")
_LONG = ("description", "requirements")


@router.get("/actors/{actor_id}/services/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser, actor_id: int) -> Response:
    """The form of a new service."""
    services: Services = request.app.state.services
    card = await services.database.read(get_actor, actor_id)
    form = FormState({"status": "active", "checked": "yes"})
    return await _show_form(request, visitor, form, card.id, card.name, None, ((), ()))


@router.post("/actors/{actor_id}/services")
async def create(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, actor_id: int
) -> Response:
    """Keep a new service; where it is given comes next."""
    services: Services = request.app.state.services
    card = await services.database.read(get_actor, actor_id)
    return await _save(request, visitor, given, account, card.id, card.name, None)


@router.get("/actors/service/{service_id}")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, service_id: int) -> Response:
    """The form of a service that is there."""
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    form = FormState(
        _typed(offer) | {"status": offer.status, "protection": "yes" if offer.protection else ""}
    )
    ticked = tuple(offer.needs), tuple(offer.languages)
    return await _show_form(request, visitor, form, offer.actor_id, offer.actor, service_id, ticked)


@router.post("/actors/service/{service_id}")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, service_id: int
) -> Response:
    """Write it anew."""
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    return await _save(request, visitor, given, account, offer.actor_id, offer.actor, service_id)


@router.get("/actors/service/{service_id}/texts")
async def show_texts(request: Request, visitor: Visiting, account: Author, service_id: int) -> Response:
    """What is said of a service, for who translates it."""
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    return await _show_texts(request, offer, FormState(_typed(offer)))


@router.post("/actors/service/{service_id}/texts")
async def translate(
    request: Request, visitor: Visiting, given: Posted, account: Author, service_id: int
) -> Response:
    """Keep what is said of it, in both languages."""
    services: Services = request.app.state.services
    offer = await services.database.read(get_offer, service_id)
    fields = Fields(given, visitor.reader)
    texts = _texts(fields)
    if fields.wrong:
        return await _show_texts(request, offer, fields.state, status=400)
    said = {column: {code: text.get(code, "") for code in SPOKEN} for column, text in texts.items()}
    await services.database.run(save_texts, service_id, said, account_id=account.account_id)
    return redirect(request, f"/actors/{offer.actor_id}?done=texts_saved#service-{service_id}")


@router.post("/actors/service/{service_id}/verify")
async def check(request: Request, given: Posted, account: Organiser, service_id: int) -> Response:
    """Somebody has asked today, and all is as it is said."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    offer = await services.database.run(_verified, service_id, today(zone), account.account_id)
    if given.get("from") == "list":
        return redirect(request, "/actors/verify?done=verified")
    return redirect(request, f"/actors/{offer.actor_id}?done=verified#service-{service_id}")


def _verified(db: Session, service_id: int, day: date, account_id: int) -> Offer:
    verify(db, service_id, day, account_id=account_id)
    return get_offer(db, service_id)


@router.get("/actors/verify")
async def show_stale(request: Request, visitor: Visiting, account: MapReader) -> Response:
    """What nobody has checked for long."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, day = visitor.reader, today(visitor.reader.zone)
    telling = telling_of(reader)
    offers = await services.database.read(list_stale, day)
    return await pages.show(
        request,
        "actors/verify.html",
        here="actors",
        days=STALE.days,
        count=reader.plural("helping.stale_count", len(offers)),
        may_write=visitor.may("organiser"),
        offers=[
            {
                "id": offer.id,
                "actor_id": offer.actor_id,
                "actor": offer.actor,
                "name": reader.local(offer.name),
                "plain_name": reader.plain(offer.name),
                "sure": telling.verified(offer.verified_on),
                "late": reader.plural("helping.days_ago", (day - offer.verified_on).days)
                if offer.verified_on and offer.verified_on <= day
                else reader.text("helping.never"),
                "reminded": reader.day(offer.reminded_on) if offer.reminded_on else "",
                "phones": list(dict.fromkeys(filter(None, map(telling.phone, offer.places)))),
            }
            for offer in offers
        ],
    )


def _texts(fields: Fields) -> dict[str, Mapping[str, str]]:
    return {
        "name": fields.localized("name", "helping.service_name"),
        "description": fields.long_localized("description", "helping.description", needs=()),
        "requirements": fields.long_localized("requirements", "helping.requirements", needs=()),
        "cost": fields.localized("cost", "helping.cost", needs=()),
    }


def _typed(offer: Offer) -> dict[str, str]:
    return {f"{name}_{code}": text for name in _TEXTS for code, text in getattr(offer, name).items()}


async def _save(
    request: Request,
    visitor: Visitor,
    given: FormData,
    account: SignedIn,
    actor_id: int,
    actor: str,
    service_id: int | None,
) -> Response:
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    texts = {column: dict(text) for column, text in _texts(fields).items()}
    needs = [need for need in NEEDS if need in given.getlist("needs")]
    languages = [code for code in LANGUAGES if code in given.getlist("languages")]
    if not needs:
        fields.refuse("needs", "helping.needs_missing")
    status = fields.choice("status", STATUSES)
    if fields.wrong:
        ticked = tuple(needs), tuple(languages)
        return await _show_form(
            request, visitor, fields.state, actor_id, actor, service_id, ticked, status=400
        )
    values: dict[str, Any] = {
        **texts,
        "needs": needs,
        "languages": languages,
        "status": status,
        "protection": given.get("protection") == "yes",
    }
    if given.get("checked") == "yes":
        values |= {"verified_on": today(services.settings.zone), "reminded_on": None}
    saved = await services.database.run(
        save_service, service_id, values, actor_id=actor_id, account_id=account.account_id
    )
    if service_id is None:
        return redirect(request, f"/actors/service/{saved}/places/new?done=service_saved")
    return redirect(request, f"/actors/{actor_id}?done=service_saved#service-{saved}")


async def _show_form(
    request: Request,
    visitor: Visitor,
    form: FormState,
    actor_id: int,
    actor: str,
    service_id: int | None,
    ticked: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    needs, languages = ticked
    return await pages.show(
        request,
        "actors/service_edit.html",
        status=status,
        here="actors",
        form=form,
        id=service_id,
        actor_id=actor_id,
        actor=actor,
        needs=[(value, label, value in needs) for value, label in choices_of(reader, "need")],
        languages=[(value, label, value in languages) for value, label in choices_of(reader, "language")],
        statuses=choices_of(reader, "status"),
    )


async def _show_texts(request: Request, offer: Offer, form: FormState, *, status: int = 200) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request,
        "actors/service_texts.html",
        status=status,
        here="actors",
        form=form,
        offer=offer,
        long=_LONG,
    )
