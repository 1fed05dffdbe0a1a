"""The day of an assembly: who is in the room, live; and as a table."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.attendances import figures_of, said_of, tables_of, texts_of
from api.draw_words import Names
from api.figures import stream_of
from api.forms import FormState
from api.lookout import LOOK_EVERY, Lookout
from api.pages import Pages
from api.security import Organiser, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from deliberation.assemblies.group_quotas import GroupNames, name_groups
from deliberation.assembly_day.doors import DoorCard, list_doors
from deliberation.assembly_day.headcount import Attendance
from deliberation.assembly_day.walk_in import get_join_code
from deliberation.audience.offers import Offers, list_offers
from surveys.exporting.formulas import harmless

router = APIRouter()

_SAY_EVERY = 30.0
"""Seconds between two announcements to who listens to the page: each change would be one a second."""


@router.get("/assemblies/{assembly_id}/day")
async def show(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """Who is in, by group; the doors, and the poster for who comes without an invitation."""
    return await show_day(request, visitor, assembly_id, FormState())


async def show_day(
    request: Request, visitor: Visitor, assembly_id: int, form: FormState, *, status: int = 200
) -> Response:
    """The page of the day, also with a form that has something wrong."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    found = await _look(request, assembly_id, fresh=True)
    doors, join_code, (offers, groups) = await services.database.read(_around, assembly_id)
    return await pages.show(
        request,
        "assembly_day/attendance.html",
        status=status,
        here="assemblies",
        form=form,
        id=assembly_id,
        title=reader.local(found.title),
        plain_title=reader.plain(found.title),
        when=reader.moment(found.starts_at),
        until=reader.hour(found.ends_at),
        place=found.place,
        is_cancelled=found.is_cancelled,
        is_over=found.ends_at <= now(),
        figures=figures_of(reader, found),
        tables_by_category=tables_of(Names(reader, offers, groups), found),
        later=found.later,
        changed=reader.hour(now()),
        doors=[_door(visitor, door) for door in doors],
        join_code=join_code,
    )


def _around(
    db: Session, assembly_id: int
) -> tuple[list[DoorCard], str | None, tuple[Offers, dict[str, GroupNames]]]:
    return list_doors(db, assembly_id), get_join_code(db, assembly_id), _called(db)


def _called(db: Session) -> tuple[Offers, dict[str, GroupNames]]:
    """What groups are called."""
    return list_offers(db), name_groups(db)


def _door(visitor: Visitor, door: DoorCard) -> dict[str, Any]:
    reader = visitor.reader
    return {
        "id": door.id,
        "name": door.name,
        "others": reader.number(door.others),
        "made": reader.moment(door.created_at),
        "made_at": door.created_at.isoformat(),
        "state": reader.text("doors.state_ended" if door.ended_at else "doors.state_open"),
    }


async def _look(request: Request, assembly_id: int, *, fresh: bool = False) -> Attendance:
    lookout: Lookout = request.app.state.lookout
    services: Services = request.app.state.services
    return await lookout.attendance(assembly_id, services.settings.disclosure_threshold, fresh=fresh)


async def _followed(request: Request, account: Organiser, assembly_id: int) -> int:
    """Refuses before the stream begins."""
    await _look(request, assembly_id)
    return assembly_id


@router.get("/assemblies/{assembly_id}/day/live", response_class=EventSourceResponse)
async def live(
    request: Request, visitor: Visiting, followed: Annotated[int, Depends(_followed)]
) -> AsyncIterator[ServerSentEvent]:
    """The figures and groups, whenever they change."""
    services: Services = request.app.state.services
    names = Names(visitor.reader, *await services.database.read(_called))
    clock = asyncio.get_running_loop().time
    shown: dict[str, Any] = {}
    say_at = clock() + _SAY_EVERY
    while True:
        attendance = await _look(request, followed)
        found = stream_of(figures_of(visitor.reader, attendance), **texts_of(tables_of(names, attendance)))
        if found != shown:
            shown = found
            said = {}
            if clock() >= say_at:
                say_at = clock() + _SAY_EVERY
                said = {"said": said_of(visitor.reader, attendance)}
            texts = found["texts"] | said | {"changed": visitor.reader.hour(now())}
            yield ServerSentEvent(event="figures", data=found | {"texts": texts})
        await asyncio.sleep(LOOK_EVERY)


@router.get("/assemblies/{assembly_id}/day.csv")
async def download(request: Request, account: Organiser, assembly_id: int) -> Response:
    """The same numbers as a table; a cell that is not shown is empty."""
    found = await _look(request, assembly_id, fresh=True)
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("category", "value", "expected", "came", "came_third"))
    table.writerow(("all", "", found.expected, found.came, ""))
    table.writerow(("walk_ins", "", "", found.walk_ins, ""))
    table.writerow(("others", "", "", found.others, ""))
    for line in found.groups:
        expected = line.counts.yes if line.counts else ""
        came = line.counts.came if line.counts else ""
        table.writerow((harmless(line.category), harmless(line.value), expected, came, line.came or ""))
    name = f'attachment; filename="rimay-attendance-{assembly_id}.csv"'
    headers = {"Content-Disposition": name}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)
