"""The themes of a consultation: suggested, made, taken from an earlier one or a file, and declared final."""

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.theme_words import people_sentence, show_themes
from api.visitor import Visitor
from core.audit import note_act
from core.errors import Fault, InvalidInput, RimayError
from deliberation.voices.carrying import Earlier, carry_over, list_earlier
from deliberation.voices.codebook_file import (
    LONGEST_DEFINITION,
    LONGEST_NAME,
    import_themes,
    read_codebook_file,
    write_codebook,
)
from deliberation.voices.codebooks import (
    CodebookCard,
    add_theme,
    read_codebook,
    reopen_themes,
    settle_themes,
)
from deliberation.voices.codings import CodedVoice, list_coded, sizes_of
from deliberation.voices.suggesting import FEWEST_ANSWERS, ask_suggestion, call_off
from surveys.consultations import ConsultationCard, get_consultation

router = APIRouter()

_MOST_SUGGESTED = 30


@dataclass(frozen=True, slots=True)
class Shelf:
    """The themes of a consultation, its answers, and the codebooks that could be taken up."""

    card: ConsultationCard
    codebook: CodebookCard
    voices: list[CodedVoice]
    earlier: list[Earlier]


def _shelf(db: Session, consultation_id: int) -> Shelf:
    return Shelf(
        get_consultation(db, consultation_id),
        read_codebook(db, consultation_id),
        list_coded(db, consultation_id),
        list_earlier(db, consultation_id),
    )


@router.get("/consultations/{consultation_id}/themes")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """All themes, the largest first."""
    return await _show(request, visitor, consultation_id, FormState())


async def _show(
    request: Request,
    visitor: Visitor,
    consultation_id: int,
    form: FormState,
    faults: tuple[Fault, ...] = (),
    *,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    shelf = await services.database.read(_shelf, consultation_id)
    codebook = shelf.codebook
    threshold = None if visitor.may("organiser") else services.settings.disclosure_threshold
    return await pages.show(
        request,
        "voices/themes.html",
        status=status,
        here="consultations",
        id=consultation_id,
        title=reader.local(shelf.card.title),
        plain_title=reader.plain(shelf.card.title),
        form=form,
        closed=shelf.card.state == "closed",
        enough=len(shelf.voices) >= FEWEST_ANSWERS,
        total=reader.plural("console.voices_count", len(shelf.voices)),
        turn=codebook.turn,
        settled=reader.day(codebook.settled_at) if codebook.settled_at else "",
        themes=show_themes(reader, codebook, shelf.voices, threshold),
        **_machine(reader, codebook),
        unsure=_unsure(reader, shelf.voices, threshold),
        earlier=[(str(each.codebook_id), _earlier(reader, each)) for each in shelf.earlier],
        waiting=sum(theme.state == "suggested" for theme in codebook.themes),
        may_change=visitor.may("organiser") and codebook.settled_at is None,
        may_organise=visitor.may("organiser"),
        faults=[(str(each.row or "—"), each.column or "", reader.fault(each)) for each in faults],
    )


def _earlier(reader: Reader, earlier: Earlier) -> str:
    return f"{reader.plain(earlier.title)} ({reader.plural('coding.themes_count', len(earlier.themes))})"


def _machine(reader: Reader, codebook: CodebookCard) -> dict[str, Any]:
    """What is on its way, what failed, and how the suggestion was made."""
    asked, told = codebook.suggestion.get("asked"), codebook.suggestion.get("suggested")
    progress = ""
    if asked:
        done, of = reader.number(asked["done"]), reader.number(asked["of"])
        progress = reader.text("coding.reading_progress", done=done, of=of) if asked["of"] else ""
    return {
        "asked": reader.text("coding.asked_" + asked["what"]) if asked else "",
        "progress": progress,
        "failed": "failed" in codebook.suggestion,
        "method": reader.text(
            "coding.method_used",
            method=told["method"],
            answers=reader.number(told["answers"]),
            version=told["version"],
            seed=told["seed"],
        )
        if told
        else "",
    }


def _unsure(reader: Reader, voices: list[CodedVoice], threshold: int | None) -> str:
    size = sizes_of(voices).get(None)
    whole = len({voice.response_id for voice in voices})
    return people_sentence(reader, size.people, whole, threshold) if size else ""


async def _refused(
    request: Request, visitor: Visitor, given: Any, consultation_id: int, field: str, refusal: RimayError
) -> Response:
    """The page again, with what was typed and why it was not done."""
    fields = Fields(given, visitor.reader)
    fields.refuse(field, f"errors.{refusal.code}", **refusal.params)
    return await _show(request, visitor, consultation_id, fields.state, status=409)


@router.post("/consultations/{consultation_id}/themes/suggest")
async def suggest(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Have the machine suggest some."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    number = fields.number("number", 2, _MOST_SUGGESTED) if fields.raw("number") else None
    if fields.wrong:
        return await _show(request, visitor, consultation_id, fields.state, status=422)
    try:
        await services.database.run(
            ask_suggestion, consultation_id, number, seen=seen_turn(fields), account_id=account.account_id
        )
    except RimayError as refusal:
        return await _refused(request, visitor, given, consultation_id, "number", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=asked")


@router.post("/consultations/{consultation_id}/themes/call-off")
async def stop(request: Request, account: Organiser, consultation_id: int) -> Response:
    """What is on its way is not wanted any more."""
    services: Services = request.app.state.services
    await services.database.run(call_off, consultation_id, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=called_off")


@router.post("/consultations/{consultation_id}/themes")
async def add(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """A theme of one's own."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    name = fields.localized("name", "coding.name", limit=LONGEST_NAME)
    definition = fields.localized("definition", "coding.definition", needs=(), limit=LONGEST_DEFINITION)
    if fields.wrong:
        return await _show(request, visitor, consultation_id, fields.state, status=422)
    try:
        await services.database.run(
            add_theme,
            consultation_id,
            name,
            definition,
            seen=seen_turn(fields),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        return await _refused(request, visitor, given, consultation_id, "name_es", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=theme_added")


@router.post("/consultations/{consultation_id}/themes/carry")
async def carry(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Take up the themes of an earlier consultation."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    codebook_id = fields.number("codebook", 1, 10**9 - 1)
    if fields.wrong:
        return await _show(request, visitor, consultation_id, fields.state, status=422)
    try:
        await services.database.run(
            carry_over,
            consultation_id,
            codebook_id,
            seen=seen_turn(fields),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        return await _refused(request, visitor, given, consultation_id, "codebook", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=carried")


@router.post("/consultations/{consultation_id}/themes/settle")
async def settle(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """These are the themes, and what the machine assigned counts."""
    services: Services = request.app.state.services
    try:
        await services.database.run(
            settle_themes,
            consultation_id,
            seen=seen_turn(Fields(given, visitor.reader)),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        return await _refused(request, visitor, given, consultation_id, "settle", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=settled")


@router.post("/consultations/{consultation_id}/themes/reopen")
async def reopen(request: Request, account: Organiser, consultation_id: int) -> Response:
    """Go on changing them."""
    services: Services = request.app.state.services
    await services.database.run(reopen_themes, consultation_id, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=reopened")


@router.get("/consultations/{consultation_id}/codebook.csv")
async def download(request: Request, account: Organiser, consultation_id: int) -> Response:
    """The codebook as a file."""
    services: Services = request.app.state.services
    content = await services.database.run(_written, consultation_id, account.account_id)
    disposition = f'attachment; filename="rimay-codebook-{consultation_id}.csv"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _written(db: Session, consultation_id: int, account_id: int) -> bytes:
    codebook = read_codebook(db, consultation_id)
    note_act(db, account_id, "export_codebook", "consultation", consultation_id)
    return write_codebook(codebook, list_coded(db, consultation_id))


@router.post("/consultations/{consultation_id}/themes/import")
async def upload(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """The themes of a file: all of them, or none and every fault."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    file = given.get("file")
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not content:
        fields.refuse("file", "coding.file_missing")
        return await _show(request, visitor, consultation_id, fields.state, status=422)
    codebook = await services.database.read(read_codebook, consultation_id)
    try:
        known = [theme.name for theme in codebook.themes]
        themes = await asyncio.to_thread(read_codebook_file, content, known)
        await services.database.run(
            import_themes, consultation_id, themes, seen=seen_turn(fields), account_id=account.account_id
        )
    except InvalidInput as wrong:
        return await _show(request, visitor, consultation_id, fields.state, wrong.faults, status=422)
    except RimayError as refusal:
        return await _refused(request, visitor, given, consultation_id, "file", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=imported")


def seen_turn(fields: Fields) -> int:
    """The turn of the codebook that a form was shown with; of a forged form, none."""
    raw = fields.raw("seen")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1
