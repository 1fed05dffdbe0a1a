"""Files of the actor map: brought in after a look at what they would change, and taken out."""

import asyncio
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.forms import FormState
from api.pages import Pages, redirect
from api.routes.actors.actors import MapReader, attachment
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.errors import Fault, InvalidInput, NotFound
from deliberation.actors.importing import (
    FORMATS,
    Change,
    apply,
    preview,
    read_file,
    take_out,
    write_file,
)
from deliberation.actors.spreadsheet import COLUMNS, LARGEST, NEEDED

router = APIRouter()

_MEDIA = {"csv": "text/csv; charset=utf-8", "hxl": "text/csv; charset=utf-8", "hsds": "application/json"}
_MOST_SHOWN = 300
_LARGEST_PACKED = 900_000
"""A field of a form may be a megabyte; a file of text within the limit becomes a tenth of its size."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a file showed."""

    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()
    left_out: int = 0
    packed: str = ""
    name: str = ""


@router.get("/actors/exchange")
async def show(request: Request, visitor: Visiting, account: MapReader) -> Response:
    """Where files come in and go out."""
    return await _show(request, visitor, Looked())


@router.get("/actors/export/{form}")
async def export(request: Request, account: MapReader, form: str) -> Response:
    """The whole map as a file."""
    if form not in FORMATS:
        raise NotFound
    services: Services = request.app.state.services
    records = await services.database.read(take_out)
    content = await asyncio.to_thread(write_file, records, form)
    return attachment(content, _MEDIA[form], f"rimay-actors.{FORMATS[form]}")


@router.post("/actors/exchange")
async def look(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """What a file would change. Nothing is written."""
    services: Services = request.app.state.services
    file = given.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        missing = visitor.reader.text("console.form_required", field=visitor.reader.text("helping.file"))
        return await _show(request, visitor, Looked(), FormState({}, {"file": missing}), status=400)
    name, content = file.filename[:80], await file.read(LARGEST + 1)
    read = await asyncio.to_thread(read_file, content, name)
    packed = b64encode(await asyncio.to_thread(zlib.compress, content, 9)).decode()
    try:
        if len(packed) > _LARGEST_PACKED:
            raise InvalidInput((Fault("actor_file_unreadable", name),))
        changes = await services.database.read(preview, read)
    except InvalidInput as error:
        return await _show(request, visitor, Looked(error.faults, name=name), status=400)
    return await _show(request, visitor, Looked((), tuple(changes), read.left_out, packed, name))


@router.post("/actors/exchange/apply")
async def bring_in(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Write what was looked at. It is judged once more: the map may have changed meanwhile."""
    services: Services = request.app.state.services
    name = str(given.get("name", ""))[:80]
    content = _unpacked(str(given.get("packed", "")))
    read = await asyncio.to_thread(read_file, content, name)
    try:
        await services.database.run(apply, read, account_id=account.account_id)
    except InvalidInput as error:
        return await _show(request, visitor, Looked(error.faults, name=name), status=400)
    return redirect(request, "/actors?done=imported")


def _unpacked(packed: str) -> bytes:
    """The file again; never more than a file may be, whatever was forged."""
    try:
        return zlib.decompressobj().decompress(b64decode(packed, validate=True), LARGEST + 1)
    except (NotBase64, ValueError, zlib.error):
        return b""


async def _show(
    request: Request,
    visitor: Visitor,
    looked: Looked,
    form: FormState | None = None,
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    counts = {
        how: reader.plural("helping.change_count_" + how, sum(each.how == how for each in looked.changes))
        for how in ("new", "changed", "same")
    }
    differing = [change for change in looked.changes if change.how != "same"]
    return await pages.show(
        request,
        "actors/exchange.html",
        status=status,
        here="actors",
        form=form or FormState(),
        looked=looked,
        counts=counts,
        total=len(looked.faults),
        columns=", ".join(COLUMNS),
        needed=", ".join(NEEDED),
        megabytes=LARGEST // 1_000_000,
        changes=[
            (
                reader.plain(change.name),
                reader.text("helping.change_what_" + change.what),
                reader.text("helping.change_how_" + change.how),
                ", ".join(change.columns),
            )
            for change in differing[:_MOST_SHOWN]
        ],
        hidden=max(0, len(differing) - _MOST_SHOWN),
        faults=[
            (fault.row or "", fault.column or "", reader.fault(fault))
            for fault in looked.faults[:_MOST_SHOWN]
        ],
        may_write=visitor.may("organiser"),
    )
