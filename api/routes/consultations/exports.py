"""The data of a consultation as files, for who recomputes the numbers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.pages import Pages
from api.reader import Reader
from api.security import Organiser, Visiting
from api.services import Services
from core.audit import note_act
from core.errors import NotFound
from deliberation.voices.redaction import in_words, redaction_words
from i18n.localized import SOURCE
from surveys.consultations import ConsultationCard, get_consultation
from surveys.exporting.formats import Format, dictionary_for, ending_of, media_type_of, write_export
from surveys.exporting.plan import Options, plan_of
from surveys.versioning.change_sentences import change_sentence

router = APIRouter()

_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of the exports says of a consultation."""

    card: ConsultationCard
    languages: tuple[str, ...]
    versions: int
    repeats: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is about to be sent."""

    ending: str
    media_type: str


@router.get("/consultations/{consultation_id}/export")
async def show(request: Request, visitor: Visiting, account: Organiser, consultation_id: int) -> Response:
    """The formats, and what may be chosen of each."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    offer = await services.database.read(_offer, consultation_id, _options(reader, "", ""))
    return await pages.show(
        request,
        "consultations/export.html",
        here="consultations",
        id=consultation_id,
        title=reader.local(offer.card.title),
        plain_title=reader.plain(offer.card.title),
        sentence=reader.plural("export.page_sentence", offer.card.reach.finished),
        languages=[(code, reader.language_name(code)) for code in offer.languages],
        formats=[
            (form.value, reader.text(f"export.format_{form}"), reader.text(f"export.format_{form}_for"))
            for form in Format
        ],
        repeats=offer.repeats,
        versions=offer.versions,
        provisional=offer.card.state == "open",
    )


def _offer(db: Session, consultation_id: int, options: Options) -> Offer:
    plan = plan_of(db, consultation_id, options, say=lambda _: "")
    repeats = any(variable.repeats for variable in plan.variables)
    return Offer(get_consultation(db, consultation_id), plan.languages, len(plan.versions), repeats)


@router.get("/consultations/{consultation_id}/export.{form}")
async def export(
    request: Request,
    visitor: Visiting,
    account: Organiser,
    consultation_id: int,
    form: str,
    language: str = "",
    split: str = "",
) -> Response:
    """The responses in one format."""
    if form not in set(Format):
        raise NotFound
    options = _options(visitor.reader, language, split)
    return await _send(request, visitor.reader, account.account_id, consultation_id, Format(form), options)


@router.get("/consultations/{consultation_id}/dictionary.csv")
async def export_dictionary(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int, split: str = ""
) -> Response:
    """What the columns mean."""
    options = _options(visitor.reader, "", split)
    return await _send(request, visitor.reader, account.account_id, consultation_id, None, options)


def _options(reader: Reader, language: str, split: str) -> Options:
    return Options(language=language or None, split=split == "1")


async def _send(
    request: Request,
    reader: Reader,
    account_id: int,
    consultation_id: int,
    form: Format | None,
    options: Options,
) -> Response:
    """Written inside one read of the database, and noted: data that leaves the house is a deed."""
    services: Services = request.app.state.services
    name = "dictionary" if form is None else "responses"
    say = partial(change_sentence, translator=reader.translator, language=options.language or reader.language)
    reading = partial(in_words, words=redaction_words(reader.translator, options.language or SOURCE))

    def write(db: Session, file: IO[bytes]) -> Kept:
        plan = plan_of(db, consultation_id, options, say=say, reading=reading)
        if form is None:
            file.write(dictionary_for(plan, Format.CSV))
            return Kept(".csv", "text/csv; charset=utf-8")
        write_export(db, plan, form, file)
        return Kept(ending_of(plan, form), media_type_of(plan, form))

    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (closed at the end of the response)
    try:
        kept = await services.database.read(write, file)
        await services.database.run(note_act, account_id, f"export_{name}", "consultation", consultation_id)
    except BaseException:
        file.close()
        raise
    attachment = f'attachment; filename="rimay-{consultation_id}-{name}{kept.ending}"'
    headers = {"Content-Disposition": attachment}
    return StreamingResponse(_pieces(file), media_type=kept.media_type, headers=headers)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
