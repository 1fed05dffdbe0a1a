"""Paper forms brought in as a file: judged whole before anything is stored, every fault with its row and column."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.entry_fields import refusal_sentence
from api.forms import Fields, FormState
from api.headers import BODY_LIMIT_MB
from api.pages import Pages
from api.reader import Reader
from api.security import Author, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import Fault, InvalidInput
from deliberation.voices.hearing import Hearing
from surveys.conversation.turns import Refusal
from surveys.entry.entries import EntryForm, enter_forms, get_entry_form, in_portions
from surveys.entry.paper_import import CheckedFile, check_file, open_answers, rows_to_mend
from surveys.entry.paper_rows import RowFault, template
from surveys.entry.paper_tables import MOST_FORMS, write_tables

router = APIRouter()

_SOON = 2.0
"""Seconds after which a file that is still being judged says how far it is."""
_MOST_SHOWN = 500
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class Judged:
    """How far a file is judged, and what came of it."""

    done: int = 0
    total: int = 0

    def follow(self, done: int, total: int) -> None:
        """Told by whoever judges."""
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page says in the end."""

    checked: CheckedFile | None = None
    faults: tuple[RowFault, ...] = ()
    stored: int = 0
    before: int = 0
    status: int = 200


@router.get("/consultations/{consultation_id}/paper-template.xlsx")
async def show_template(request: Request, account: Author, consultation_id: int) -> Response:
    """The table to be filled in: a row for each form, a sheet for each repeat, and what every column means."""
    services: Services = request.app.state.services
    form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    content = await asyncio.to_thread(write_tables, template(form.questionnaire))
    name = f'attachment; filename="rimay-{consultation_id}-forms.xlsx"'
    return Response(content, media_type=_WORKBOOK, headers={"Content-Disposition": name})


@router.get("/consultations/{consultation_id}/paper-import")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """Where a file is handed in."""
    services: Services = request.app.state.services
    form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    return await _show(request, visitor, form, FormState(), Outcome())


@router.post("/consultations/{consultation_id}/paper-import")
async def bring_in(
    request: Request, visitor: Visiting, given: Posted, account: Author, consultation_id: int
) -> Response:
    """Judge a file, and store it if all is right; or only its right rows, where that was chosen."""
    services: Services = request.app.state.services
    form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    fields, file = Fields(given, visitor.reader), given.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        fields.refuse("file", "console.form_required", field=visitor.reader.text("entry.import_file"))
        return await _show(request, visitor, form, fields.state, Outcome(status=400))
    judged, partly = Judged(), given.get("partly") == "yes"
    bringing = partial(
        _bring_in, services, form, await file.read(), judged, account.account_id, partly=partly
    )
    work = asyncio.create_task(bringing())
    finished, _ = await asyncio.wait({work}, timeout=_SOON)
    if finished:
        return await _show(request, visitor, form, fields.state, work.result())
    show_in_the_end = partial(_show, request, visitor, form, fields.state)
    lines = _progress(request.app.state.pages, visitor, judged, work, show_in_the_end)
    return StreamingResponse(lines, media_type="text/html; charset=utf-8")


async def _bring_in(
    services: Services,
    form: EntryForm,
    content: bytes,
    judged: Judged,
    account_id: int,
    *,
    partly: bool,
) -> Outcome:
    zone = services.settings.zone
    try:
        checked = await asyncio.to_thread(check_file, form, content, now(), zone, judged.follow)
    except InvalidInput as error:
        faults = tuple(RowFault(f.sheet or "", f.row or 0, f.column or "", f) for f in error.faults)
        return Outcome(faults=faults, status=422)
    if checked.lays_out_wrong or (checked.faults and not partly):
        return Outcome(checked, checked.faults, status=422)
    hear = await asyncio.to_thread(Hearing(services.vault).beforehand, open_answers(form, checked))
    before: list[str] = []
    for some in in_portions(checked.papers):
        before += await services.database.run(enter_forms, form, some, hear, zone, account_id)
    return Outcome(checked, checked.faults, len(checked.papers) - len(before), len(before))


async def _progress(
    pages: Pages, visitor: Visitor, judged: Judged, work: "asyncio.Task[Outcome]", show_in_the_end: Any
) -> AsyncIterator[bytes]:
    """A line now and then while the file is judged, and the page of the result after it. Who leaves stores nothing."""
    head, _, _ = pages.fragment(visitor, "consultations/paper_import_progress.html").partition(
        "<!-- lines -->"
    )
    yield head.encode()
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=1.0)
            yield pages.fragment(
                visitor, "consultations/paper_import_line.html", done=judged.done, total=judged.total
            ).encode()
        page = await show_in_the_end(work.result())
        yield b"</div>" + page.body.partition(b"<body>")[2]
    finally:
        work.cancel()


async def _show(
    request: Request, visitor: Visitor, form: EntryForm, typed: FormState, outcome: Outcome
) -> Response:
    pages: Pages = request.app.state.pages
    reader, checked = visitor.reader, outcome.checked
    say = partial(_sentence, reader)
    rest = ""
    if checked and outcome.stored + outcome.before and outcome.faults:
        tables = await asyncio.to_thread(rows_to_mend, checked, say)
        rest = b64encode(await asyncio.to_thread(write_tables, tables)).decode()
    t = reader.text
    return await pages.show(
        request,
        "consultations/paper_import.html",
        status=outcome.status,
        here="entries",
        form=typed,
        id=form.consultation_id,
        title=reader.local(form.title),
        plain_title=reader.plain(form.title),
        limit=BODY_LIMIT_MB,
        most=reader.number(MOST_FORMS),
        stored=outcome.stored,
        before=outcome.before,
        left_out=checked.left_out if checked and outcome.stored else 0,
        finished=outcome.status == 200 and checked is not None,
        may_take_part=checked is not None and bool(checked.papers) and not checked.lays_out_wrong,
        rest=rest,
        kind=_WORKBOOK,
        total=len(outcome.faults),
        faults=[(f.sheet or "—", str(f.row or ""), f.column, say(f)) for f in outcome.faults[:_MOST_SHOWN]],
        fault_columns=[
            (t("console.faults_sheet"), ""),
            (t("console.faults_row"), "count"),
            (t("console.faults_column"), ""),
            (t("console.faults_what"), ""),
        ],
    )


def _sentence(reader: Reader, fault: RowFault) -> str:
    wrong: Fault | Refusal = fault.wrong
    return reader.fault(wrong) if isinstance(wrong, Fault) else refusal_sentence(reader, wrong)
