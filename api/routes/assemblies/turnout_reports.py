"""The report of an assembly: invited, came, declined and why, by group, beside the population; and as a table."""

import csv
import io
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.draw_words import Names, percent
from api.figures import Figure
from api.pages import Pages
from api.reader import Reader
from api.security import Organiser, Visiting
from api.services import Services
from deliberation.assemblies.group_quotas import GroupNames, name_groups
from deliberation.assemblies.turnout_report import Counts, GroupLine, TurnoutReport, report_turnout
from deliberation.audience.offers import Offers, list_offers
from surveys.exporting.formulas import harmless

router = APIRouter()

_SHARES = "yes_third", "came_third", "came_low", "came_high"
_COUNTS = "yes", "waiting", "no", "silent", "came"


def _report(
    db: Session, assembly_id: int, threshold: int
) -> tuple[TurnoutReport, Offers, dict[str, GroupNames]]:
    return report_turnout(db, assembly_id, threshold), list_offers(db), name_groups(db)


@router.get("/assemblies/{assembly_id}/report")
async def show(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """Who took part, without anybody being recognised."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    threshold = services.settings.disclosure_threshold
    report, offers, groups = await services.database.read(_report, assembly_id, threshold)
    reader = visitor.reader
    names = Names(reader, offers, groups)
    categories = dict.fromkeys(line.category for line in report.groups)
    return await pages.show(
        request,
        "assemblies/turnout_report.html",
        here="assemblies",
        id=assembly_id,
        title=reader.local(report.title),
        threshold=threshold,
        later=report.later,
        shows_margins=any(line.margin for line in report.groups),
        shows_thirds=any(line.said_yes or line.came for line in report.groups),
        figures=_figures(reader, report),
        tables_by_category=[
            {
                "caption": names.category(category),
                "rows": [
                    _row(reader, names, line, report.total)
                    for line in report.groups
                    if line.category == category
                ],
            }
            for category in categories
        ],
        reasons=[
            [
                reader.text("draws.declined_" + (reason or "unsaid")),
                reader.text("draws.not_shown") if count is None else reader.number(count),
            ]
            for reason, count in report.reasons
        ],
    )


def _figures(reader: Reader, report: TurnoutReport) -> list[Figure]:
    """Of those who were invited each with its whole; who came besides has none."""
    invited = report.total.invited
    whole = reader.plural("console.assembly_of_invited", invited) if invited else ""
    counted = [
        Figure(
            name,
            reader.text("draws.report_" + name),
            reader.number(getattr(report.total, name)),
            "" if name == "invited" else whole,
        )
        for name in ("invited", "yes", "no", "silent", "came")
    ]
    besides = [
        Figure(name, reader.text("doors.figure_" + name), reader.number(getattr(report, name)))
        for name in ("walk_ins", "others")
    ]
    return counted + besides


def _row(reader: Reader, names: Names, line: GroupLine, total: Counts) -> list[Any]:
    """Its part of everybody invited, and of everybody who came, beside its part of the population."""
    hidden = reader.text("draws.not_shown")
    counts = line.counts
    return [
        names.value(line.category, line.value),
        percent(line.share),
        hidden if line.invited is None else _of(reader, line.invited, total.invited),
        reader.number(counts.yes) if counts else _third(reader, line.said_yes),
        reader.number(counts.no) if counts else hidden,
        _came(reader, line, counts, total) if counts else _third(reader, line.came),
    ]


def _came(reader: Reader, line: GroupLine, counts: Counts, total: Counts) -> str:
    if line.margin is None or not total.came:
        return _of(reader, counts.came, total.came)
    low, high = line.margin
    return reader.text(
        "draws.came_between",
        count=reader.number(counts.came),
        share=percent(counts.came / total.came),
        low=percent(low),
        high=percent(high),
    )


def _of(reader: Reader, part: int, whole: int) -> str:
    return f"{reader.number(part)} ({percent(part / whole)})" if whole else reader.number(part)


def _third(reader: Reader, third: str | None) -> str:
    return reader.text("draws.third_" + third) if third else reader.text("draws.not_shown")


@router.get("/assemblies/{assembly_id}/report.csv")
async def download(request: Request, account: Organiser, assembly_id: int) -> Response:
    """The same numbers as a table: all, by group, and why people declined; a cell that is not shown is empty."""
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    report = await services.database.read(report_turnout, assembly_id, threshold)
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("category", "value", "population_share", "invited", *_COUNTS, *_SHARES))
    nothing = [""] * len(_SHARES)
    whole = [getattr(report.total, name) for name in _COUNTS]
    table.writerow(("all", "", "", report.total.invited, *whole, *nothing))
    for name in ("walk_ins", "others"):
        table.writerow((name, "", "", "", "", "", "", "", getattr(report, name), *nothing))
    for reason, count in report.reasons:
        declined = "" if count is None else count
        table.writerow(("reason", harmless(reason or "unsaid"), "", "", "", "", declined, "", "", *nothing))
    for line in report.groups:
        counts = [getattr(line.counts, name) if line.counts else "" for name in _COUNTS]
        share = "" if line.share is None else f"{line.share:.4f}"
        invited = "" if line.invited is None else line.invited
        margin = [f"{each:.4f}" for each in line.margin] if line.margin else ["", ""]
        shares = line.said_yes or "", line.came or "", *margin
        table.writerow((harmless(line.category), harmless(line.value), share, invited, *counts, *shares))
    name = f'attachment; filename="rimay-assembly-{assembly_id}.csv"'
    headers = {"Content-Disposition": name}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)
