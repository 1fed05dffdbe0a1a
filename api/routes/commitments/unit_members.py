"""A unit of government: its name, its area, and the accounts that speak for it."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.commitments.areas import AREAS
from deliberation.commitments.units import (
    Speaker,
    UnitCard,
    end_unit,
    get_unit,
    list_speakers,
    name_speakers,
    save_unit,
)

router = APIRouter()


@router.get("/council/units/{unit_id}")
async def show(request: Request, visitor: Visiting, account: Organiser, unit_id: int) -> Response:
    """What it is called, and who speaks for it."""
    services: Services = request.app.state.services
    unit = await services.database.read(get_unit, unit_id)
    values = {f"name_{code}": said for code, said in unit.name.items()}
    about = {"area": unit.area, "institution": unit.institution}
    return await _show(request, visitor, unit_id, FormState(values | about))


@router.post("/council/units/{unit_id}")
async def save(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, unit_id: int
) -> Response:
    """Its name, its area and who speaks for it, in one."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    name = fields.localized("name", "sittings.unit_name", needs=LANGUAGES, limit=120)
    area = fields.choice("area", AREAS)
    institution = fields.text("institution", "sittings.unit_institution", optional=True, limit=160)
    if fields.wrong:
        return await _show(request, visitor, unit_id, fields.state, status=400)
    ticked = [str(each) for each in given.getlist("speaker")]
    speakers = {int(each) for each in ticked if each.isascii() and each.isdigit() and len(each) < 10}

    def keep(db: Session) -> None:
        save_unit(db, unit_id, name, area, institution=institution, account_id=account.account_id)
        name_speakers(db, unit_id, speakers, account_id=account.account_id)

    await services.database.run(keep)
    return redirect(request, "/council/units?done=unit_saved")


@router.post("/council/units/{unit_id}/end")
async def end(request: Request, given: Posted, account: Organiser, unit_id: int) -> Response:
    """It takes nothing on any more."""
    services: Services = request.app.state.services
    await services.database.run(end_unit, unit_id, account_id=account.account_id)
    return redirect(request, "/council/units?done=unit_ended")


async def _show(
    request: Request, visitor: Visitor, unit_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader

    def look(db: Session) -> tuple[UnitCard, list[Speaker]]:
        return get_unit(db, unit_id), list_speakers(db, unit_id)

    unit, speakers = await services.database.read(look)
    return await pages.show(
        request,
        "commitments/unit.html",
        status=status,
        here="council",
        form=form,
        id=unit_id,
        title=reader.local(unit.name),
        plain_title=reader.plain(unit.name),
        areas=[(area, reader.text("sittings.area_" + area)) for area in AREAS],
        speakers=speakers,
    )
