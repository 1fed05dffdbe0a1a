"""Recordings: what is heard of a questionnaire, text by text; a person's voice takes the place of the machine's."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.forms import FormState
from api.headers import BODY_LIMIT_MB
from api.pages import Pages, redirect
from api.ranges import hand_over
from api.reader import LANGUAGES, Reader
from api.security import Author, Posted, Visiting, not_there
from api.services import Services
from api.visitor import Visitor
from i18n.localized import Localized
from i18n.speech import Unspoken
from surveys.questionnaires import get_questionnaire
from surveys.speech.opus import LONGEST, NotARecording, to_opus
from surveys.speech.recordings import PERSON, keep_person, remove_person
from surveys.speech.soundtrack import Line, Soundtrack, soundtrack

router = APIRouter()

_A_PAGE = 30
_MARKS = {"person": "done", "workbook": "done", "machine": "here"}


@dataclass(frozen=True, slots=True)
class Row:
    """A text on the page. `name` is that of its field and its anchor."""

    name: str
    code: str
    head: str
    text: str
    voice: str
    mark: str
    recorded: bool


def _look(
    db: Session, questionnaire_id: int, language: str, services: Services
) -> tuple[Localized, Soundtrack]:
    track = soundtrack(db, questionnaire_id, language, services.translator, services.settings.unit_name)
    return get_questionnaire(db, questionnaire_id).title, track


@router.get("/questionnaires/{questionnaire_id}/recordings")
async def show(
    request: Request,
    visitor: Visiting,
    account: Author,
    questionnaire_id: int,
    language: str = "",
    only: str = "",
    page: int = 1,
) -> Response:
    """The texts of a language with their voices, some at a time; all, or only those that nobody has recorded."""
    chosen = language if language in LANGUAGES else LANGUAGES[-1]
    return await _show(request, visitor, questionnaire_id, chosen, only=only, page=page)


async def _show(
    request: Request,
    visitor: Visitor,
    questionnaire_id: int,
    language: str,
    *,
    only: str = "",
    page: int = 1,
    form: FormState | None = None,
    about: str = "",
    status: int = 200,
) -> Response:
    """The page; with what was wrong with a file, it shows the text that the file was for."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    title, track = await services.database.read(_look, questionnaire_id, language, services)
    lines = [line for line in track.lines if only != "machine" or line.voice == "machine"]
    if about:
        lines = [line for line in lines if _code(line) == about]
    last = max(1, -(-len(lines) // _A_PAGE))
    here = min(max(1, page), last)
    link = partial(_link, questionnaire_id, language=language, only=only)
    return await pages.show(
        request,
        "questionnaires/recordings.html",
        status=status,
        here="questionnaires",
        id=questionnaire_id,
        title=reader.local(title),
        plain_title=reader.plain(title),
        address=_address(questionnaire_id),
        language=language,
        languages=[(code, reader.language_name(code), link(language=code)) for code in LANGUAGES],
        only=only,
        can_speak=services.speaker is not None and services.speaker.available,
        rows=[_row(reader, line) for line in lines[(here - 1) * _A_PAGE : here * _A_PAGE]],
        before=link(page=here - 1) if here > 1 else "",
        after=link(page=here + 1) if here < last else "",
        where=reader.text("console.recordings_page", page=here, last=last) if last > 1 else "",
        **_counted(reader, track, link),
        **({} if form is None else {"form": form}),
    )


def _counted(reader: Reader, track: Soundtrack, link: Callable[..., str]) -> dict[str, Any]:
    """How many texts have a person's voice, and what is to be done."""
    whole, untranslated = len(track.lines), track.untranslated
    by_people = reader.number(whole - track.by_machine)
    return {
        "count": reader.text("console.recordings_count", part=by_people, whole=reader.number(whole)),
        "untranslated": untranslated and reader.plural("console.recordings_untranslated", untranslated),
        "by_machine": track.by_machine,
        "all_href": link(only=""),
        "machine_href": link(only="machine"),
        "hint": reader.text("console.recording_hint", megabytes=BODY_LIMIT_MB, minutes=LONGEST // 60),
    }


def _address(questionnaire_id: int) -> str:
    return f"/questionnaires/{questionnaire_id}/recordings"


def _link(questionnaire_id: int, **query: Any) -> str:
    return f"{_address(questionnaire_id)}?{urlencode(query)}"


def _row(reader: Reader, line: Line) -> Row:
    code = _code(line)
    return Row(
        name=f"recording_{code[:12]}",
        code=code,
        head=reader.text("console.recording_of_" + line.what, number=line.place),
        text=line.passage.text,
        voice=reader.text("console.recording_by_" + line.voice),
        mark=_MARKS[line.voice],
        recorded=line.voice == PERSON,
    )


def _code(line: Line) -> str:
    return line.passage.digest.hex()


async def _find(services: Services, questionnaire_id: int, code: str) -> Line:
    """A text of this questionnaire, in whichever language; else there is nothing at the address."""
    for language in LANGUAGES:
        _, track = await services.database.read(_look, questionnaire_id, language, services)
        for line in track.lines:
            if _code(line) == code:
                return line
    raise not_there()


@router.get("/questionnaires/{questionnaire_id}/recordings/{code}")
async def play(request: Request, account: Author, questionnaire_id: int, code: str) -> Response:
    """What people hear. The machine speaks when it is asked first."""
    services: Services = request.app.state.services
    line = await _find(services, questionnaire_id, code)
    if services.speaker is None:
        raise not_there()
    try:
        if line.file is not None and line.voice == "workbook":
            sound = await services.speaker.play(line.file, line.passage.language)
        else:
            sound = await services.speaker.say(line.passage, keep=True)
    except Unspoken:
        raise not_there() from None
    return hand_over(request, sound.content, media_type="audio/ogg", disposition="inline")


@router.post("/questionnaires/{questionnaire_id}/recordings/{code}")
async def upload(
    request: Request, visitor: Visiting, given: Posted, account: Author, questionnaire_id: int, code: str
) -> Response:
    """Take a person's recording; what cannot be played to anybody is refused with the reason."""
    services: Services = request.app.state.services
    line = await _find(services, questionnaire_id, code)
    name = _row(visitor.reader, line).name
    file = given.get(name)
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise NotARecording("none")
        opus = await asyncio.to_thread(to_opus, await file.read())
    except NotARecording as refused:
        wrong = {
            name: visitor.reader.text("console.recording_refused_" + refused.reason, minutes=LONGEST // 60)
        }
        return await _show(
            request,
            visitor,
            questionnaire_id,
            line.passage.language,
            form=FormState({}, wrong),
            about=code,
            status=422,
        )
    await services.database.run(keep_person, line.passage, opus, account_id=account.account_id)
    return _back(request, questionnaire_id, line, "recorded")


@router.post("/questionnaires/{questionnaire_id}/recordings/{code}/remove")
async def remove(
    request: Request, given: Posted, account: Author, questionnaire_id: int, code: str
) -> Response:
    """The machine speaks again."""
    services: Services = request.app.state.services
    line = await _find(services, questionnaire_id, code)
    await services.database.run(remove_person, line.passage, account_id=account.account_id)
    return _back(request, questionnaire_id, line, "recording_removed")


def _back(request: Request, questionnaire_id: int, line: Line, deed: str) -> Response:
    return redirect(request, _link(questionnaire_id, language=line.passage.language, done=deed))
