"""An assembly is moved or called off, after its organiser has read whom the chat will tell of it."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.assembly_links import read_link
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from deliberation.assemblies.assembly import AssemblyCancelled, AssemblyPast
from deliberation.assemblies.changing import Links, cancel_assembly, count_concerned, move_assembly
from deliberation.assemblies.headlines import AssemblyHeadline, get_assembly_headline

router = APIRouter()

_WALL = "%Y-%m-%dT%H:%M"


@router.get("/assemblies/{assembly_id}/move")
async def show_moving(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """The form of another date or place, as they are now."""
    assembly = await _ahead(request, assembly_id)
    minutes = (assembly.ends_at - assembly.starts_at) // timedelta(minutes=1)
    starts_at = assembly.starts_at.astimezone(visitor.reader.zone).strftime(_WALL)
    typed = {"starts_at": starts_at, "minutes": str(minutes), "place": assembly.place}
    typed |= {"map_link": assembly.map_link or "", "call_link": assembly.call_link or ""}
    return await _show_moving(request, visitor, assembly_id, FormState(typed))


@router.post("/assemblies/{assembly_id}/move")
async def move(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, assembly_id: int
) -> Response:
    """Hold it then and there, and tell who was invited."""
    services: Services = request.app.state.services
    assembly = await _ahead(request, assembly_id)
    fields = Fields(given, visitor.reader)
    starts_at = fields.moment("starts_at", now())
    minutes = fields.number("minutes", 15, 600)
    place = fields.text("place", "console.assembly_place")
    links = Links(
        read_link(fields, "map_link", "draws.map_link") or None,
        read_link(fields, "call_link", "draws.call_link") or None,
    )
    ends_at = starts_at + timedelta(minutes=minutes)
    before = Links(assembly.map_link, assembly.call_link)
    as_it_is = assembly.starts_at, assembly.ends_at, assembly.place, before
    if not fields.wrong and (starts_at, ends_at, place, links) == as_it_is:
        fields.refuse("starts_at", "seats.move_same")
    if fields.wrong:
        return await _show_moving(request, visitor, assembly_id, fields.state, status=400)
    broadcast = await services.database.run(
        move_assembly,
        assembly_id,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        links=links,
        account_id=account.account_id,
    )
    if broadcast is not None:
        await services.deliver(broadcast)
    return redirect(request, f"/assemblies/{assembly_id}?done=saved")


async def _show_moving(
    request: Request, visitor: Visitor, assembly_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    assembly = await _ahead(request, assembly_id)
    told = await services.database.read(count_concerned, assembly_id, moving=True)
    return await pages.show(
        request,
        "assemblies/assembly_move.html",
        status=status,
        here="assemblies",
        id=assembly_id,
        title=visitor.reader.local(assembly.title),
        when=visitor.reader.moment(assembly.starts_at),
        tells=visitor.reader.plural("seats.move_tells", told),
        earliest=now().astimezone(visitor.reader.zone).strftime(_WALL),
        form=form,
    )


@router.get("/assemblies/{assembly_id}/cancel")
async def show_cancelling(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int
) -> Response:
    """What calling it off would do, before it is done."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    assembly = await _ahead(request, assembly_id)
    told = await services.database.read(count_concerned, assembly_id, moving=False)
    return await pages.show(
        request,
        "assemblies/assembly_cancel.html",
        here="assemblies",
        id=assembly_id,
        title=visitor.reader.local(assembly.title),
        when=visitor.reader.moment(assembly.starts_at),
        tells=visitor.reader.plural("seats.cancel_tells", told),
    )


@router.post("/assemblies/{assembly_id}/cancel")
async def cancel(request: Request, account: Organiser, assembly_id: int) -> Response:
    """Call it off, and tell who was invited."""
    services: Services = request.app.state.services
    broadcast = await services.database.run(cancel_assembly, assembly_id, account_id=account.account_id)
    if broadcast is not None:
        await services.deliver(broadcast)
    return redirect(request, f"/assemblies/{assembly_id}?done=saved")


async def _ahead(request: Request, assembly_id: int) -> AssemblyHeadline:
    """The assembly. Raises what says that nothing can be changed any more."""
    services: Services = request.app.state.services
    assembly = await services.database.read(get_assembly_headline, assembly_id)
    if assembly.is_cancelled:
        raise AssemblyCancelled
    if assembly.starts_at <= now():
        raise AssemblyPast
    return assembly
