"""A facilitator's tablet: the questions one by one, by the same dialogue as the chat, with or without a connection."""

import asyncio
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.entry_fields import (
    Field,
    field_of,
    given_value,
    named,
    our_language,
    read_writes,
    refusal_sentence,
    spoken_in,
    values_of,
)
from api.pages import Pages, wants_json
from api.reader import Reader
from api.security import Facilitator, Posted, Visiting
from api.services import Services
from api.static_files import path_of
from api.visitor import Visitor
from core.errors import NotFound
from deliberation.hearing import Hearing
from i18n.localized import pick
from surveys.attachments import SealedFile
from surveys.consultations import list_consultations
from surveys.conversation.outline import SEVERAL
from surveys.conversation.turns import Ask, AskRepeat, Finished, Refusal
from surveys.entry.entries import (
    EntryClosed,
    EntryForm,
    EntryScreen,
    EntryTurn,
    Write,
    attach_file,
    count_entries,
    discard_entry,
    get_entry_form,
    of_the_form,
    take_turn,
)
from surveys.entry.written_forms import NO, YES, Value
from surveys.places import takes_answers
from surveys.questionnaire import ATTACHED, NOT_IN_CHAT, SILENT, Group, Kind, Localized, Node, Question
from surveys.received.contents import receive

router = APIRouter()

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the tablet shows: a question, whether there is one more, all answers to look over, or that it was sent."""

    kind: str
    path: str = ""
    progress: str = ""
    notes: tuple[Markup, ...] = ()
    label: Markup | str = ""
    hint: Markup | str = ""
    guidance: Markup | str = ""
    field: Field | None = None
    refusal: str = ""
    can_skip: bool = False
    can_go_back: bool = False
    lines: tuple[tuple[str, Markup, Markup | str], ...] = ()
    fell_back: bool = False


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
    return await pages.show(request, "entries.html", here="entries", rows=rows, may_type=may_type)


@router.get("/consultations/{consultation_id}/entry")
async def show(request: Request, visitor: Visiting, account: Facilitator, consultation_id: int) -> Response:
    """The beginning: the language, and what is read out before anything is stored."""
    services: Services = request.app.state.services
    try:
        form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    except EntryClosed:
        pages: Pages = request.app.state.pages
        return await pages.show(request, "entry_closed.html", status=409, here="entries", id=consultation_id)
    turn = EntryTurn(key=secrets.token_hex(16), language=_first_language(form, visitor))
    return await _page(request, visitor, form, turn, 0, Screen(kind="consent"))


@router.post("/consultations/{consultation_id}/entry")
async def take(
    request: Request, visitor: Visiting, given: Posted, account: Facilitator, consultation_id: int
) -> Response:
    """Take what was written, and show where the form stands. The same twice changes nothing."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    form = await services.database.read(get_entry_form, consultation_id, zone)
    turn = _turn(given, form)
    if turn is None:
        raise NotFound
    hear = Hearing(services.vault)
    if given.get("go") == "discard":
        await services.database.run(discard_entry, consultation_id, turn.key)
        return JSONResponse({"kind": "discarded", "number": 0})
    if not turn.consented:
        return await _page(request, visitor, form, turn, 0, Screen(kind="consent"))
    refusal = await _attach(services, given, form, turn)
    if refusal is not None:
        turn = replace(turn, at=str(given["path"]))
    taken = await services.database.run(take_turn, consultation_id, turn, hear, zone, account.account_id)
    screen = _screen(visitor.reader, turn.language, taken)
    if refusal is not None:
        screen = replace(screen, refusal=refusal_sentence(visitor.reader, refusal))
    if not wants_json(request):
        return await _page(request, visitor, form, turn, taken.number, screen)
    pages: Pages = request.app.state.pages
    around = _around(services, visitor, form, turn.language)
    html = pages.fragment(visitor, "entry_screen.html", screen=screen, around=around)
    return JSONResponse({"html": html, "number": taken.number, "kind": screen.kind, "faults": _faults(taken)})


async def _attach(services: Services, given: Posted, form: EntryForm, turn: EntryTurn) -> Refusal | None:
    """Store the file that came with a turn, cleaned and sealed; or why the question cannot take it."""
    file, path = given.get("file"), str(given.get("path", ""))
    question = _question(form, path)
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    if question is None or path not in of_the_form(form.questionnaire, {path: ""}):
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
        send=go == "send",
        may_quote={"yes": True, "no": False}.get(fields.get("may_quote", "")),
    )


def _write(given: Posted, fields: dict[str, str], form: EntryForm) -> tuple[Write, ...]:
    """The one answer that a plain form sends."""
    path, go, number = fields.get("path", ""), fields.get("go", ""), fields.get("number", "")
    if go not in ("next", "skip", YES, NO) or not path or not number.isascii() or not number.isdigit():
        return ()
    file = given.get("file")
    if go == "next" and isinstance(file, UploadFile) and file.filename:
        return ()
    value: Value = go if go in (YES, NO) else ""
    if go == "next":
        value = given_value(_question(form, path), values_of(given, "value"))
    return (Write(int(number) + 1, path, value),)


def _question(form: EntryForm, path: str) -> Question | None:
    try:
        return form.questionnaire.question(path)
    except KeyError:
        return None


def _screen(reader: Reader, language: str, taken: EntryScreen) -> Screen:
    spoken = spoken_in(reader, language)
    match taken.outcome:
        case Ask() as ask:
            return _ask_screen(reader, spoken, taken, ask)
        case AskRepeat() as ask:
            return _repeat_screen(
                spoken, ask.group.label, ask.path, _notes(spoken, ask.notes), back=ask.can_go_back
            )
        case Finished() as finished:
            lines = tuple(_line(spoken, *line) for line in (taken.form.lines if taken.form else ()))
            return Screen(kind="review", lines=lines, notes=_notes(spoken, finished.notes), can_go_back=True)
    return Screen(kind="sent")


def _ask_screen(reader: Reader, spoken: Reader, taken: EntryScreen, ask: Ask) -> Screen:
    refusals = {each.path: each.refusal for each in taken.form.objections} if taken.form else {}
    refusal = refusals.get(ask.path)
    value = taken.written.get(ask.path, ask.value) if refusal else ask.value
    language = our_language(spoken.language)
    total = reader.translator.text("chat.progress", language, number=ask.number, total=ask.total)
    return Screen(
        kind="ask",
        path=ask.path,
        progress=total,
        notes=_notes(spoken, ask.notes),
        label=named(ask.question.label, spoken, ask.question.name),
        hint=_hint(spoken, ask.question, ask.limits),
        guidance=reader.local(ask.question.guidance),
        field=field_of(ask.question, ask.choices, value, spoken, name="value"),
        refusal=refusal_sentence(reader, refusal) if refusal else "",
        can_skip=ask.can_skip,
        can_go_back=ask.can_go_back,
        fell_back=pick(ask.question.label, spoken.language).fell_back,
    )


def _repeat_screen(
    spoken: Reader, label: Localized, path: str, notes: tuple[Markup, ...], *, back: bool
) -> Screen:
    language = our_language(spoken.language)
    asked = spoken.translator.text("chat.repeat_question", language, group=spoken.plain(label))
    return Screen(kind="repeat", path=path, label=asked, notes=notes, can_go_back=back)


def _notes(spoken: Reader, notes: Sequence[Localized]) -> tuple[Markup, ...]:
    return tuple(named(note, spoken, "") for note in notes)


def _hint(spoken: Reader, question: Question, limits: Any = None) -> Markup | str:
    """The author's hint, else how many may be chosen."""
    if any(question.hint.values()):
        return named(question.hint, spoken, "")
    if question.kind is Kind.SELECT_MULTIPLE and limits and "maximum" in limits:
        return spoken.translator.text("chat.hint_select_most", our_language(spoken.language), **limits)
    if question.kind is Kind.GEOPOINT:
        return spoken.translator.text("entry.place_hint", our_language(spoken.language))
    return ""


def _line(spoken: Reader, path: str, question: Question, value: Value) -> tuple[str, Markup, Markup | str]:
    if isinstance(value, str) and value.startswith(ATTACHED):
        attached = spoken.translator.text("entry.attached", our_language(spoken.language))
        return path, named(question.label, spoken, question.name), attached
    labels = {choice.value: spoken.plain(choice.label) or choice.value for choice in question.choices}
    values = value if isinstance(value, list) else [value]
    if question.kind in SEVERAL and isinstance(value, str):
        values = value.split()
    if question.kind is Kind.DATE and isinstance(value, str) and value:
        values = [
            Reader(our_language(spoken.language), spoken.translator, spoken.zone).day(
                date.fromisoformat(value)
            )
        ]
    return (
        path,
        named(question.label, spoken, question.name),
        ", ".join(labels.get(each, each) for each in values),
    )


async def _page(
    request: Request, visitor: Visitor, form: EntryForm, turn: EntryTurn, number: int, screen: Screen
) -> Response:
    """The whole page, with everything that it needs to go on without a connection."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    counts = await services.database.read(count_entries, form.consultation_id)
    return await pages.show(
        request,
        "entry.html",
        here="entries",
        title=visitor.reader.local(form.title),
        plain_title=visitor.reader.plain(form.title),
        key=turn.key,
        number=number,
        screen=screen,
        sent_in=counts.get(("tablet", "finished"), 0),
        outline=json.dumps(list(_outline(form.questionnaire.nodes)), ensure_ascii=False).replace(
            "<", "\\u003c"
        ),
        kept=list(_kept_screens(services, visitor, form)),
        id=form.consultation_id,
        around=_around(services, visitor, form, turn.language),
    )


def _around(services: Services, visitor: Visitor, form: EntryForm, language: str) -> dict[str, Any]:
    """What every screen says beside its question."""
    return {
        "id": form.consultation_id,
        "language": language,
        "ours": our_language(language),
        "languages": [(code, _language_name(visitor.reader, code)) for code in form.questionnaire.languages],
        "said": lambda key, **params: services.translator.text(key, our_language(language), **params),
        "whose": services.settings.unit_name,
        "profile": form.profile,
        "has_words": form.has_words,
    }


def _language_name(reader: Reader, code: str) -> str:
    return reader.text("console.language_" + code) if code in ("es", "qu") else code


def _outline(nodes: Sequence[Node]) -> Iterator[dict[str, Any]]:
    """The way through the questions when nobody can say which of them apply."""
    for node in nodes:
        if isinstance(node, Group):
            yield {"path": node.path, "repeats": node.repeats, "nodes": list(_outline(node.nodes))}
        elif node.kind not in SILENT | NOT_IN_CHAT | {Kind.NOTE} and not node.read_only:
            yield {"path": node.path}


def _kept_screens(
    services: Services, visitor: Visitor, form: EntryForm
) -> Iterator[tuple[str, str, Screen, dict[str, Any]]]:
    """Every screen in every language, to be shown without a connection: (language, path, screen, around)."""
    for language in form.questionnaire.languages:
        spoken, around = spoken_in(visitor.reader, language), _around(services, visitor, form, language)
        yield language, "", Screen(kind="consent"), around
        for node, conditional in _nodes(form.questionnaire.nodes, conditional=False):
            yield language, node.path, _kept_screen(visitor.reader, spoken, node, conditional), around


def _kept_screen(reader: Reader, spoken: Reader, node: Node, conditional: bool) -> Screen:
    if isinstance(node, Group):
        return _repeat_screen(spoken, node.label or {}, node.path, (), back=True)
    return Screen(
        kind="ask",
        path=node.path,
        label=named(node.label, spoken, node.name),
        hint=_hint(spoken, node),
        guidance=reader.local(node.guidance),
        field=field_of(node, node.choices, "", spoken, name="value"),
        refusal="",
        notes=(Markup.escape(reader.text("entry.offline_conditional")),) if conditional else (),
        can_skip=True,
        can_go_back=True,
        fell_back=pick(node.label, spoken.language).fell_back,
    )


def _nodes(nodes: Sequence[Node], *, conditional: bool) -> Iterator[tuple[Node, bool]]:
    """What is asked, and whether it depends on other answers."""
    for node in nodes:
        depends = conditional or bool(node.relevant)
        if isinstance(node, Group):
            yield from _nodes(node.nodes, conditional=depends)
            if node.repeats:
                yield node, depends
        elif node.kind not in SILENT | NOT_IN_CHAT | {Kind.NOTE} and not node.read_only:
            yield node, depends
