"""The data of a consultation as files, for who recomputes the numbers."""

from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.security import Organiser
from api.services import Services
from core.audit import note_act
from surveys.consultations import get_consultation
from surveys.export import csv_chunks, dictionary, jsonl_chunks

router = APIRouter()

_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024

Chunks = Callable[[Session, int], Iterator[bytes]]


def _dictionary_chunks(db: Session, consultation_id: int) -> Iterator[bytes]:
    yield dictionary(db, consultation_id)


@router.get("/consultations/{consultation_id}/export.csv")
async def export_csv(request: Request, account: Organiser, consultation_id: int) -> Response:
    """A line a response."""
    return await _export(request, account.account_id, consultation_id, csv_chunks, "csv")


@router.get("/consultations/{consultation_id}/export.jsonl")
async def export_jsonl(request: Request, account: Organiser, consultation_id: int) -> Response:
    """An object a response."""
    return await _export(request, account.account_id, consultation_id, jsonl_chunks, "jsonl")


@router.get("/consultations/{consultation_id}/dictionary.csv")
async def export_dictionary(request: Request, account: Organiser, consultation_id: int) -> Response:
    """What the columns mean."""
    return await _export(
        request, account.account_id, consultation_id, _dictionary_chunks, "csv", "dictionary"
    )


async def _export(
    request: Request,
    account_id: int,
    consultation_id: int,
    chunks: Chunks,
    kind: str,
    name: str = "responses",
) -> Response:
    """Written inside one read of the database, and noted: data that leaves the house is a deed."""
    services: Services = request.app.state.services
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (closed at the end of the response)
    await services.database.read(_write, file, consultation_id, chunks)
    await services.database.run(note_act, account_id, f"export_{name}", "consultation", consultation_id)
    media = "text/csv; charset=utf-8" if kind == "csv" else "application/jsonl"
    attachment = f'attachment; filename="rimay-{consultation_id}-{name}.{kind}"'
    return StreamingResponse(_pieces(file), media_type=media, headers={"Content-Disposition": attachment})


def _write(db: Session, file: IO[bytes], consultation_id: int, chunks: Chunks) -> None:
    get_consultation(db, consultation_id)
    file.writelines(chunks(db, consultation_id))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
