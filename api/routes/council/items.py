"""The pool of agenda items: listed, written, confirmed, withdrawn, taken back, put in order, put off."""

import csv
import io
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.council_words import CouncilWords
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.routes.council.desk import words_of
from api.security import Governing, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import today
from core.errors import Conflict
from deliberation.commitments.units import UnitCard, list_units
from deliberation.council.agenda import ItemCard, get_item
from deliberation.council.contributors import count_contributors
from deliberation.council.deadlines import put_off
from deliberation.council.goals import COMPETENCES, GOALS, goal_key
from deliberation.council.items import (
    Quote,
    Wording,
    add_item,
    list_pool,
    list_quotable,
    move_item,
    quotes_of,
    save_item,
    take_back_item,
    withdraw_item,
)
from deliberation.council.published import PublishedItem, read_item
from deliberation.council.tables import AgendaItem
from i18n.dates import format_day
from surveys.exporting.formulas import harmless

router = APIRouter()

_LONGEST = 240
_STANDS = ("typical", "dissent")
_USUAL = {"minutes": "15", "competence": "province"}


@router.get("/council/items")
async def show_list(request: Request, visitor: Visiting, account: Governing) -> Response:
    """Every item: what waits for a decision first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    pool, units = await services.database.read(_pool)
    reader, words = visitor.reader, words_of(request, visitor.reader)
    day = today(services.settings.zone)
    return await pages.show(
        request,
        "council/items.html",
        here="council",
        rows=[_line(reader, words, item, units) | {"overdue": item.is_overdue(day)} for item in pool],
        may_organise=visitor.may("organiser"),
    )


@router.get("/council/items.csv")
async def download(request: Request, visitor: Visiting, account: Governing) -> Response:
    """The same as a table; a number that is not shown is empty."""
    services: Services = request.app.state.services
    pool, units = await services.database.read(_pool)
    file = io.StringIO()
    table = csv.writer(file)
    head = "item", "title_es", "title_qu", "source", "state", "count", "of", "minutes", "competence", "unit"
    table.writerow((*head, "sdg", "decide_by", "sitting", "outcome"))
    for item in pool:
        titles = [harmless(item.title.get(code, "")) for code in LANGUAGES]
        unit = units.get(item.unit_id or 0, {}).get("es", "")
        found = item.evidence.get("count"), item.evidence.get("of")
        about = item.minutes, item.competence, harmless(unit), " ".join(item.sdg), item.decide_by
        decided = item.decision.outcome if item.decision else None
        table.writerow((item.id, *titles, item.source, item.state, *found, *about, item.sitting_id, decided))
    headers = {"Content-Disposition": 'attachment; filename="rimay-items.csv"'}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _pool(db: Session) -> tuple[list[ItemCard], dict[int, Any]]:
    return list_pool(db), {unit.id: unit.name for unit in list_units(db)}


def _line(reader: Reader, words: CouncilWords, item: ItemCard, units: dict[int, Any]) -> dict[str, Any]:
    state = item.state if item.decision is None else "decided"
    if state == "confirmed" and item.sitting_id is not None:
        state = "on_agenda"
    return {
        "id": item.id,
        "title": reader.local(item.title),
        "source": reader.text("sittings.source_" + item.source),
        "amount": words.amount(item) or "—",
        "count": item.evidence.get("count") or 0,
        "minutes": reader.number(item.minutes),
        "unit": reader.local(units.get(item.unit_id or 0, {})) or "—",
        "state": reader.text("sittings.item_" + state),
        "due": format_day(item.decide_by) if item.decide_by else "—",
        "due_day": item.decide_by.isoformat() if item.decide_by else "",
        "movable": item.decision is None and state in ("proposed", "confirmed"),
    }


@router.get("/council/items/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form of an item that no result proposes."""
    return await _show_form(request, visitor, FormState(_USUAL), None)


@router.post("/council/items")
async def create(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Put it on the agenda."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    wording = await _wording(request, fields, given, None)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, None, given=given, status=400)
    item_id = await services.database.run(
        add_item, wording, services.settings.zone, account_id=account.account_id
    )
    return redirect(request, f"/council/items/{item_id}?done=item_saved")


@router.get("/council/items/{item_id}")
async def show(request: Request, visitor: Visiting, account: Governing, item_id: int) -> Response:
    """An item with its evidence, where it stands, and what can be done with it."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    found = await services.database.read(read_item, item_id)
    item = found.item
    bound = item.decision is not None or (found.sitting is not None and found.sitting.state == "convened")
    return await pages.show(
        request,
        "council/pool_item.html",
        here="council",
        item=item,
        published=found,
        **facts_of(reader, words, found),
        overdue=item.is_overdue(today(services.settings.zone)),
        promised=found.promised,
        may_change=visitor.may("organiser") and not bound,
        may_decide=visitor.may("council") and item.decision is None and item.state != "withdrawn",
        may_promise=visitor.may("organiser", "council"),
        may_put_off=visitor.may("organiser") and item.decision is None and item.state == "confirmed",
    )


def facts_of(reader: Reader, words: CouncilWords, found: PublishedItem) -> dict[str, Any]:
    """What every page of an item shows."""
    item = found.item
    return {
        "title": reader.local(item.title),
        "plain_title": reader.plain(item.title),
        "request_text": reader.local(item.request) if item.request else "",
        "evidence": words.evidence(item, found.about, found.quotes),
        "decision": words.decision(found),
        "due": reader.day(item.decide_by) if item.decide_by else "",
        "minutes": words.minutes(item.minutes),
        "competence": words.competence(item),
        "unit_name": reader.local(found.unit),
        "goals": words.goals(item),
        "proposed": reader.local(item.proposed) if item.proposed else "",
        "state": reader.text("sittings.item_" + item.state),
        "sitting_title": reader.local(found.sitting.title) if found.sitting else "",
        "sitting_when": reader.moment(found.sitting.starts_at) if found.sitting else "",
    }


@router.get("/council/items/{item_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, item_id: int) -> Response:
    """The form in which an item is written and confirmed."""
    services: Services = request.app.state.services
    found = await services.database.read(read_item, item_id)
    if found.item.decision is not None or (found.sitting is not None and found.sitting.state == "convened"):
        raise Conflict
    return await _show_form(request, visitor, _typed(found.item), found.item)


@router.post("/council/items/{item_id}")
async def save(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, item_id: int
) -> Response:
    """Write it anew; what the results proposed is confirmed by it."""
    services: Services = request.app.state.services
    item = await services.database.read(get_item, item_id)
    fields = Fields(given, visitor.reader)
    wording = await _wording(request, fields, given, item)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, item, given=given, status=400)
    await services.database.run(
        save_item, item_id, wording, services.settings.zone, account_id=account.account_id
    )
    return redirect(request, f"/council/items/{item_id}?done=item_saved")


@router.post("/council/items/{item_id}/withdraw")
async def withdraw(request: Request, given: Posted, account: Organiser, item_id: int) -> Response:
    """Take it off the agenda; it can be taken back."""
    services: Services = request.app.state.services
    await services.database.run(withdraw_item, item_id, account_id=account.account_id)
    return redirect(request, f"/council/items/{item_id}?done=item_withdrawn")


@router.post("/council/items/{item_id}/take-back")
async def take_back(request: Request, given: Posted, account: Organiser, item_id: int) -> Response:
    """Put it into the pool again."""
    services: Services = request.app.state.services
    await services.database.run(take_back_item, item_id, account_id=account.account_id)
    return redirect(request, f"/council/items/{item_id}?done=item_taken_back")


@router.post("/council/items/{item_id}/move")
async def move(request: Request, given: Posted, account: Organiser, item_id: int) -> Response:
    """Up or down by one place."""
    services: Services = request.app.state.services
    up = given.get("way") == "up"
    await services.database.run(move_item, item_id, up, account_id=account.account_id)
    return redirect(request, f"/council/items#item-{item_id}")


@router.get("/council/items/{item_id}/put-off")
async def show_put_off(request: Request, visitor: Visiting, account: Organiser, item_id: int) -> Response:
    """To which later day, and how many people hear of it."""
    return await _show_put_off(request, visitor, item_id, FormState())


@router.post("/council/items/{item_id}/put-off")
async def defer(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, item_id: int
) -> Response:
    """Promise a later day; contributors are told."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    item = await services.database.read(get_item, item_id)
    fields = Fields(given, visitor.reader)
    day = fields.day("decide_by", max(today(zone), item.decide_by or today(zone)))
    if fields.wrong:
        return await _show_put_off(request, visitor, item_id, fields.state, status=400)
    broadcast = await services.database.run(put_off, item_id, day, zone, account_id=account.account_id)
    await services.deliver(broadcast)
    return redirect(request, f"/council/items/{item_id}?done=item_put_off")


async def _show_put_off(
    request: Request, visitor: Visitor, item_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages

    def look(db: Session) -> tuple[ItemCard, int]:
        return get_item(db, item_id), count_contributors(db, db.get_one(AgendaItem, item_id))

    item, people = await services.database.read(look)
    if item.decision is not None or item.state != "confirmed":
        raise Conflict
    reader = visitor.reader
    return await pages.show(
        request,
        "council/item_put_off.html",
        status=status,
        here="council",
        form=form,
        item=item,
        title=reader.local(item.title),
        due=reader.day(item.decide_by) if item.decide_by else "",
        people=people,
        count=reader.plural("sittings.put_off_people", people),
    )


async def _wording(request: Request, fields: Fields, given: FormData, item: ItemCard | None) -> Wording:
    """What was typed, in the order of the page."""
    services: Services = request.app.state.services
    units, quotes = await services.database.read(_choices, item)
    title = fields.localized("title", "sittings.title", needs=LANGUAGES, limit=_LONGEST)
    asked = fields.long_localized("request", "sittings.request", needs=())
    minutes = fields.number("minutes", 1, 240)
    unit = fields.choice("unit", {"", *(str(each.id) for each in units)})
    fresh = item is None or item.decide_by is None
    return Wording(
        title=title,
        request=asked,
        minutes=minutes,
        competence=fields.choice("competence", {"", *COMPETENCES}) or None,
        unit_id=int(unit) if unit.isdigit() and "unit" not in fields.wrong else None,
        sdg=tuple(code for code in GOALS if code in given.getlist("sdg")),
        proposed=fields.long_localized("proposed", "sittings.proposed", needs=()),
        dissent=fields.long_localized("dissent", "sittings.dissent", needs=()),
        voices=tuple(
            (quote.id, stand)
            for quote in quotes
            if (stand := fields.choice(f"quote_{quote.id}", {"", *_STANDS})) in _STANDS
        ),
        decide_by=fields.day("decide_by", today(services.settings.zone))
        if fresh and fields.raw("decide_by")
        else None,
    )


def _choices(db: Session, item: ItemCard | None) -> tuple[list[UnitCard], list[Quote]]:
    """The units, and the approved quotes of its consultation: those that are chosen first."""
    if item is None:
        return list_units(db), []
    chosen = {quote.id: quote for quote in quotes_of(db, item)}
    others = [quote for quote in list_quotable(db, item) if quote.id not in chosen]
    return list_units(db), sorted([*chosen.values(), *others], key=lambda quote: quote.id)


def _typed(item: ItemCard) -> FormState:
    texts = {
        "title": item.title,
        "request": item.request or {},
        "proposed": item.proposed or {},
        "dissent": item.evidence.get("dissent", {}),
    }
    values = {f"{name}_{code}": text for name, said in texts.items() for code, text in said.items()}
    about = {
        "minutes": str(item.minutes),
        "competence": item.competence or "",
        "unit": str(item.unit_id or ""),
    }
    return FormState(values | about)


async def _show_form(
    request: Request,
    visitor: Visitor,
    form: FormState,
    item: ItemCard | None,
    *,
    given: FormData | None = None,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    units, quotes = await services.database.read(_choices, item)
    ticked = given.getlist("sdg") if given is not None else item.sdg if item is not None else ()
    kept = {f"quote_{quote.id}": quote.stand for quote in quotes if quote.stand}
    form = FormState({**kept, **form.values}, form.wrong)
    return await pages.show(
        request,
        "council/item_form.html",
        status=status,
        here="council",
        form=form,
        item=item,
        fresh=item is None or item.decide_by is None,
        due=reader.day(item.decide_by) if item is not None and item.decide_by else "",
        earliest=(today(services.settings.zone) + timedelta(days=1)).isoformat(),
        units=[(unit.id, reader.plain(unit.name)) for unit in units],
        competences=[(each, reader.text("sittings.competence_" + each)) for each in COMPETENCES],
        goals=[(code, reader.text(goal_key(code)), code in ticked) for code in GOALS],
        quotes=quotes,
        stands=[(stand, reader.text("sittings.quote_" + stand)) for stand in _STANDS],
    )
