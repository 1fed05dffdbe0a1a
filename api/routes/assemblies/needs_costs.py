"""What it costs that people can come: prices entered, and what those who come need by them; also as a table."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Figure
from api.forms import Fields, FormState
from api.need_words import labels_of_needs, name_of_need
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.assemblies.needs_cost import (
    NeedLine,
    NeedsCost,
    list_needs,
    prices_of,
    report_needs_cost,
    set_costs,
)
from deliberation.assemblies.reference import get_planned
from i18n.dates import format_number
from i18n.localized import Localized
from surveys.exporting.formulas import harmless

router = APIRouter()

_DEAREST = 10_000


@dataclass(frozen=True, slots=True)
class Desk:
    """The report, the needs in the order of the form, their prices as they are kept, and what needs are called."""

    report: NeedsCost
    needs: Sequence[str]
    prices: Mapping[str, Decimal]
    labels: Mapping[str, Localized]


def _desk(db: Session, assembly_id: int, threshold: int) -> Desk:
    row = get_planned(db, assembly_id)
    return Desk(
        report_needs_cost(db, assembly_id, threshold),
        list_needs(db, assembly_id),
        prices_of(row.costs),
        labels_of_needs(db, row.consultation_id),
    )


async def _desk_of(request: Request, assembly_id: int) -> Desk:
    services: Services = request.app.state.services
    return await services.database.read(_desk, assembly_id, services.settings.disclosure_threshold)


@router.get("/assemblies/{assembly_id}/costs")
async def show(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """What those who come need, what it costs, and the prices."""
    desk = await _desk_of(request, assembly_id)
    typed = {f"price__{need}": str(price).replace(".", ",") for need, price in desk.prices.items()}
    return await _show(request, visitor, assembly_id, desk, FormState(typed))


@router.post("/assemblies/{assembly_id}/costs")
async def change(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, assembly_id: int
) -> Response:
    """Keep the prices. A need without one costs nothing in the report, and is said to have none."""
    services: Services = request.app.state.services
    desk = await _desk_of(request, assembly_id)
    fields = Fields(given, visitor.reader)
    prices = {need: price for need in desk.needs if (price := _price(fields, f"price__{need}")) is not None}
    if fields.wrong:
        return await _show(request, visitor, assembly_id, desk, fields.state, status=400)
    await services.database.run(set_costs, assembly_id, prices, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/costs?done=saved")


def _price(fields: Fields, name: str) -> Decimal | None:
    """Dollars, with cents behind a comma or a point. None where nothing was typed."""
    typed = fields.raw(name).removeprefix("$").strip().replace(",", ".")
    if not typed:
        return None
    try:
        price = Decimal(typed)
    except InvalidOperation:
        price = Decimal("NaN")
    if not (price.is_finite() and 0 <= price <= _DEAREST and price == round(price, 2)):
        fields.refuse(name, "draws.cost_wrong", most=_DEAREST)
        return None
    return round(price, 2)


async def _show(
    request: Request, visitor: Visitor, assembly_id: int, desk: Desk, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, report = visitor.reader, desk.report
    return await pages.show(
        request,
        "assemblies/needs_costs.html",
        status=status,
        here="assemblies",
        id=assembly_id,
        title=reader.local(report.title),
        threshold=services.settings.disclosure_threshold,
        form=form,
        figures=_figures(reader, report),
        at_most=report.at_most,
        unpriced=report.unpriced,
        rows=[_row(reader, desk.labels, line) for line in report.lines],
        prices=[(f"price__{need}", name_of_need(reader, need, desk.labels)) for need in desk.needs],
    )


def _figures(reader: Reader, report: NeedsCost) -> list[Figure]:
    if not report.people:
        return []
    figures = [Figure("people", reader.text("draws.cost_people"), reader.number(report.people))]
    if report.per_head is not None and report.total:
        figures += [
            Figure("total", reader.text("draws.cost_total"), _up_to(reader, report, report.total)),
            Figure("per_head", reader.text("draws.cost_per_head"), _up_to(reader, report, report.per_head)),
        ]
    return figures


def _up_to(reader: Reader, report: NeedsCost, amount: Decimal) -> str:
    return reader.text("draws.cost_up_to", amount=_dollars(amount)) if report.at_most else _dollars(amount)


def _row(reader: Reader, labels: Mapping[str, Localized], line: NeedLine) -> list[Any]:
    hidden = reader.text("draws.not_shown")
    return [
        name_of_need(reader, line.need, labels),
        "—" if line.price is None else _dollars(line.price),
        hidden if line.people is None else reader.number(line.people),
        "—" if line.price is None else hidden if line.cost is None else _dollars(line.cost),
    ]


def _dollars(amount: Decimal) -> str:
    return f"$ {format_number(float(amount), decimals=2)}"


@router.get("/assemblies/{assembly_id}/costs.csv")
async def download(request: Request, account: Organiser, assembly_id: int) -> Response:
    """The same as a table; a cell that is not shown is empty."""
    report = (await _desk_of(request, assembly_id)).report
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("need", "price", "people", "cost"))
    for line in report.lines:
        cells = ("" if each is None else each for each in (line.price, line.people, line.cost))
        table.writerow((harmless(line.need), *cells))
    total = "total_at_most" if report.at_most else "total"
    table.writerow((total, "", report.people, report.total))
    headers = {"Content-Disposition": f'attachment; filename="rimay-assembly-{assembly_id}-costs.csv"'}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)
