"""A questionnaire rehearsed by synthetic people: how far they are, live, and what was found."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages
from api.reader import Reader
from api.security import Author, Visiting, not_there
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import Conflict, InvalidInput
from surveys.questionnaires import get_questionnaire, get_workbook
from surveys.rehearsal.rehearsal import Recorded, Rehearsal
from surveys.rehearsal.report import Finding, Report, Severity
from surveys.rehearsal.wording import HEADINGS, Place, Rows, language_named, rows_of, sentence_of
from surveys.speech.passages import list_parts
from surveys.speech.recordings import PERSON, spoken_digests

router = APIRouter()

MOST_RESPONDENTS = 500
USUAL = FormState({"respondents": "50", "seed": "1"})
_LONGEST_SEED = 100
_NEWS_EVERY = 1.0
"""Seconds between two looks at what was found so far."""
_at_once = BoundedSemaphore(2)
"""A rehearsal keeps a core busy: the chat needs the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, as the page shows it."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A rehearsal that somebody asked for, and what its fields say."""

    questionnaire_id: int
    respondents: int
    seed: str
    form: FormState


async def _asked(request: Request, visitor: Visiting, account: Author, questionnaire_id: int) -> Asked:
    fields = Fields(request.query_params, visitor.reader)
    respondents = fields.number("respondents", 1, MOST_RESPONDENTS)
    seed = fields.text("seed", "rehearsal.seed", limit=_LONGEST_SEED)
    return Asked(questionnaire_id, respondents, seed, fields.state)


async def _prepare(request: Request, asked: Asked) -> tuple[Rehearsal, Rows]:
    """The rehearsal, and where in the workbook its questions stand."""
    services: Services = request.app.state.services
    questionnaire = await services.database.read(get_questionnaire, asked.questionnaire_id)
    content, file_name = await services.database.read(get_workbook, asked.questionnaire_id)
    recorded = await services.database.read(_recorded, asked.questionnaire_id, services)
    zone = services.settings.zone
    rehearsal = await asyncio.to_thread(
        Rehearsal,
        questionnaire,
        respondents=asked.respondents,
        seed=asked.seed,
        # Everybody begins at the same hour of a day, so that a rehearsal can be repeated all day long.
        moment=now().astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0),
        zone=zone,
        recorded=recorded,
    )
    try:
        return rehearsal, await asyncio.to_thread(rows_of, content, file_name)
    except InvalidInput:  # a workbook of before, which would be refused today
        return rehearsal, lambda _path: ("", None)


async def _prepared(request: Request, asked: Annotated[Asked, Depends(_asked)]) -> tuple[Rehearsal, Rows]:
    if asked.form.wrong:
        raise not_there()
    return await _prepare(request, asked)


@router.get("/questionnaires/{questionnaire_id}/rehearsal")
async def show(request: Request, visitor: Visiting, account: Author, questionnaire_id: int) -> Response:
    """The form: how many people, and which seed."""
    return await _show(request, visitor, questionnaire_id, USUAL)


@router.get("/questionnaires/{questionnaire_id}/rehearsal/result")
async def show_result(
    request: Request, visitor: Visiting, asked: Annotated[Asked, Depends(_asked)]
) -> Response:
    """The rehearsal and what it found, for browsers without script: the page comes when it is over."""
    if asked.form.wrong:
        return await _show(request, visitor, asked.questionnaire_id, asked.form, status=400)
    rehearsal, rows = await _prepare(request, asked)
    with _turn():
        report = await asyncio.to_thread(_through, rehearsal)
    found = _shown(visitor.reader, report, rows)
    return await _show(request, visitor, asked.questionnaire_id, asked.form, found=found)


@router.get("/questionnaires/{questionnaire_id}/rehearsal/live", response_class=EventSourceResponse)
async def live(
    request: Request, visitor: Visiting, prepared: Annotated[tuple[Rehearsal, Rows], Depends(_prepared)]
) -> AsyncIterator[ServerSentEvent]:
    """The same while it goes on. Whoever closes the stream stops the rehearsal; what was found stays on the page."""
    if not _at_once.acquire(blocking=False):
        yield ServerSentEvent(event="busy", data=visitor.reader.text("rehearsal.busy"))
        return
    try:
        rehearsal, rows = prepared
        steps, told, begun = rehearsal.steps(), monotonic(), 0
        while (begun_now := await asyncio.to_thread(next, steps, None)) is not None:
            yield ServerSentEvent(
                event="progress", data=_progress(visitor.reader, rehearsal, begun_now, begun)
            )
            begun = begun_now
            if monotonic() - told > _NEWS_EVERY:
                yield _found(request, visitor, "found", await asyncio.to_thread(rehearsal.report), rows)
                told = monotonic()
        yield _found(request, visitor, "over", await asyncio.to_thread(rehearsal.report), rows)
    finally:
        _at_once.release()


async def _show(
    request: Request,
    visitor: Visitor,
    questionnaire_id: int,
    form: FormState,
    *,
    found: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    questionnaire = await services.database.read(get_questionnaire, questionnaire_id)
    return await pages.show(
        request,
        "questionnaires/rehearsal.html",
        status=status,
        here="questionnaires",
        form=form,
        questionnaire_id=questionnaire_id,
        title=visitor.reader.plain(questionnaire.title),
        most=MOST_RESPONDENTS,
        found=found,
    )


@contextmanager
def _turn() -> Iterator[None]:
    if not _at_once.acquire(blocking=False):
        raise Conflict
    try:
        yield
    finally:
        _at_once.release()


def _recorded(db: Session, questionnaire_id: int, services: Services) -> Recorded:
    """Questions that somebody has read aloud in the console."""
    questionnaire = get_questionnaire(db, questionnaire_id)
    parts = [
        (part.path, language, part.passages)
        for language in questionnaire.languages
        for part in list_parts(questionnaire, language, services.translator)
        if part.what in ("note", "question")
    ]
    spoken = spoken_digests(db, [passage for _, _, passages in parts for passage in passages])
    return frozenset(
        (path, language)
        for path, language, passages in parts
        if all(spoken.get(passage.digest) == PERSON for passage in passages)
    )


def _through(rehearsal: Rehearsal) -> Report:
    for _ in rehearsal.steps():
        pass
    return rehearsal.report()


def _progress(reader: Reader, rehearsal: Rehearsal, begun: int, before: int) -> dict[str, Any]:
    """How far it is; once everybody has come through, people are sent to what nobody saw."""
    counted = reader.text("rehearsal.people_so_far", begun=begun, total=rehearsal.respondents)
    text = reader.text("rehearsal.looking_for_ways") if begun == before else counted
    return {"value": begun, "max": rehearsal.respondents, "text": text}


def _found(request: Request, visitor: Visitor, event: str, report: Report, rows: Rows) -> ServerSentEvent:
    pages: Pages = request.app.state.pages
    html = pages.fragment(
        visitor, "questionnaires/rehearsal_found.html", found=_shown(visitor.reader, report, rows)
    )
    return ServerSentEvent(event=event, data={"html": html})


def _shown(reader: Reader, report: Report, rows: Rows) -> dict[str, Any]:
    """What the fragment needs."""
    sections = []
    for severity, heading in HEADINGS.items():
        lines = [
            _line(reader, found, rows(found.path)) for found in report.findings if found.severity is severity
        ]
        if lines:
            title = reader.plural("rehearsal." + heading, len(lines))
            sections.append({"severity": severity.value, "title": title, "lines": lines})
    return {
        "finished": reader.text("rehearsal.finished", finished=report.finished, begun=report.begun),
        "minutes": list(_minutes(reader, report)),
        "clean": not report.has_errors,
        "sections": sections,
        "folded": Severity.NOTE.value,
        "rows": [
            (each.name, reader.number(each.shown), reader.number(each.answered), reader.number(each.skipped))
            for each in report.questions
        ],
        "begun": report.begun,
    }


def _minutes(reader: Reader, report: Report) -> Iterator[str]:
    if report.minutes is None:
        yield reader.text("rehearsal.nobody_finished")
        return
    whole = report.minutes
    yield reader.text("rehearsal.minutes", median=reader.number(whole.median), p90=reader.number(whole.p90))
    for locale, minutes in report.minutes_by_language.items():
        named = language_named(locale, reader.translator, reader.language)
        times = {"median": reader.number(minutes.median), "p90": reader.number(minutes.p90)}
        yield reader.text("rehearsal.minutes_in", language=named, **times)


def _line(reader: Reader, finding: Finding, place: Place) -> Line:
    sheet, row = place
    where = reader.text("rehearsal.place", sheet=sheet, row=row) if row else ""
    return Line(where, sentence_of(finding, reader.translator, reader.language))
