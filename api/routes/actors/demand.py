"""Where demand has no service: needs by canton, what there is beside what people look for."""

import csv
import io

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages
from api.reader import Reader
from api.routes.actors.actors import MapReader, attachment, telling_of
from api.security import Visiting
from api.services import Services
from core.clock import today
from deliberation.actors.demand import COLUMNS, Cell, Demand, demand_of

router = APIRouter()


@router.get("/actors/needs")
async def show(request: Request, visitor: Visiting, account: MapReader) -> Response:
    """The matrix, gaps first, and how often help was looked for month by month."""
    pages: Pages = request.app.state.pages
    reader, found = visitor.reader, await _demand(request, visitor.reader)
    services: Services = request.app.state.services
    telling, threshold = telling_of(reader), services.settings.disclosure_threshold
    gaps = sum(cell.gap for _, cells in found.rows for cell in cells.values())
    return await pages.show(
        request,
        "actors/needs.html",
        here="actors",
        columns=[telling.canton(canton) for canton in COLUMNS],
        rows=[
            (telling.need(need), [_told(reader, cells[canton], threshold) for canton in COLUMNS])
            for need, cells in found.rows
        ],
        gaps=reader.plural("helping.gaps", gaps),
        any_gap=gaps > 0,
        months=[
            (
                reader.text("helping.month", month=f"{month.first:%m/%Y}"),
                _number(reader, month.asked, threshold),
                _number(reader, month.missed, threshold),
            )
            for month in found.months
        ],
        consultation=reader.plain(found.consultation) if found.consultation else "",
        threshold=threshold,
    )


@router.get("/actors/needs.csv")
async def show_csv(request: Request, visitor: Visiting, account: MapReader) -> Response:
    """The same as a table: a row for each need and canton. A withheld number is an empty cell."""
    reader, found = visitor.reader, await _demand(request, visitor.reader)
    telling = telling_of(reader)
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    names = ("need", "canton", "services", "searches", "missed", "people", "gap")
    lines.writerow([reader.text("helping.column_" + name) for name in names])
    for need, cells in found.rows:
        for canton in COLUMNS:
            cell = cells[canton]
            numbers = (cell.services, cell.asked, cell.missed, cell.people)
            shown = ["" if number is None else number for number in numbers]
            lines.writerow([telling.need(need), telling.canton(canton), *shown, "x" if cell.gap else ""])
    return attachment(file.getvalue(), "text/csv; charset=utf-8", "rimay-needs.csv")


async def _demand(request: Request, reader: Reader) -> Demand:
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    return await services.database.read(demand_of, today(reader.zone), threshold)


def _told(reader: Reader, cell: Cell, threshold: int) -> tuple[bool, str, list[str]]:
    """Whether it is a gap, what there is, and what people look for."""
    looked = []
    if cell.asked != 0:
        count = _number(reader, cell.asked, threshold)
        looked.append(reader.text("helping.cell_searches", count=count))
        if cell.missed:
            looked.append(reader.text("helping.cell_missed", count=reader.number(cell.missed)))
    if cell.people != 0:
        looked.append(reader.text("helping.cell_people", count=_number(reader, cell.people, threshold)))
    return cell.gap, reader.plural("helping.cell_services", cell.services), looked


def _number(reader: Reader, count: int | None, threshold: int) -> str:
    """A withheld number is small, or would give a small one away."""
    return reader.text("helping.withheld", threshold=threshold) if count is None else reader.number(count)
