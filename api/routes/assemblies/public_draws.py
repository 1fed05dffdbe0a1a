"""A draw as everybody may see it, without an account: when, from what, with which chances, and how to check it."""

import csv
import io
import json
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.draw_words import Names, chance_in_words, percent
from api.forms import Fields, FormState
from api.pages import Pages
from api.reader import Reader
from api.security import Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.assemblies.group_quotas import GroupNames, name_groups
from deliberation.assemblies.published_draws import (
    Group,
    PublishedDraw,
    TicketLine,
    find_ticket,
    get_draw_file,
    get_published_draw,
    list_tickets,
)
from deliberation.audience.offers import Offers, list_offers
from deliberation.lottery.alike import UNCOUNTED
from deliberation.lottery.wording import small_share

router = APIRouter()


@router.get("/draws/{draw_id}")
async def show(request: Request, visitor: Visiting, draw_id: int) -> Response:
    """The draw, for a layperson."""
    return await _show(request, visitor, draw_id, FormState())


@router.post("/draws/{draw_id}")
async def find(request: Request, visitor: Visiting, given: Posted, draw_id: int) -> Response:
    """What chance a ticket had. It is in no address: logs and the history of a browser do not keep it."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    typed = fields.text("ticket", "draws.ticket", limit=40)
    line = await services.database.read(find_ticket, draw_id, typed)
    if typed and line is None:
        fields.refuse("ticket", "draws.ticket_unknown")
    return await _show(request, visitor, draw_id, fields.state, line, status=400 if fields.wrong else 200)


@router.get("/draws/{draw_id}/draw.json")
async def download(request: Request, visitor: Visiting, draw_id: int) -> Response:
    """The file that `rimay draw verify` checks."""
    services: Services = request.app.state.services
    file = await services.database.read(
        get_draw_file,
        draw_id,
        services.settings.disclosure_threshold,
        witness=visitor.account is not None,
    )
    content = json.dumps(file, ensure_ascii=False, allow_nan=False) + "\n"
    return _attached(content, "application/json", _file_name(draw_id))


@router.get("/draws/{draw_id}/tickets.csv")
async def tickets(request: Request, draw_id: int) -> Response:
    """Everyone's chance by ticket, and the tickets that were drawn. Nothing of who holds them."""
    services: Services = request.app.state.services
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("ticket", "chance_percent", "drawn"))
    for line in await services.database.read(list_tickets, draw_id):
        drawn = "" if line.drawn is None else int(line.drawn)
        table.writerow((line.ticket, f"{100 * line.chance:.2f}", drawn))
    return _attached(file.getvalue(), "text/csv; charset=utf-8", f"rimay-draw-{draw_id}-tickets.csv")


def _file_name(draw_id: int) -> str:
    return f"rimay-draw-{draw_id}.json"


def _attached(content: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), media_type=media_type, headers=headers)


def _published(
    db: Session, draw_id: int, threshold: int
) -> tuple[PublishedDraw, Offers, dict[str, GroupNames]]:
    return get_published_draw(db, draw_id, threshold), list_offers(db), name_groups(db)


async def _show(
    request: Request,
    visitor: Visitor,
    draw_id: int,
    form: FormState,
    line: TicketLine | None = None,
    *,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    threshold = services.settings.disclosure_threshold
    draw, offers, groups = await services.database.read(_published, draw_id, threshold)
    names = Names(reader, offers, groups)
    return await pages.show(
        request,
        "assemblies/draw_public.html",
        status=status,
        form=form,
        draw=draw,
        title=reader.local(draw.title),
        committed=reader.moment(draw.committed_at),
        source_moment=reader.moment(draw.source_at),
        drawn=reader.moment(draw.drawn_at) if draw.drawn_at else "",
        people=reader.number(draw.people),
        least=chance_in_words(reader, draw.least),
        most=chance_in_words(reader, draw.most),
        bound=percent(draw.bound),
        epsilon=small_share(draw.epsilon),
        reason=reader.text("draws.reason_" + draw.reason) if draw.reason else "",
        groups=[_group(reader, names, each, draw.drawn_at is not None) for each in draw.groups],
        uncounted=[
            reader.text(
                "draws.uncounted_people",
                category=names.category(each.category),
                many=reader.number(each.people),
                people=reader.number(draw.people),
            )
            for each in draw.groups
            if each.value == UNCOUNTED and each.people
        ],
        command=f"rimay draw verify {_file_name(draw_id)}",
        may_download=draw.file_is_open or visitor.account is not None,
        threshold=threshold,
        found=_found(reader, line) if line else "",
    )


def _group(reader: Reader, names: Names, each: Group, is_drawn: bool) -> list[Any]:
    hidden = reader.text("draws.not_shown")
    return [
        names.group(each.category, each.value),
        f"{each.low}–{each.high}",
        hidden if each.people is None else reader.number(each.people),
        hidden if each.chance is None else percent(each.chance),
        _drawn(reader, each, is_drawn),
    ]


def _drawn(reader: Reader, group: Group, is_drawn: bool) -> str:
    if not is_drawn:
        return reader.text("draws.not_yet")
    return reader.text("draws.not_shown") if group.drawn is None else reader.number(group.drawn)


def _found(reader: Reader, line: TicketLine) -> str:
    key = (
        "draws.ticket_before"
        if line.drawn is None
        else "draws.ticket_drawn"
        if line.drawn
        else "draws.ticket_not"
    )
    return reader.text(key, chance=chance_in_words(reader, line.chance))
