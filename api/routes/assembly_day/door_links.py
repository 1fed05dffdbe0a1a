"""What an organiser hands out for the day: doors for helpers, and the poster for who comes without an invitation."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.entry_address import entry_address
from api.forms import Fields
from api.pages import Pages, redirect
from api.routes.assembly_day.attendances import show_day
from api.security import Organiser, Posted, Visiting
from api.services import Services
from core.entry_links import tidy_place
from core.errors import NotFound
from deliberation.assemblies.headlines import AssemblyHeadline, get_assembly_headline
from deliberation.assembly_day.doors import (
    DoorCard,
    DoorNameTaken,
    end_door,
    get_door,
    make_door,
    reopen_door,
    secret_of,
)
from deliberation.assembly_day.walk_in import ensure_join_code, get_join_code
from deliberation.assembly_day.wall import wall_poster_of
from surveys.paper.poster import print_poster_apart
from surveys.paper.qr_codes import qr_svg

router = APIRouter()

_LONGEST_NAME = 64


@router.post("/assemblies/{assembly_id}/day/doors")
async def make(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, assembly_id: int
) -> Response:
    """Another door; its page has what is handed to the helper."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    name = tidy_place(fields.text("name", "doors.name", limit=_LONGEST_NAME))
    if not name:
        fields.refuse("name", "console.form_required", field=visitor.reader.text("doors.name"))
    if not fields.wrong:
        try:
            door_id = await services.database.run(
                make_door, assembly_id, name, services.vault, account.account_id
            )
            return redirect(request, f"/assemblies/{assembly_id}/day/doors/{door_id}")
        except DoorNameTaken:
            fields.refuse("name", "errors.door_name_taken")
    return await show_day(request, visitor, assembly_id, fields.state, status=400)


@router.get("/assemblies/{assembly_id}/day/doors/{door_id}")
async def show(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int, door_id: int
) -> Response:
    """One door: its link and code for the helper's telephone."""
    pages: Pages = request.app.state.pages
    services: Services = request.app.state.services
    door = await services.database.read(get_door, assembly_id, door_id)
    about = await services.database.read(get_assembly_headline, assembly_id)
    return await pages.show(
        request,
        "assembly_day/door_link.html",
        here="assemblies",
        id=assembly_id,
        door=door,
        title=visitor.reader.local(about.title),
        others=visitor.reader.plural("doors.others_counted", door.others),
        address="" if door.ended_at else _address(request, door),
        ended=visitor.reader.moment(door.ended_at) if door.ended_at else "",
    )


@router.get("/assemblies/{assembly_id}/day/doors/{door_id}/qr.svg")
async def show_code(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int, door_id: int
) -> Response:
    """The code that opens the door, as a drawing."""
    services: Services = request.app.state.services
    door = await services.database.read(get_door, assembly_id, door_id)
    if door.ended_at is not None:
        raise NotFound
    drawing = qr_svg(_address(request, door), visitor.reader.text("doors.qr_alt", name=door.name))
    return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.post("/assemblies/{assembly_id}/day/doors/{door_id}/end")
async def end(request: Request, account: Organiser, assembly_id: int, door_id: int) -> Response:
    """Its link opens nothing any more."""
    services: Services = request.app.state.services
    await services.database.run(end_door, assembly_id, door_id, account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/day/doors/{door_id}")


@router.post("/assemblies/{assembly_id}/day/doors/{door_id}/reopen")
async def reopen(request: Request, account: Organiser, assembly_id: int, door_id: int) -> Response:
    """It was closed by mistake, or the telephone was found."""
    services: Services = request.app.state.services
    await services.database.run(reopen_door, assembly_id, door_id, account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/day/doors/{door_id}")


def _address(request: Request, door: DoorCard) -> str:
    """The link of the helper. The secret stands behind a #: no server on the way reads or logs it."""
    services: Services = request.app.state.services
    here = services.settings.public_url or str(request.base_url).rstrip("/")
    return f"{here}/door#{secret_of(door, services.vault)}"


@router.post("/assemblies/{assembly_id}/day/poster")
async def make_poster(request: Request, account: Organiser, assembly_id: int) -> Response:
    """From now on one may join by the code on the wall."""
    services: Services = request.app.state.services
    await services.database.run(ensure_join_code, assembly_id, account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/day/poster")


@router.get("/assemblies/{assembly_id}/day/poster")
async def show_poster(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """What is hung up: its code, its address, the sheet to print."""
    pages: Pages = request.app.state.pages
    about, address = await _wall(request, assembly_id)
    return await pages.show(
        request,
        "assembly_day/poster.html",
        here="assemblies",
        id=assembly_id,
        title=visitor.reader.local(about.title),
        plain_title=visitor.reader.plain(about.title),
        address=address,
    )


@router.get("/assemblies/{assembly_id}/day/poster.svg")
async def show_poster_code(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int
) -> Response:
    """The code on the wall as a drawing."""
    _, address = await _wall(request, assembly_id)
    if not address:
        return redirect(request, f"/assemblies/{assembly_id}/day/poster")
    drawing = qr_svg(address, visitor.reader.text("links.qr_alt", address=address))
    return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/assemblies/{assembly_id}/day/poster.pdf")
async def print_poster(request: Request, account: Organiser, assembly_id: int) -> Response:
    """The sheet for the wall, in both languages."""
    services: Services = request.app.state.services
    about, address = await _wall(request, assembly_id)
    if not address:
        return redirect(request, f"/assemblies/{assembly_id}/day/poster")
    poster = wall_poster_of(about, address, services.settings.unit_name, services.translator)
    content = await asyncio.to_thread(print_poster_apart, poster)
    name = f'inline; filename="rimay-assembly-{assembly_id}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


async def _wall(request: Request, assembly_id: int) -> tuple[AssemblyHeadline, str]:
    """Raises NotFound before the poster was made."""
    services: Services = request.app.state.services
    about = await services.database.read(get_assembly_headline, assembly_id)
    code = await services.database.read(get_join_code, assembly_id)
    if code is None:
        raise NotFound
    return about, await entry_address(request, code)
