"""At the door of an assembly: a helper's telephone, without an account. It knows codes and counts, and nobody."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.attempts import Attempts
from api.door_pass import find_pass, give_pass, read_secret, take_pass
from api.pages import Pages, redirect, wants_json
from api.security import Posted, Visiting, not_there
from api.services import Services
from api.static_files import path_of
from api.visitor import Visitor
from core.errors import NotFound
from deliberation.assembly_day.check_in import Outcome, check_in
from deliberation.assembly_day.codes import LENGTH, LETTERS, read_code
from deliberation.assembly_day.doors import MOST_OTHERS, DoorEnded, DoorView, count_others, view_door

router = APIRouter()

_wrong_codes = Attempts(limit=40)
"""Of each door: enough for a day of slips of the finger, and no way to guess one code of 887 million."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of the code that was shown last."""

    outcome: str
    text: str


def _pass(request: Request, visitor: Visiting) -> str:
    """The secret of the door; who stands at none is told so."""
    secret = find_pass(request, visitor)
    if secret is None:
        raise not_there()
    return secret


Pass = Annotated[str, Depends(_pass)]


@router.get("/door")
async def show(request: Request, visitor: Visiting) -> Response:
    """The page of the door; where there is no pass yet, how one comes to it."""
    secret = find_pass(request, visitor)
    if secret is None:
        return await _ask(request, "")
    return await _show(request, visitor, secret, None)


@router.post("/door")
async def enter(request: Request, visitor: Visiting, given: Posted) -> Response:
    """The secret of the link is handed over for a pass. It came behind a #, which browsers send to nobody."""
    services: Services = request.app.state.services
    secret = read_secret(str(given.get("secret", "")))
    try:
        if secret is None:
            raise NotFound
        await services.database.read(view_door, secret, services.vault)
    except (NotFound, DoorEnded) as refusal:
        key = "doors.link_ended" if isinstance(refusal, DoorEnded) else "doors.link_wrong"
        return await _ask(request, visitor.reader.text(key), status=400)
    response = redirect(request, "/door")
    give_pass(response, visitor, secret)
    return response


@router.post("/door/leave")
async def leave(request: Request, visitor: Visiting, given: Posted) -> Response:
    """The telephone is given back to its owner: nothing of the door stays on it."""
    response = redirect(request, "/door")
    take_pass(response, visitor)
    return response


@router.get("/door/state")
async def tell(request: Request, visitor: Visiting, secret: Pass) -> Response:
    """How many are in, and how codes look, for the page that is open."""
    services: Services = request.app.state.services
    try:
        view = await services.database.read(view_door, secret, services.vault)
    except (NotFound, DoorEnded):
        return JSONResponse({"outcome": "ended"})
    return JSONResponse(_kept(view))


@router.post("/door/codes")
async def take(request: Request, visitor: Visiting, given: Posted, secret: Pass) -> Response:
    """A code was shown, or its check-in was a mistake. The same twice changes nothing."""
    told = await _take(request, visitor, secret, str(given.get("code", "")), undo=given.get("undo") == "yes")
    if wants_json(request):
        return JSONResponse({"outcome": told.outcome, "text": told.text})
    if told.outcome == "ended":
        return await _ask(request, told.text, status=400)
    return await _show(request, visitor, secret, told)


async def _take(request: Request, visitor: Visitor, secret: str, typed: str, *, undo: bool) -> Told:
    services: Services = request.app.state.services
    text = visitor.reader.text
    try:
        door = await services.database.read(view_door, secret, services.vault)
        key = f"door {door.id}"
        if wait := _wrong_codes.minutes_to_wait(key):
            return Told("wait", visitor.reader.plural("doors.told_wait", wait))
        shown = await services.database.run(check_in, secret, typed, services.vault, undo=undo)
    except (NotFound, DoorEnded):
        return Told("ended", text("doors.link_ended"))
    # What is no code at all is a slip of the finger: nobody guesses by it.
    if shown.outcome is Outcome.UNKNOWN and read_code(typed) is not None:
        _wrong_codes.note_failure(key)
    opens = visitor.reader.moment(door.opens_at)
    ending = (read_code(typed) or "")[-2:]
    return Told(shown.outcome, text("doors.told_" + shown.outcome, ending=ending, opens=opens))


@router.post("/door/others")
async def count(request: Request, visitor: Visiting, given: Posted, secret: Pass) -> Response:
    """So many people without a telephone came in here: all of them, so that twice is once."""
    services: Services = request.app.state.services
    typed = str(given.get("people", ""))
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed) <= MOST_OTHERS):
        raise not_there()
    try:
        people = await services.database.run(count_others, secret, int(typed))
    except (NotFound, DoorEnded):
        if wants_json(request):
            return JSONResponse({"outcome": "ended"})
        return await _ask(request, visitor.reader.text("doors.link_ended"), status=400)
    if wants_json(request):
        return JSONResponse({"outcome": "counted", "people": people})
    return redirect(request, "/door#others")


@router.get("/door-worker.js")
async def show_worker(request: Request) -> Response:
    """The script that keeps the page of a door at hand without a connection: that of the tablets, for this page."""
    headers = {"Service-Worker-Allowed": "/door", "Cache-Control": "no-cache"}
    return FileResponse(path_of("entry-worker.js"), media_type="text/javascript", headers=headers)


async def _ask(request: Request, refusal: str, *, status: int = 200) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request, "assembly_day/door_enter.html", status=status, refusal=refusal, letters=LETTERS
    )


async def _show(request: Request, visitor: Visitor, secret: str, told: Told | None) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    try:
        view = await services.database.read(view_door, secret, services.vault)
    except (NotFound, DoorEnded):
        response = await _ask(request, visitor.reader.text("doors.link_ended"))
        take_pass(response, visitor)
        return response
    return await pages.show(
        request,
        "assembly_day/door.html",
        door=view,
        kept=_kept(view),
        told=told,
        title=visitor.reader.local(view.title),
        opens=visitor.reader.moment(view.opens_at),
        letters=LETTERS,
        length=LENGTH,
    )


def _kept(view: DoorView) -> dict[str, Any]:
    """What the telephone keeps for when it has no connection."""
    return {
        "outcome": "state",
        "door": view.id,
        "came": view.came,
        "others": view.others,
        "salt": view.salt,
        "listed": list(view.listed),
    }
