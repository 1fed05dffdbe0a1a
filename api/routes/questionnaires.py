"""Questionnaires: uploaded, checked, looked at as a telephone shows them."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.headers import BODY_LIMIT_MB
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.errors import Fault, InvalidInput
from surveys.questionnaire import NOT_IN_CHAT, SILENT, Localized, Question
from surveys.questionnaires import (
    find_same,
    get_questionnaire,
    get_workbook,
    list_questionnaires,
    store_questionnaire,
)
from surveys.xlsform.reading import read_questionnaire

router = APIRouter()


@router.get("/questionnaires")
async def show_list(request: Request, visitor: Visiting, account: Author) -> Response:
    """All of them, the newest first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    rows = [
        {
            "id": card.id,
            "title": reader.local(card.title),
            "sentence": _size(reader, card.questions, card.languages),
            "loaded": reader.text("console.questionnaire_loaded", date=reader.day(card.created_at)),
        }
        for card in await services.database.read(list_questionnaires)
    ]
    return await pages.show(
        request,
        "questionnaires.html",
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
    content = await file.read()
    try:
        imported = await asyncio.to_thread(read_questionnaire, content, file.filename)
    except InvalidInput as error:
        return await _show_upload(request, visitor, FormState(), error.faults, file.filename, status=422)
    known = await services.database.read(find_same, imported.questionnaire, content)
    stored = known or await services.database.run(
        store_questionnaire,
        imported.questionnaire,
        content=content,
        file_name=file.filename,
        account_id=account.account_id,
    )
    return redirect(request, f"/questionnaires/{stored}?done={'known' if known else 'uploaded'}")


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
        "questionnaire_upload.html",
        status=status,
        here="questionnaires",
        form=form,
        filename=file_name,
        limit=BODY_LIMIT_MB,
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


@dataclass(frozen=True, slots=True)
class Screen:
    """A question in one language, as a telephone shows it."""

    language: str
    language_name: str
    label: str
    hint: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A question in the preview."""

    head: str
    kind: str
    kept: str
    screens: tuple[Screen, ...]
    rules: tuple[tuple[str, str], ...]


@router.get("/questionnaires/{questionnaire_id}")
async def show(request: Request, visitor: Visiting, account: Author, questionnaire_id: int) -> Response:
    """The preview, with what should be looked at before it goes out."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    questionnaire = await services.database.read(get_questionnaire, questionnaire_id)
    reader = visitor.reader
    asked = [question for question in questionnaire.questions() if question.kind not in SILENT]
    return await pages.show(
        request,
        "questionnaire.html",
        here="questionnaires",
        questionnaire_id=questionnaire_id,
        title=reader.local(questionnaire.title),
        plain_title=reader.plain(questionnaire.title),
        sentence=_size(reader, len(asked), questionnaire.languages),
        notices=[_notice(reader, notice) for notice in await _find_notices(services, questionnaire_id)],
        questions=[_shown(reader, number, question) for number, question in enumerate(asked, 1)],
        may_organise=visitor.may("organiser"),
    )


async def _find_notices(services: Services, questionnaire_id: int) -> tuple[Fault, ...]:
    """What is doubtful in the workbook, found anew: the checks may have learned since it was uploaded."""
    content, file_name = await services.database.read(get_workbook, questionnaire_id)
    try:
        return (await asyncio.to_thread(read_questionnaire, content, file_name)).notices
    except InvalidInput as error:
        return error.faults


def _notice(reader: Reader, notice: Fault) -> str:
    """A notice with its place, where it has one."""
    if notice.row is None:
        return reader.fault(notice)
    return reader.text(
        "console.notice_place", sheet=notice.sheet or "", row=notice.row, sentence=reader.fault(notice)
    )


@router.get("/questionnaires/{questionnaire_id}/workbook")
async def show_workbook(request: Request, account: Author, questionnaire_id: int) -> Response:
    """The workbook as it was uploaded."""
    services: Services = request.app.state.services
    content, file_name = await services.database.read(get_workbook, questionnaire_id)
    attachment = f"attachment; filename*=UTF-8''{quote(file_name)}"
    headers = {"Content-Disposition": attachment}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _shown(reader: Reader, number: int, question: Question) -> Shown:
    kind = "console.kind_" + ("other" if question.kind in NOT_IN_CHAT else question.kind.lower())
    return Shown(
        head=reader.text("console.preview_head", number=number),
        kind=reader.text(kind if reader.translator.has(kind) else "console.kind_other"),
        kept=reader.text("console.preview_kept_" + question.keep) if question.keep else "",
        screens=tuple(_screen(reader, language, question) for language in LANGUAGES),
        rules=tuple(_rules(reader, question)),
    )


def _screen(reader: Reader, language: str, question: Question) -> Screen:
    def said(text: Localized) -> str:
        return text.get(language, "").strip()

    choices = tuple(said(choice.label) for choice in question.choices)
    return Screen(
        language, reader.language_name(language), said(question.label), said(question.hint), choices
    )


def _rules(reader: Reader, question: Question) -> Iterator[tuple[str, str]]:
    if question.required:
        yield reader.text("console.rule_required"), reader.text("console.rule_required_yes")
    if question.relevant:
        yield reader.text("console.rule_relevant"), Markup("<code>{}</code>").format(question.relevant)
    if question.constraint:
        yield reader.text("console.rule_constraint"), Markup("<code>{}</code>").format(question.constraint)
