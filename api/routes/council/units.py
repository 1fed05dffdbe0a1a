"""The units of government that can be put in charge of an item."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.commitments.areas import AREAS
from deliberation.commitments.units import add_unit, list_units

router = APIRouter()


@router.get("/council/units")
async def show(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """All of them, and the form of another one."""
    return await _show(request, visitor, FormState())


@router.post("/council/units")
async def add(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """From now on it can be put in charge."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    name = fields.localized("name", "sittings.unit_name", needs=LANGUAGES, limit=120)
    area = fields.choice("area", AREAS)
    institution = fields.text("institution", "sittings.unit_institution", optional=True, limit=160)
    if fields.wrong:
        return await _show(request, visitor, fields.state, status=400)
    await services.database.run(add_unit, name, area, institution=institution, account_id=account.account_id)
    return redirect(request, "/council/units?done=unit_added")


async def _show(request: Request, visitor: Visitor, form: FormState, *, status: int = 200) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    units = await services.database.read(list_units)
    return await pages.show(
        request,
        "council/units.html",
        status=status,
        here="council",
        form=form,
        units=[
            (unit.id, reader.local(unit.name), reader.text("sittings.area_" + unit.area), unit.institution)
            for unit in units
        ],
        areas=[(area, reader.text("sittings.area_" + area)) for area in AREAS],
    )
