"""Photos, films and files that people sent as answers: an organiser looks at them, and that is noted."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages
from api.ranges import Openings, hand_over
from api.reader import Reader
from api.security import Organiser, Visiting
from api.services import Services
from surveys.attachments import FileCard, FiledQuestion, get_file, list_files
from surveys.consultations import ConsultationCard, get_consultation
from surveys.conversation.wording import left_open

router = APIRouter()

_SHOWN_AT_ONCE = 24
_SHOWN = ("image", "audio", "video")
"""What a page of ours shows; everything else is only handed over."""
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as the gallery shows it: `kind` is image, audio, video or other."""

    id: str
    number: int
    kind: str
    size: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """The files that answer one question, some at a time."""

    label: Markup
    count: str
    files: list[ShownFile]


def _files(db: Session, consultation_id: int) -> tuple[ConsultationCard, list[FiledQuestion]]:
    return get_consultation(db, consultation_id), list_files(db, consultation_id)


@router.get("/consultations/{consultation_id}/files")
async def show(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int, start: int = 0
) -> Response:
    """The files of a consultation, by question."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, questions = await services.database.read(_files, consultation_id)
    start = max(0, start)
    onward = start + _SHOWN_AT_ONCE
    return await pages.show(
        request,
        "consultations/files.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        questions=[_question(reader, question, start) for question in questions],
        more=f"/consultations/{card.id}/files?start={onward}"
        if any(len(question.files) > onward for question in questions)
        else "",
    )


def _question(reader: Reader, filed: FiledQuestion, start: int) -> ShownQuestion:
    shown = list(enumerate(filed.files, 1))[start : start + _SHOWN_AT_ONCE]
    return ShownQuestion(
        reader.local(left_open(filed.question.label)),
        reader.plural("media.files_count", len(filed.files)),
        [_file(reader, number, file) for number, file in shown],
    )


def _file(reader: Reader, number: int, file: FileCard) -> ShownFile:
    kind = file.media_type.partition("/")[0]
    size = reader.text("media.kilobytes", size=reader.number(max(1, round(file.size / 1000))))
    return ShownFile(file.id, number, kind if kind in _SHOWN else "other", size)


@router.get("/consultations/{consultation_id}/files/{attachment_id}")
async def open_file(
    request: Request, account: Organiser, consultation_id: int, attachment_id: str, download: bool = False
) -> Response:
    """A file. Every opening is noted: which consultation, which account, never whose file."""
    services: Services = request.app.state.services
    media_type, sealed = await services.database.read(get_file, consultation_id, attachment_id)
    openings: Openings = request.app.state.openings
    await openings.note(request, "open_file", account.account_id, consultation_id, attachment_id)
    content = await asyncio.to_thread(services.vault.open_bytes, sealed)
    shown = media_type.partition("/")[0] in _SHOWN and not download
    name = f"rimay-{consultation_id}-{attachment_id[:8]}.{_ENDINGS.get(media_type, 'bin')}"
    disposition = "inline" if shown else f'attachment; filename="{name}"'
    return hand_over(request, content, media_type=media_type, disposition=disposition)
