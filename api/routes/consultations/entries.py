"""A facilitator's tablet: the questions one by one, by the same dialogue as the chat, with or without a connection."""

import asyncio
import json
import re
import secrets
from dataclasses import replace

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.entry_fields import (
    given_value,
    read_writes,
    refusal_sentence,
    values_of,
)
from api.entry_screens import Screen, around_of, kept_screens, outline_of, screen_of
from api.pages import Pages, wants_json
from api.security import Facilitator, Posted, Visiting
from api.services import Services
from api.static_files import path_of
from api.visitor import Visitor
from core.errors import NotFound
from deliberation.voices.hearing import Hearing
from surveys.attachments import SealedFile
from surveys.consultations import list_consultations
from surveys.conversation.turns import Refusal
from surveys.entry.entries import EntryClosed, EntryForm, count_entries, get_entry_form, of_the_form
from surveys.entry.tablet_forms import EntryScreen, EntryTurn, Write, attach_file, discard_entry, take_turn
from surveys.entry.written_forms import NO, YES, Value
from surveys.places import takes_answers
from surveys.questionnaire import Question
from surveys.received.contents import receive

router = APIRouter()

_KEY = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[0-9]{1,9}")


@router.get("/entries")
async def show_list(request: Request, visitor: Visiting, account: Facilitator) -> Response:
    """The consultations in which answers can be written down today."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    cards = await services.database.read(list_consultations)
    zone = services.settings.zone
    taking = [card for card in cards if takes_answers(card.state, card.closes_on, zone)]
    rows = [
        (card.id, visitor.reader.local(card.title), visitor.reader.day(card.closes_on)) for card in taking
    ]
    may_type = visitor.may("organiser", "interpreter")
    return await pages.show(
        request, "consultations/entries.html", here="entries", rows=rows, may_type=may_type
    )


@router.get("/consultations/{consultation_id}/entry")
async def show(request: Request, visitor: Visiting, account: Facilitator, consultation_id: int) -> Response:
    """The beginning: the language, and what is read out before anything is stored."""
    services: Services = request.app.state.services
    try:
        form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    except EntryClosed:
        pages: Pages = request.app.state.pages
        return await pages.show(
            request, "consultations/entry_closed.html", status=409, here="entries", id=consultation_id
        )
    turn = EntryTurn(key=secrets.token_hex(16), language=_first_language(form, visitor))
    return await _page(request, visitor, form, turn, 0, Screen(kind="consent"))


@router.post("/consultations/{consultation_id}/entry")
async def take(
    request: Request, visitor: Visiting, given: Posted, account: Facilitator, consultation_id: int
) -> Response:
    """Take what was written, and show where the form stands. The same twice changes nothing."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    form = await services.database.read(get_entry_form, consultation_id, zone, str(given.get("key", "")))
    turn = _turn(given, form)
    if turn is None:
        raise NotFound
    hear = Hearing(services.vault)
    if given.get("go") == "discard":
        await services.database.run(discard_entry, consultation_id, turn, zone)
        await services.database.scrub()
        return JSONResponse({"kind": "discarded", "number": 0})
    if not turn.consented:
        return await _page(request, visitor, form, turn, 0, Screen(kind="consent"))
    taken = await services.database.run(take_turn, consultation_id, turn, hear, zone, account.account_id)
    refusal = None
    if turn.filed and taken.state == "open":
        # After what was written before it: that may begin the form, or have left out this very question.
        refusal = await _attach(services, given, form, turn)
        turn = turn if refusal is None else replace(turn, at=str(given["path"]))
        taken = await services.database.run(take_turn, consultation_id, turn, hear, zone, account.account_id)
    if taken.state in ("behind", "discarded") and wants_json(request):
        return JSONResponse({"kind": taken.state, "number": 0})
    screen = screen_of(visitor.reader, turn.language, taken)
    if refusal is not None:
        screen = replace(screen, refusal=refusal_sentence(visitor.reader, refusal))
    if not wants_json(request):
        return await _page(request, visitor, form, turn, taken.number, screen)
    pages: Pages = request.app.state.pages
    around = around_of(services, visitor, form, turn.language)
    html = pages.fragment(visitor, "consultations/entry_screen.html", screen=screen, around=around)
    return JSONResponse({"html": html, "number": taken.number, "kind": screen.kind, "faults": _faults(taken)})


async def _attach(services: Services, given: Posted, form: EntryForm, turn: EntryTurn) -> Refusal | None:
    """Store the file that came with a turn, cleaned and sealed; or why the question cannot take it."""
    file, path = given.get("file"), str(given.get("path", ""))
    question = _question(form, path)
    if (
        not isinstance(file, UploadFile)
        or question is None
        or path not in of_the_form(form.questionnaire, {path: ""})
    ):
        raise NotFound
    received = await asyncio.to_thread(receive, await file.read(), question)
    if isinstance(received, Refusal):
        return received
    content, vault = received.content, services.vault
    sealed = SealedFile(received.kind, received.media_type, len(content), vault.seal_bytes(content))
    zone = services.settings.zone
    await services.database.run(attach_file, form.consultation_id, turn.key, path, sealed, zone)
    return None


@router.get("/entry-worker.js")
async def show_worker(request: Request) -> Response:
    """The script that keeps the page of a tablet at hand without a connection. It may watch over that page only."""
    headers = {"Service-Worker-Allowed": "/consultations/", "Cache-Control": "no-cache"}
    return FileResponse(path_of("entry-worker.js"), media_type="text/javascript", headers=headers)


def _faults(taken: EntryScreen) -> int:
    return len(taken.form.objections) if taken.form else 0


def _first_language(form: EntryForm, visitor: Visitor) -> str:
    languages = form.questionnaire.languages
    return (
        visitor.reader.language
        if visitor.reader.language in languages
        else form.questionnaire.default_language
    )


def _turn(given: Posted, form: EntryForm) -> EntryTurn | None:
    """What a tablet, or a browser without script, has sent; None where no form of ours sends such a thing."""
    fields = {name: value for name, value in given.items() if isinstance(value, str)}
    key, language, go = fields.get("key", ""), fields.get("language", ""), fields.get("go", "")
    kept = read_writes(fields["writes"]) if "writes" in fields else _write(given, fields, form)
    if not _KEY.fullmatch(key) or language not in form.questionnaire.languages or kept is None:
        return None
    return EntryTurn(
        key=key,
        language=language,
        consented=fields.get("consent") == "yes",
        writes=kept,
        at=fields.get("at", "") or (fields.get("path", "") if go == "back" else ""),
        back=go == "back",
        filed=_has_file(given),
        send=go == "send",
        may_quote={"yes": True, "no": False}.get(fields.get("may_quote", "")),
    )


def _write(given: Posted, fields: dict[str, str], form: EntryForm) -> tuple[Write, ...]:
    """The one answer that a plain form sends."""
    path, go, number = fields.get("path", ""), fields.get("go", ""), fields.get("number", "")
    if go not in ("next", "skip", YES, NO) or not path or not _NUMBER.fullmatch(number):
        return ()
    if go == "next" and _has_file(given):
        return ()
    value: Value = go if go in (YES, NO) else ""
    if go == "next":
        value = given_value(_question(form, path), values_of(given, "value"))
    return (Write(int(number) + 1, path, value),)


def _has_file(given: Posted) -> bool:
    file = given.get("file")
    return isinstance(file, UploadFile) and bool(file.filename)


def _question(form: EntryForm, path: str) -> Question | None:
    try:
        return form.questionnaire.question(path)
    except KeyError:
        return None


async def _page(
    request: Request, visitor: Visitor, form: EntryForm, turn: EntryTurn, number: int, screen: Screen
) -> Response:
    """The whole page, with everything that it needs to go on without a connection."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    counts = await services.database.read(count_entries, form.consultation_id)
    return await pages.show(
        request,
        "consultations/entry.html",
        here="entries",
        title=visitor.reader.local(form.title),
        plain_title=visitor.reader.plain(form.title),
        key=turn.key,
        number=number,
        screen=screen,
        sent_in=counts.get(("tablet", "finished"), 0),
        outline=json.dumps(list(outline_of(form.questionnaire.nodes)), ensure_ascii=False).replace(
            "<", "\\u003c"
        ),
        kept=list(kept_screens(services, visitor, form)),
        id=form.consultation_id,
        around=around_of(services, visitor, form, turn.language),
    )
