"""What people agree and disagree on: the map of opinions, portraits of groups, statements, and the files.

Who organises sees exact numbers of any analysis. Council members and interpreters see the published ones, under
disclosure control and without the map: a shape that stands for a few people is for nobody else.
"""

import asyncio
import csv
import io
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Query
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.opinion_words import OpinionWords, sheet_of
from api.pages import Pages
from api.reader import Reader
from api.security import Organiser, Visiting, require
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.audit import note_act
from core.errors import NotFound
from deliberation.opinions.deliberations import DeliberationCard, get_deliberation
from deliberation.opinions.drawing import draw_map
from deliberation.opinions.export import ExportWords, write_polis_archive
from deliberation.opinions.pictures import png_of
from deliberation.opinions.reading import ORDERS, Reading, find_reading, list_published
from surveys.exporting.formulas import harmless

router = APIRouter()

ReaderOfOpinions = Annotated[SignedIn, Depends(require("organiser", "interpreter", "council"))]
Number = Annotated[int | None, Query(alias="analysis")]

_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024
_FIRST_SHOWN = 6


@router.get("/opinions")
async def show_published(request: Request, visitor: Visiting, account: ReaderOfOpinions) -> Response:
    """Where the council finds what was published."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    published = await services.database.read(list_published)
    rows = [
        (
            f"/deliberations/{each.deliberation_id}/opinions",
            reader.local(each.title),
            reader.text("map.published", day=reader.day(each.published_at)),
        )
        for each in published
    ]
    return await pages.show(request, "opinions/opinions_published.html", here="consultations", rows=rows)


@router.get("/deliberations/{deliberation_id}/opinions")
async def show(
    request: Request,
    visitor: Visiting,
    account: ReaderOfOpinions,
    deliberation_id: int,
    analysis: Number = None,
    view: str = "",
) -> Response:
    """The result first, then the map with what makes the difference, agreement, disagreement, and bridges."""
    card, reading = await _read(request, visitor, deliberation_id, analysis, view)
    if reading is None:
        return await _page(request, visitor, "opinions/opinions_none.html", card, None)
    words = _words(request, visitor, card, reading, analysis, view)
    drawn = Markup(draw_map(reading.map, words.map_words())) if reading.map else None
    return await _page(
        request,
        visitor,
        "opinions/opinions.html",
        card,
        reading,
        lead=words.lead(),
        made_of=words.votes(),
        firmness=words.firmness(),
        map=drawn,
        groups=[
            (words.group(each), [*words.sayings(each, alone=True), *words.sayings(each, alone=False)][:2])
            for each in reading.groups
        ],
        common=[words.common(each) for each in reading.common],
        divided=[words.divided(each) for each in reading.divided[:_FIRST_SHOWN]],
        bridges=[words.bridge(judged, bridge) for judged, bridge in reading.bridges[:_FIRST_SHOWN]],
        query=_query(analysis, view),
        by_division=_query(analysis, view, order="division"),
    )


@router.get("/deliberations/{deliberation_id}/opinions/groups/{number}")
async def show_group(
    request: Request,
    visitor: Visiting,
    account: ReaderOfOpinions,
    deliberation_id: int,
    number: int,
    analysis: Number = None,
    view: str = "",
) -> Response:
    """The portrait of one group."""
    card, reading = await _read(request, visitor, deliberation_id, analysis, view)
    if reading is None:
        raise NotFound
    words = _words(request, visitor, card, reading, analysis, view)
    portrait = reading.group(number)
    return await _page(
        request,
        visitor,
        "opinions/opinion_group.html",
        card,
        reading,
        group=words.group(portrait),
        alone=words.sayings(portrait, alone=True),
        more=words.sayings(portrait, alone=False),
        common=[words.common(each) for each in reading.common[:_FIRST_SHOWN]],
        others=[each for each in words.groups() if each.number != number],
        query=_query(analysis, view),
    )


@router.get("/deliberations/{deliberation_id}/opinions/statements")
async def show_statements(
    request: Request,
    visitor: Visiting,
    account: ReaderOfOpinions,
    deliberation_id: int,
    order: str = ORDERS[0],
    analysis: Number = None,
    view: str = "",
) -> Response:
    """All statements with their votes, in the order that was chosen."""
    card, reading = await _read(request, visitor, deliberation_id, analysis, view)
    if reading is None:
        raise NotFound
    order = order if order in ORDERS else ORDERS[0]
    words = _words(request, visitor, card, reading, analysis, view)
    t = visitor.reader.text
    return await _page(
        request,
        visitor,
        "opinions/opinion_statements.html",
        card,
        reading,
        statements=[words.statement(each) for each in reading.listed(order)],
        order=order,
        orders=[(each, t(f"map.order_{each}"), _query(analysis, view, order=each)) for each in ORDERS],
        query=_query(analysis, view),
    )


@router.get("/deliberations/{deliberation_id}/opinions/statements.csv")
async def export_statements(
    request: Request,
    visitor: Visiting,
    account: ReaderOfOpinions,
    deliberation_id: int,
    analysis: Number = None,
    view: str = "",
) -> Response:
    """The same as a file, for whoever may read the page."""
    _, reading = await _read(request, visitor, deliberation_id, analysis, view)
    if reading is None:
        raise NotFound
    file = io.StringIO()
    rows = sheet_of(visitor.reader, reading)
    csv.writer(file).writerows(
        [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    await _note(request, account, "export_statements", deliberation_id)
    return _file(file.getvalue().encode(), "text/csv; charset=utf-8", deliberation_id, "statements.csv")


@router.get("/deliberations/{deliberation_id}/opinions/map.{form}")
async def export_map(
    request: Request,
    visitor: Visiting,
    account: Organiser,
    deliberation_id: int,
    form: str,
    analysis: Number = None,
) -> Response:
    """The map as a drawing or a picture."""
    card, reading = await _read(request, visitor, deliberation_id, analysis, "")
    if reading is None or reading.map is None or form not in ("svg", "png"):
        raise NotFound
    drawn = draw_map(reading.map, _words(request, visitor, card, reading, analysis, "").map_words())
    await _note(request, account, "export_map", deliberation_id)
    if form == "svg":
        return _file(drawn.encode(), "image/svg+xml", deliberation_id, "picture.svg")
    picture = await asyncio.to_thread(partial(png_of, drawn, scale=3))
    return _file(picture, "image/png", deliberation_id, "picture.png")


@router.get("/deliberations/{deliberation_id}/opinions/export")
async def show_export(
    request: Request, visitor: Visiting, account: Organiser, deliberation_id: int, analysis: Number = None
) -> Response:
    """What the files hold, and what to mind."""
    card, reading = await _read(request, visitor, deliberation_id, analysis, "")
    if reading is None:
        raise NotFound
    return await _page(
        request, visitor, "opinions/opinion_export.html", card, reading, query=_query(analysis, "")
    )


@router.get("/deliberations/{deliberation_id}/opinions/export.zip")
async def export_votes(
    request: Request, visitor: Visiting, account: Organiser, deliberation_id: int, analysis: Number = None
) -> Response:
    """The votes in the format of Polis: written inside one read of the database, and noted."""
    services: Services = request.app.state.services
    reader = visitor.reader
    first_page = reader.text("map.export_file"), reader.text("map.export_first_page")
    words = ExportWords(reader.language, first_page)
    file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (closed at the end of the response)
    try:
        await services.database.read(_write, deliberation_id, analysis, words, file)
        await _note(request, account, "export_votes", deliberation_id)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(
        _pieces(file), media_type="application/zip", headers=_named(deliberation_id, "polis.zip")
    )


def _write(
    db: Session, deliberation_id: int, number: int | None, words: ExportWords, file: IO[bytes]
) -> None:
    write_polis_archive(db, deliberation_id, number, words, file)


async def _pieces(file: IO[bytes]) -> Any:
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


async def _read(
    request: Request, visitor: Visitor, deliberation_id: int, number: int | None, view: str
) -> tuple[DeliberationCard, Reading | None]:
    """The analysis that this visitor may read; who organises may look at it as the council does."""
    services: Services = request.app.state.services
    exact = visitor.may("organiser") and view != "council"

    def read(db: Session) -> tuple[DeliberationCard, Reading | None]:
        threshold = services.settings.disclosure_threshold
        return get_deliberation(db, deliberation_id), find_reading(
            db, deliberation_id, number, threshold=threshold, exact=exact
        )

    return await services.database.read(read)


def _words(
    request: Request,
    visitor: Visitor,
    card: DeliberationCard,
    reading: Reading,
    number: int | None,
    view: str,
) -> OpinionWords:
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    address = f"/deliberations/{card.id}/opinions"
    return OpinionWords(visitor.reader, reading, threshold, address, _query(number, view))


async def _page(
    request: Request,
    visitor: Visitor,
    template: str,
    card: DeliberationCard,
    reading: Reading | None,
    **context: Any,
) -> Response:
    pages: Pages = request.app.state.pages
    services: Services = request.app.state.services
    reader = visitor.reader
    around: dict[str, Any] = {
        "id": card.id,
        "address": f"/deliberations/{card.id}/opinions",
        "title": reader.local(card.title),
        "plain_title": reader.plain(card.title),
        "state": card.state,
        "threshold": services.settings.disclosure_threshold,
        "may_organise": visitor.may("organiser"),
        "may_enter": visitor.may("organiser", "interpreter"),
    }
    if reading is not None:
        around |= _about(reader, reading)
    return await pages.show(request, template, here="consultations", **around, **context)


def _about(reader: Reader, reading: Reading) -> dict[str, Any]:
    """Which analysis it is, and which others there are."""
    card = reading.card
    published = card.published_at
    return {
        "exact": reading.exact,
        "number": card.number,
        "made": reader.text("map.made", number=card.number, moment=reader.day(card.made_at)),
        "published": reader.text("map.published", day=reader.day(published)) if published else "",
        "numbers": [number for number in reading.numbers if number != card.number],
    }


def _query(number: int | None, view: str, **more: str) -> str:
    """The rest of an address that stays with the same analysis and the same view."""
    given = {**more, "analysis": number, "view": "council" if view == "council" else ""}
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    return f"?{query}" if query else ""


async def _note(request: Request, account: SignedIn, act: str, deliberation_id: int) -> None:
    """Data that leaves the house is a deed."""
    services: Services = request.app.state.services
    await services.database.run(note_act, account.account_id, act, "deliberation", deliberation_id)


def _file(content: bytes, media_type: str, deliberation_id: int, name: str) -> Response:
    return Response(content, media_type=media_type, headers=_named(deliberation_id, name))


def _named(deliberation_id: int, name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="rimay-opinions-{deliberation_id}-{name}"'}
