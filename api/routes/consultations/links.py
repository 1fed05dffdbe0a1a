"""Ways in by link and QR code: made for a place, printed, handed out, and how many came by each."""

import asyncio
import csv
import io
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.entry_address import entry_address
from api.figures import Figure
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.entry_links import (
    PLACE_LIMIT,
    LinkCard,
    PlaceTaken,
    end_link,
    get_link,
    list_links,
    make_link,
    reopen_link,
    tidy_place,
)
from surveys.exporting.formulas import harmless
from surveys.paper.poster import poster_of, print_poster_apart
from surveys.paper.qr_codes import qr_png, qr_svg

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, and by what it is sorted where that is something else."""

    text: str
    sort: str


@dataclass(frozen=True, slots=True)
class Row:
    """A way in, as a reader of its counts may see it."""

    id: int
    place: str
    came: Cell
    enrolled: Cell
    share: str
    made: Cell
    state: str


@router.get("/links")
async def show_list(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """All ways in with their counts, and the form that makes another."""
    return await _show_list(request, visitor, FormState())


async def _show_list(request: Request, visitor: Visitor, form: FormState, *, status: int = 200) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    threshold = services.settings.disclosure_threshold
    links = await services.database.read(list_links)
    return await pages.show(
        request,
        "consultations/links.html",
        status=status,
        here="links",
        form=form,
        rows=[_row(visitor.reader, link, threshold) for link in links],
        small=_small(visitor.reader, threshold),
        most=PLACE_LIMIT,
    )


@router.post("/links")
async def make(request: Request, visitor: Visiting, account: Organiser, given: Posted) -> Response:
    """A new way in; its page has what is handed out."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    place = tidy_place(fields.text("place", "links.place", limit=PLACE_LIMIT))
    if not place:  # of what was typed nothing can be printed
        fields.refuse("place", "console.form_required", field=visitor.reader.text("links.place"))
    if not fields.wrong:
        try:
            link_id = await services.database.run(make_link, place, account.account_id)
            return redirect(request, f"/links/{link_id}")
        except PlaceTaken:
            fields.refuse("place", "errors.place_taken")
    return await _show_list(request, visitor, fields.state, status=400)


@router.get("/links.csv")
async def export(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The same list as a file; what the page does not show is not in it either."""
    services: Services = request.app.state.services
    t, threshold = visitor.reader.text, services.settings.disclosure_threshold
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(
        [
            t("links.place"),
            t("links.address"),
            t("links.came"),
            t("links.enrolled"),
            t("links.made"),
            t("links.state"),
        ]
    )
    for link in await services.database.read(list_links):
        row = _row(visitor.reader, link, threshold)
        address = await entry_address(request, link.code)
        lines.writerow(
            [harmless(link.place), address, row.came.text, row.enrolled.text, row.made.sort, row.state]
        )
    headers = {"Content-Disposition": 'attachment; filename="rimay-links.csv"', "Cache-Control": "no-store"}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/links/{link_id}")
async def show(request: Request, visitor: Visiting, account: Organiser, link_id: int) -> Response:
    """One way in: its code, its address, its poster, its counts."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, threshold = visitor.reader, services.settings.disclosure_threshold
    link = await services.database.read(get_link, link_id)
    row = _row(reader, link, threshold)
    return await pages.show(
        request,
        "consultations/link.html",
        here="links",
        link=link,
        address=await entry_address(request, link.code),
        ended=reader.day(link.ended_at) if link.ended_at else "",
        figures=[
            Figure("came", reader.text("links.came"), row.came.text),
            Figure("enrolled", reader.text("links.enrolled"), row.enrolled.text, row.share),
        ],
        small=_small(reader, threshold),
    )


@router.post("/links/{link_id}/end")
async def end(request: Request, account: Organiser, link_id: int) -> Response:
    """It is no longer handed out."""
    services: Services = request.app.state.services
    await services.database.run(end_link, link_id, account.account_id)
    return redirect(request, f"/links/{link_id}")


@router.post("/links/{link_id}/reopen")
async def reopen(request: Request, account: Organiser, link_id: int) -> Response:
    """It is handed out again."""
    services: Services = request.app.state.services
    await services.database.run(reopen_link, link_id, account.account_id)
    return redirect(request, f"/links/{link_id}")


@router.get("/links/{link_id}/qr.png")
async def show_png(request: Request, account: Organiser, link_id: int) -> Response:
    """The code as a picture."""
    link, address = await _known(request, link_id)
    return (
        _file(qr_png(address), "image/png", link, "png")
        if address
        else redirect(request, f"/links/{link_id}")
    )


@router.get("/links/{link_id}/qr.svg")
async def show_svg(request: Request, visitor: Visiting, account: Organiser, link_id: int) -> Response:
    """The code as a drawing."""
    link, address = await _known(request, link_id)
    if not address:
        return redirect(request, f"/links/{link_id}")
    title = visitor.reader.text("links.qr_alt", address=address)
    return _file(qr_svg(address, title), "image/svg+xml", link, "svg")


@router.get("/links/{link_id}/poster.pdf")
async def show_poster(request: Request, account: Organiser, link_id: int) -> Response:
    """The sheet for the wall, in both languages."""
    services: Services = request.app.state.services
    link, address = await _known(request, link_id)
    if not address:
        return redirect(request, f"/links/{link_id}")
    poster = poster_of(address, link.place, services.settings.unit_name, services.translator)
    return _file(await asyncio.to_thread(print_poster_apart, poster), "application/pdf", link, "pdf")


async def _known(request: Request, link_id: int) -> tuple[LinkCard, str]:
    services: Services = request.app.state.services
    link = await services.database.read(get_link, link_id)
    return link, await entry_address(request, link.code)


def _file(content: bytes, media_type: str, link: LinkCard, ending: str) -> Response:
    name = f'inline; filename="rimay-{link.code}.{ending}"'
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )


def _row(reader: Reader, link: LinkCard, threshold: int) -> Row:
    known = link.came >= threshold and link.enrolled >= threshold
    return Row(
        id=link.id,
        place=link.place,
        came=_count(reader, link.came, threshold),
        enrolled=_count(reader, link.enrolled, threshold),
        # Who erased everything and came again within the hour consented twice and came once.
        share=reader.share(min(link.enrolled, link.came), link.came) if known else "",
        made=Cell(reader.day(link.created_at), link.created_at.astimezone(reader.zone).date().isoformat()),
        state=reader.text("links.state_ended" if link.ended_at else "links.state_open"),
    )


def _count(reader: Reader, count: int, threshold: int) -> Cell:
    """A count of people. A small one could point to somebody at that place; nobody is nobody."""
    if 0 < count < threshold:
        return Cell(reader.text("console.results_withheld", threshold=threshold), "1")
    return Cell(reader.number(count), str(count))


def _small(reader: Reader, threshold: int) -> str:
    withheld = reader.text("console.results_withheld", threshold=threshold)
    return reader.text("links.small", most=threshold - 1, withheld=withheld)
