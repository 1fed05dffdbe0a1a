"""The accounts of the years, which everybody may read and copy without an account of their own."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.accounting_pack import make_pack, zip_pack
from api.accounting_tables import TABLES, Terms, write_table
from api.accounting_words import AccountWords
from api.pages import Pages
from api.security import Visiting
from api.services import Services
from api.visitor import Visitor
from core.errors import NotFound
from deliberation.accounting.year import YearAccount, list_years, read_year

router = APIRouter()


@router.get("/accounting")
async def show_list(request: Request, visitor: Visiting) -> Response:
    """Every year of which there is an account."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    years = await services.database.read(list_years, services.settings.zone)
    return await pages.show(request, "accounting/years.html", years=years)


@router.get("/accounting/{year}")
async def show(request: Request, visitor: Visiting, year: int) -> Response:
    """The year's circle in its four phases."""
    pages: Pages = request.app.state.pages
    found = await _read(request, year)
    return await pages.show(
        request,
        "accounting/year.html",
        **_words(request, visitor).page(found),
        tables=list(TABLES),
        table_address=f"/accounting/{year}/{{}}.csv",
        list_address=f"/accounting/{year}/{{}}",
    )


@router.get("/accounting/{year}/account.zip")
async def download(request: Request, visitor: Visiting, year: int) -> Response:
    """The same for any web server to hand out: pages in both languages, their style, the tables."""
    services: Services = request.app.state.services
    pack = make_pack(await _read(request, year), services.translator, services.settings)
    name = f"rimay-account-{year}"
    return _file(zip_pack(pack, name), f"{name}.zip", "application/zip")


@router.get("/accounting/{year}/{table}.csv")
async def download_table(request: Request, visitor: Visiting, year: int, table: str) -> Response:
    """One of its tables."""
    services: Services = request.app.state.services
    if table not in TABLES:
        raise NotFound
    terms = Terms(services.settings.zone, services.translator)
    content = write_table(table, await _read(request, year), terms)
    return _file(content, f"rimay-{table}-{year}.csv", "text/csv; charset=utf-8")


@router.get("/accounting/{year}/{kind}")
async def show_all(request: Request, visitor: Visiting, year: int, kind: str, page: int = 1) -> Response:
    """All decisions, all commitments, or all that citizens observed, each with its answer."""
    pages: Pages = request.app.state.pages
    found = _words(request, visitor).list_page(await _read(request, year), kind, page)
    return await pages.show(request, "accounting/year_list.html", **found)


async def _read(request: Request, year: int) -> YearAccount:
    services: Services = request.app.state.services
    facts: dict[str, Any] = {
        "threshold": services.settings.disclosure_threshold,
        "zone": services.settings.zone,
    }
    return await services.database.read(read_year, year, **facts)


def _words(request: Request, visitor: Visitor) -> AccountWords:
    services: Services = request.app.state.services
    settings = services.settings
    return AccountWords(visitor.reader, settings.disclosure_threshold, settings.unit_name, lambda path: path)


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
