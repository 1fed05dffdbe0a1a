"""The simulator: several telephones in a browser, each a person who talks to the real chat.

A telephone is a token in a cookie. Pages and addresses know it by its place in that cookie only.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages, redirect, wants_json
from api.ranges import hand_over
from api.reader import Reader
from api.security import Posted, Visiting, not_there
from api.services import Services, Shown, Simulator
from api.visitor import Visitor
from core.entry_links import readable_code

router = APIRouter()

_COOKIE = "rimay_phones"
_MOST = 6
_IBARRA = (0.3517, -78.1223)
"""Where a simulated person stands who sends their location."""


def _simulator(request: Request) -> Simulator:
    services: Services = request.app.state.services
    if services.simulator is None:
        raise not_there()
    return services.simulator


def _phones(request: Request) -> list[str]:
    """The tokens of this browser."""
    return [token for token in request.cookies.get(_COOKIE, "").split(".") if token][:_MOST]


def _phone(request: Request, number: int) -> str:
    phones = _phones(request)
    if not 1 <= number <= len(phones):
        raise not_there()
    return phones[number - 1]


def _keep(response: Response, phones: list[str], visitor: Visitor) -> Response:
    response.set_cookie(
        _COOKIE,
        ".".join(phones),
        max_age=30 * 24 * 3600,
        path="/simulator",
        secure=visitor.https,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/simulator")
async def show(request: Request, visitor: Visiting, start: str = "") -> Response:
    """The telephones of this browser, one to begin with. Who comes by a link finds its code ready to be sent."""
    simulator = _simulator(request)
    phones = _phones(request) or [simulator.open_chat()]
    pages: Pages = request.app.state.pages
    people = [_person(visitor.reader, simulator, number, chat) for number, chat in enumerate(phones, 1)]
    response = await pages.show(
        request,
        "house/simulator.html",
        here="simulator",
        people=people,
        may_add=len(phones) < _MOST,
        start=readable_code(start) or "",
    )
    return _keep(response, phones, visitor)


def _person(reader: Reader, simulator: Simulator, number: int, chat: str) -> dict[str, Any]:
    screen = simulator.snapshot(chat)
    return _named(reader, number) | {"messages": _safe(screen), "keyboard": _keyboard(screen)}


def _named(reader: Reader, number: int) -> dict[str, Any]:
    return {"id": number, "name": reader.text("console.simulator_person", number=number)}


def _safe(screen: list[Shown]) -> list[Shown]:
    """The simulator hands over HTML that is safe to show; the templates escape everything else."""
    return [shown | {"text": Markup(shown["text"])} for shown in screen]


def _keyboard(screen: list[Shown]) -> list[list[dict[str, Any]]]:
    """The reply keyboard that stands now: the last that was put up or taken away."""
    return next((shown["keyboard"] for shown in reversed(screen) if "keyboard" in shown), [])


@router.post("/simulator/people")
async def add_person(request: Request, visitor: Visiting, given: Posted) -> Response:
    """One more telephone."""
    phones = _phones(request)
    if len(phones) < _MOST:
        phones.append(_simulator(request).open_chat())
    code = readable_code(str(given.get("start", "")))
    way = f"?start={code}" if code else ""
    return _keep(redirect(request, f"/simulator{way}#person-{len(phones)}"), phones, visitor)


@router.post("/simulator/{number}/restart")
async def restart(request: Request, visitor: Visiting, number: int) -> Response:
    """The telephone goes to somebody new; the person before can come back only with their own token."""
    _phone(request, number)
    phones = _phones(request)
    phones[number - 1] = _simulator(request).open_chat()
    return _keep(redirect(request, f"/simulator#person-{number}"), phones, visitor)


@router.post("/simulator/{number}/text")
async def write(request: Request, given: Posted, number: int) -> Response:
    """Type a text, or press a key of the reply keyboard."""
    chat = _phone(request, number)
    if "location" in given:
        await _simulator(request).share_location(chat, *_IBARRA)
    else:
        await _simulator(request).say(chat, str(given.get("text", "")))
    return _back(request, number)


@router.post("/simulator/{number}/file")
async def send_file(request: Request, given: Posted, number: int) -> Response:
    """Send a file that is picked on the telephone."""
    chat, file = _phone(request, number), given.get("file")
    if isinstance(file, UploadFile):
        name, mime = file.filename or "", file.content_type or ""
        await _simulator(request).send_file(chat, name, await file.read(), mime)
    return _back(request, number)


@router.post("/simulator/{number}/tap")
async def tap(request: Request, given: Posted, number: int) -> Response:
    """Press a button under a message."""
    chat = _phone(request, number)
    message, button = str(given.get("message", "")), str(given.get("button", ""))
    if message.isdecimal() and button.isdecimal() and len(message) < 16 and len(button) < 4:
        await _simulator(request).tap(chat, int(message), int(button))
    return _back(request, number)


def _back(request: Request, number: int) -> Response:
    if wants_json(request):
        return Response(status_code=204)
    return redirect(request, f"/simulator#person-{number}")


@router.get("/simulator/files/{file_id}")
async def show_file(request: Request, file_id: str) -> Response:
    """A file of a chat. Nobody can guess its address; it is handed over, never opened as a page of ours."""
    file = _simulator(request).find_file(file_id)
    if file is None:
        raise not_there()
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return hand_over(request, file.content, media_type=file.mime, disposition=disposition)


@router.get("/simulator/events", response_class=EventSourceResponse)
async def events(request: Request, visitor: Visiting) -> AsyncIterator[ServerSentEvent]:
    """What changes on any of the telephones, as finished HTML. One stream: browsers open only six at once."""
    pages: Pages = request.app.state.pages
    async for number, shown in _merged(_simulator(request), _phones(request)):
        for name, data in _events_of(pages, visitor, number, shown):
            yield ServerSentEvent(event=name, data=data | {"chat": number})


async def _merged(simulator: Simulator, phones: list[str]) -> AsyncIterator[tuple[int, Shown]]:
    queue: asyncio.Queue[tuple[int, Shown] | None] = asyncio.Queue()

    async def pump(number: int, chat: str) -> None:
        async for shown in simulator.events(chat):
            await queue.put((number, shown))
        await queue.put(None)

    pumps = [asyncio.create_task(pump(number, chat)) for number, chat in enumerate(phones, 1)]
    running = len(pumps)
    try:
        while running:
            found = await queue.get()
            if found is None:
                running -= 1
            else:
                yield found
    finally:
        for each in pumps:
            each.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


def _events_of(pages: Pages, visitor: Visitor, number: int, shown: Shown) -> list[tuple[str, dict[str, Any]]]:
    person = _named(visitor.reader, number)

    def keys(rows: list[list[dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
        return "keyboard", {
            "html": pages.fragment(visitor, "questionnaires/keyboard.html", person=person, keyboard=rows)
        }

    match shown["kind"]:
        case "snapshot":
            screen = _safe(shown["messages"])
            html = pages.fragment(visitor, "questionnaires/screen.html", person=person | {"messages": screen})
            return [("snapshot", {"html": html}), keys(_keyboard(screen))]
        case "delete":
            return [("delete", {"id": shown["id"]})]
        case "toast":
            return [("toast", {"text": str(Markup(shown["text"]).unescape())})]
    [message] = _safe([shown])
    html = pages.fragment(visitor, "house/message.html", person=person, message=message)
    told: list[tuple[str, dict[str, Any]]] = [(shown["kind"], {"id": shown["id"], "html": html})]
    return [*told, keys(shown["keyboard"])] if "keyboard" in shown else told
