"""The register of programmes, the SDG matrix, and the report for the ministries."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.commitment_fields import read_goals, read_link, read_past_day, read_unit
from api.commitment_words import both, in_languages, table_file
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.routes.commitments.commitments import words_of
from api.security import Governing, Organiser, Posted, Visiting, require
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.clock import today
from core.errors import Forbidden
from deliberation.commitments.programmes import (
    INCLUSIONS,
    ProgrammeCard,
    ProgrammeText,
    delete_programme,
    get_programme,
    list_programmes,
    save_programme,
)
from deliberation.commitments.units import UnitCard, list_units, units_of
from surveys.exporting.formulas import harmless

router = APIRouter()

Registrar = Annotated[SignedIn, Depends(require("organiser", "unit"))]
_HEAD = (
    "programme", *both("unit"), *both("programme"), "inclusion", "since", *both("evidence"), "link", "sdg",
)  # fmt: skip


@router.get("/council/register")
async def show_list(request: Request, visitor: Visiting, account: Governing) -> Response:
    """Which programmes include people on the move by now."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    cards = await services.database.read(list_programmes)
    mine = await services.database.read(_writable, visitor)
    included = sum(card.inclusion != "no" for card in cards)
    own = {unit.id for unit in mine}
    return await pages.show(
        request,
        "commitments/register.html",
        here="council",
        rows=[words.programme(card) | {"own": card.unit_id in own} for card in cards],
        summary=reader.plural("commitments.included_of", len(cards), included=reader.number(included)),
        may_write=bool(mine),
        may_organise=visitor.may("organiser"),
    )


@router.get("/council/register.csv")
async def download(request: Request, visitor: Visiting, account: Governing) -> Response:
    """The same as a table."""
    services: Services = request.app.state.services
    cards = await services.database.read(list_programmes)
    return table_file("rimay-register.csv", _HEAD, [_columns(card) for card in cards])


def _columns(card: ProgrammeCard) -> list[object]:
    names = (*in_languages(card.unit), *in_languages(card.name))
    shown = (*in_languages(card.evidence), harmless(card.evidence_link or ""))
    return [card.id, *names, card.inclusion, card.included_since, *shown, " ".join(card.sdg)]


@router.get("/council/programmes/new")
async def show_new(request: Request, visitor: Visiting, account: Registrar) -> Response:
    """The form of a new one."""
    return await _show(request, visitor, FormState({"inclusion": "no"}), (), None)


@router.post("/council/programmes")
async def create(request: Request, visitor: Visiting, given: Posted, account: Registrar) -> Response:
    """Put it on the register."""
    return await _save(request, visitor, given, account, None)


@router.get("/council/programmes/{programme_id}")
async def show(request: Request, visitor: Visiting, account: Registrar, programme_id: int) -> Response:
    """The form of one that is there."""
    services: Services = request.app.state.services
    card = await services.database.read(_own_programme, programme_id, visitor)
    texts = {"name": card.name, "evidence": card.evidence}
    values = {f"{name}_{code}": said for name, text in texts.items() for code, said in text.items()}
    about = {
        "unit": str(card.unit_id),
        "inclusion": card.inclusion,
        "since": card.included_since.isoformat() if card.included_since else "",
        "link": card.evidence_link or "",
    }
    return await _show(request, visitor, FormState(values | about), card.sdg, programme_id)


@router.post("/council/programmes/{programme_id}")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Registrar, programme_id: int
) -> Response:
    """Write it anew."""
    services: Services = request.app.state.services
    await services.database.read(_own_programme, programme_id, visitor)
    return await _save(request, visitor, given, account, programme_id)


@router.post("/council/programmes/{programme_id}/delete")
async def delete(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, programme_id: int
) -> Response:
    """Take it off the register."""
    services: Services = request.app.state.services
    await services.database.run(delete_programme, programme_id, account_id=account.account_id)
    return redirect(request, "/council/register?done=programme_deleted")


def _writable(db: Session, visitor: Visitor) -> list[UnitCard]:
    """The units of whose programmes the account may write."""
    units = list_units(db)
    if visitor.may("organiser") or visitor.account is None:
        return units if visitor.account is not None else []
    own = units_of(db, visitor.account.account_id) if visitor.account.role == "unit" else set()
    return [unit for unit in units if unit.id in own]


def _own_programme(db: Session, programme_id: int, visitor: Visitor) -> ProgrammeCard:
    """Raises NotFound, Forbidden."""
    card = get_programme(db, programme_id)
    if card.unit_id not in {unit.id for unit in _writable(db, visitor)}:
        raise Forbidden
    return card


async def _save(
    request: Request, visitor: Visitor, given: FormData, account: SignedIn, programme_id: int | None
) -> Response:
    services: Services = request.app.state.services
    zone = services.settings.zone
    units = await services.database.read(_writable, visitor)
    fields = Fields(given, visitor.reader)
    written = _written(fields, given, units, today(zone))
    if fields.wrong:
        return await _show(request, visitor, fields.state, written.sdg, programme_id, status=400)
    await services.database.run(save_programme, programme_id, written, zone, account_id=account.account_id)
    return redirect(request, "/council/register?done=programme_saved")


def _written(fields: Fields, given: FormData, units: list[UnitCard], day: date) -> ProgrammeText:
    """What was typed, in the order of the page. What shows it is asked for where people are included."""
    unit_id = read_unit(fields, units)
    name = fields.localized("name", "commitments.programme_name", needs=LANGUAGES)
    inclusion = fields.choice("inclusion", INCLUSIONS)
    included = inclusion in ("yes", "partly")
    since = read_past_day(fields, "since", day) if included else None
    told = fields.raw("link") != "" or not included
    evidence = fields.long_localized("evidence", "commitments.evidence", needs=() if told else LANGUAGES)
    link = read_link(fields, "link")
    return ProgrammeText(unit_id, name, inclusion, since, evidence, link, read_goals(given))


async def _show(
    request: Request,
    visitor: Visitor,
    form: FormState,
    sdg: tuple[str, ...],
    programme_id: int | None,
    *,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    units = await services.database.read(_writable, visitor)
    return await pages.show(
        request,
        "commitments/programme.html",
        status=status,
        here="council",
        form=form,
        id=programme_id,
        units=[(unit.id, reader.plain(unit.name)) for unit in units],
        inclusions=[(each, reader.text("commitments.inclusion_" + each)) for each in INCLUSIONS],
        goals=words_of(request, reader).ticks(sdg),
        may_delete=programme_id is not None and visitor.may("organiser"),
    )
