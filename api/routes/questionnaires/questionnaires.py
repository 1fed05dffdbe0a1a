"""Questionnaires: uploaded, checked, looked at as a telephone shows them."""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.headers import limit_of
from api.pages import Pages, redirect
from api.reader import Reader
from api.screens import Screens
from api.security import Author, Organiser, Posted, Visiting, not_there
from api.services import Services
from api.visitor import Visitor
from core.errors import Fault, InvalidInput
from surveys.files import find_file, get_files
from surveys.questionnaires import (
    find_same,
    get_questionnaire,
    get_workbook,
    list_questionnaires,
    store_questionnaire,
)
from surveys.xlsform.accompanying import ENDINGS, NamedContent
from surveys.xlsform.needs import unused_files
from surveys.xlsform.parcel import open_parcel
from surveys.xlsform.reading import read_questionnaire

router = APIRouter()


@router.get("/questionnaires")
async def show_list(request: Request, visitor: Visiting, account: Author) -> Response:
    """The newest version of each, the last one first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    rows = [
        {
            "id": card.id,
            "title": reader.local(card.title),
            "sentence": _size(reader, card.questions, card.languages),
            "loaded": reader.text("console.questionnaire_loaded", date=reader.day(card.created_at)),
            "version": reader.text("export.version_name", number=card.number) if card.number > 1 else "",
        }
        for card in await services.database.read(list_questionnaires)
        if card.is_newest
    ]
    return await pages.show(
        request,
        "questionnaires/questionnaires.html",
        here="questionnaires",
        questionnaires=rows,
        may_organise=visitor.may("organiser"),
    )


def _size(reader: Reader, questions: int, languages: tuple[str, ...]) -> str:
    names = ", ".join(reader.language_name(code) for code in languages)
    return reader.plural("console.questionnaire_sentence", questions, languages=names)


@router.get("/questionnaires/new")
async def show_upload(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form for a workbook."""
    return await _show_upload(request, visitor, FormState())


@router.post("/questionnaires")
async def upload(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Read a workbook in a thread; every fault is shown at once and nothing is stored."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    file = given.get("workbook")
    if not isinstance(file, UploadFile) or not file.filename:
        fields.refuse(
            "workbook", "console.form_required", field=visitor.reader.text("console.questionnaire_workbook")
        )
        return await _show_upload(request, visitor, fields.state, status=400)
    workbook, others = await _named(file), [await _named(other) for other in _other_files(given)]
    try:
        parcel = await asyncio.to_thread(open_parcel, workbook, others)
    except InvalidInput as error:
        return await _show_upload(request, visitor, FormState(), error.faults, file.filename, status=422)
    questionnaire = parcel.imported.questionnaire
    known = await services.database.read(find_same, questionnaire, parcel.content, parcel.files)
    stored = known or await services.database.run(
        store_questionnaire,
        questionnaire,
        content=parcel.content,
        file_name=parcel.file_name,
        account_id=account.account_id,
        files=parcel.files,
    )
    return redirect(request, f"/questionnaires/{stored}?done={'known' if known else 'uploaded'}")


async def _named(file: UploadFile) -> NamedContent:
    return file.filename or "", await file.read()


def _other_files(given: FormData) -> list[UploadFile]:
    """What came beside the workbook; a browser sends an empty file where none was chosen."""
    return [file for file in given.getlist("files") if isinstance(file, UploadFile) and file.filename]


async def _show_upload(
    request: Request,
    visitor: Visitor,
    form: FormState,
    faults: tuple[Fault, ...] = (),
    file_name: str = "",
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    t = visitor.reader.text
    return await pages.show(
        request,
        "questionnaires/questionnaire_upload.html",
        status=status,
        here="questionnaires",
        form=form,
        filename=file_name,
        limit=limit_of("/questionnaires"),
        files_accepted=",".join(ENDINGS),
        faults=[_fault_row(visitor.reader, fault) for fault in faults],
        fault_columns=[
            (t("console.faults_sheet"), ""),
            (t("console.faults_row"), "count"),
            (t("console.faults_column"), ""),
            (t("console.faults_what"), ""),
        ],
    )


def _fault_row(reader: Reader, fault: Fault) -> tuple[str, str, str, str]:
    row = "" if fault.row is None else str(fault.row)
    return fault.sheet or "—", row, fault.column or "", reader.fault(fault)


@router.get("/questionnaires/{questionnaire_id}")
async def show(request: Request, visitor: Visiting, account: Author, questionnaire_id: int) -> Response:
    """The preview, with what should be looked at before it goes out."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    questionnaire = await services.database.read(get_questionnaire, questionnaire_id)
    files = await services.database.read(get_files, questionnaire_id)
    reader = visitor.reader
    asked = sum(1 for _ in questionnaire.asked())
    return await pages.show(
        request,
        "questionnaires/questionnaire.html",
        here="questionnaires",
        questionnaire_id=questionnaire_id,
        title=reader.local(questionnaire.title),
        plain_title=reader.plain(questionnaire.title),
        sentence=_size(reader, asked, questionnaire.languages),
        notices=[
            _notice(reader, notice) for notice in await _find_notices(services, questionnaire_id, files)
        ],
        rows=[*Screens(reader, questionnaire_id, questionnaire, files).rows()],
        may_organise=visitor.may("organiser"),
    )


async def _find_notices(
    services: Services, questionnaire_id: int, files: Mapping[str, bytes]
) -> tuple[Fault, ...]:
    """What is doubtful in the workbook, found anew: the checks may have learned since it was uploaded."""
    content, file_name = await services.database.read(get_workbook, questionnaire_id)
    try:
        imported = await asyncio.to_thread(read_questionnaire, content, file_name, files)
    except InvalidInput as error:
        return error.faults
    return (*imported.notices, *unused_files(imported.needs, files))


def _notice(reader: Reader, notice: Fault) -> str:
    """A notice with its place, where it has one."""
    if notice.row is None:
        return reader.fault(notice)
    place = {"sheet": notice.sheet or "", "row": notice.row, "sentence": reader.fault(notice)}
    if notice.column is None:
        return reader.text("console.notice_place", **place)
    return reader.text("console.notice_place_column", column=notice.column, **place)


@router.get("/questionnaires/{questionnaire_id}/workbook")
async def show_workbook(request: Request, account: Author, questionnaire_id: int) -> Response:
    """The workbook as it was uploaded."""
    services: Services = request.app.state.services
    content, file_name = await services.database.read(get_workbook, questionnaire_id)
    attachment = f"attachment; filename*=UTF-8''{quote(file_name)}"
    headers = {"Content-Disposition": attachment}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/questionnaires/{questionnaire_id}/files/{name}")
async def show_file(request: Request, account: Author, questionnaire_id: int, name: str) -> Response:
    """A file that came with the workbook. Its type is the one that its content was found to have."""
    services: Services = request.app.state.services
    file = await services.database.read(find_file, questionnaire_id, name)
    if file is None:
        raise not_there()
    shown = file.media_type.startswith(("image/", "audio/", "video/"))
    placed = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    return Response(file.content, media_type=file.media_type, headers={"Content-Disposition": placed})
