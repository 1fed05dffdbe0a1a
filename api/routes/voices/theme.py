"""One theme: its name and what belongs in it, its answers; put with another, taken apart, taken away."""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.routes.voices.themes import seen_turn
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.theme_words import (
    chosen_theme,
    people_sentence,
    show_answer,
    show_themes,
    theme_choices,
    typical,
)
from api.visitor import Visitor
from core.errors import RimayError
from deliberation.voices.carrying import Moment, follow_theme
from deliberation.voices.codebook_file import LONGEST_DEFINITION, LONGEST_NAME
from deliberation.voices.codebooks import (
    CodebookCard,
    ThemeCard,
    accept_theme,
    delete_theme,
    merge_theme,
    part_theme,
    read_codebook,
    save_theme,
)
from deliberation.voices.codings import CodedVoice, list_coded, record_coding
from surveys.consultations import ConsultationCard, get_consultation

router = APIRouter()

_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Open:
    """A theme on the page, with all others and every answer."""

    card: ConsultationCard
    codebook: CodebookCard
    theme: ThemeCard
    voices: list[CodedVoice]
    moments: list[Moment]


def read_open(db: Session, consultation_id: int, theme_id: int) -> Open:
    """Raises NotFound."""
    codebook = read_codebook(db, consultation_id)
    return Open(
        get_consultation(db, consultation_id),
        codebook,
        codebook.theme(theme_id),
        list_coded(db, consultation_id),
        follow_theme(db, theme_id),
    )


@router.get("/consultations/{consultation_id}/themes/{theme_id}")
async def show(
    request: Request, visitor: Visiting, account: Author, consultation_id: int, theme_id: int, start: int = 0
) -> Response:
    """The theme."""
    return await _show(request, visitor, consultation_id, theme_id, FormState(), start=start)


async def _show(
    request: Request,
    visitor: Visitor,
    consultation_id: int,
    theme_id: int,
    form: FormState,
    *,
    start: int = 0,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    found = await services.database.read(read_open, consultation_id, theme_id)
    threshold = services.settings.disclosure_threshold
    themes = show_themes(
        reader, found.codebook, found.voices, None if visitor.may("organiser") else threshold
    )
    under = [voice for voice in found.voices if voice.theme_id == theme_id]
    ranked = typical(under, len(under))
    start = min(max(0, start), len(ranked))
    onward = start + _A_PAGE
    here = f"/consultations/{consultation_id}/themes/{theme_id}"
    return await pages.show(
        request,
        "voices/theme.html",
        status=status,
        here="consultations",
        id=consultation_id,
        title=reader.local(found.card.title),
        plain_title=reader.plain(found.card.title),
        theme=next(each for each in themes if each.id == theme_id),
        others=[each for each in themes if each.id != theme_id],
        choices=theme_choices(reader, found.codebook, theme_id),
        form=FormState({**_typed(found.theme), **form.values}, form.wrong),
        turn=found.codebook.turn,
        answers=[show_answer(reader, voice, at) for at, voice in enumerate(ranked[start:onward], start + 1)],
        count=reader.plural("console.voices_count", len(ranked)),
        before=f"{here}?start={max(0, start - _A_PAGE)}#answers" if start else "",
        more=f"{here}?start={onward}#answers" if onward < len(ranked) else "",
        moments=_moments(reader, found.moments, threshold) if len(found.moments) > 1 else [],
        may_change=visitor.may("organiser") and found.codebook.settled_at is None,
        may_code=found.codebook.settled_at is None,
    )


def _typed(theme: ThemeCard) -> dict[str, str]:
    typed = {f"name_{code}": theme.name.get(code, "") for code in LANGUAGES}
    return typed | {f"definition_{code}": theme.definition.get(code, "") for code in LANGUAGES}


def _moments(reader: Reader, moments: list[Moment], threshold: int) -> list[tuple[str, str, str]]:
    return [
        (
            reader.plain(moment.title),
            reader.day(moment.closed_at) if moment.closed_at else "",
            people_sentence(reader, moment.people, moment.whole, threshold),
        )
        for moment in moments
    ]


async def _refused(
    request: Request,
    visitor: Visitor,
    fields: Fields,
    where: tuple[int, int],
    field: str,
    refusal: RimayError,
) -> Response:
    """The page again, with what was typed and why it was not done."""
    fields.refuse(field, f"errors.{refusal.code}", **refusal.params)
    return await _show(request, visitor, *where, fields.state, status=409)


@router.post("/consultations/{consultation_id}/themes/{theme_id}")
async def save(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """Name it and say what belongs in it: it is accepted thereby."""
    services: Services = request.app.state.services
    fields, where = Fields(given, visitor.reader), (consultation_id, theme_id)
    name = fields.localized("name", "coding.name", limit=LONGEST_NAME)
    definition = fields.localized("definition", "coding.definition", needs=(), limit=LONGEST_DEFINITION)
    if fields.wrong:
        return await _show(request, visitor, *where, fields.state, status=422)
    try:
        await services.database.run(
            save_theme,
            *where,
            name,
            definition,
            seen=seen_turn(fields),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        return await _refused(request, visitor, fields, where, "name_es", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes/{theme_id}?done=theme_saved")


@router.post("/consultations/{consultation_id}/themes/{theme_id}/accept")
async def accept(request: Request, account: Organiser, consultation_id: int, theme_id: int) -> Response:
    """What the machine suggested becomes a theme."""
    services: Services = request.app.state.services
    await services.database.run(accept_theme, consultation_id, theme_id, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=theme_accepted#theme-{theme_id}")


@router.post("/consultations/{consultation_id}/themes/{theme_id}/merge")
async def merge(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """Put it with another."""
    services: Services = request.app.state.services
    fields, where = Fields(given, visitor.reader), (consultation_id, theme_id)
    into = fields.number("into", 1, 10**9 - 1)
    if fields.wrong:
        return await _show(request, visitor, *where, fields.state, status=422)
    try:
        await services.database.run(
            merge_theme, *where, into, seen=seen_turn(fields), account_id=account.account_id
        )
    except RimayError as refusal:
        return await _refused(request, visitor, fields, where, "into", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes/{into}?done=theme_merged")


@router.post("/consultations/{consultation_id}/themes/{theme_id}/part")
async def part(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """Take a merged theme out again."""
    services: Services = request.app.state.services
    seen = seen_turn(Fields(given, visitor.reader))
    await services.database.run(
        part_theme, consultation_id, theme_id, seen=seen, account_id=account.account_id
    )
    return redirect(request, f"/consultations/{consultation_id}/themes/{theme_id}?done=theme_parted")


@router.post("/consultations/{consultation_id}/themes/{theme_id}/delete")
async def delete(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """Take it away, once that is confirmed."""
    services: Services = request.app.state.services
    fields, where = Fields(given, visitor.reader), (consultation_id, theme_id)
    if fields.raw("confirmed") != "yes":
        fields.refuse("confirmed", "coding.delete_confirm_needed")
        return await _show(request, visitor, *where, fields.state, status=422)
    try:
        await services.database.run(
            delete_theme, *where, seen=seen_turn(fields), account_id=account.account_id
        )
    except RimayError as refusal:
        return await _refused(request, visitor, fields, where, "confirmed", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=theme_deleted")


@router.post("/consultations/{consultation_id}/themes/{theme_id}/move")
async def move(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """Put an answer of it under another theme."""
    services: Services = request.app.state.services
    fields, where = Fields(given, visitor.reader), (consultation_id, theme_id)
    found = await services.database.read(read_open, *where)
    voice_id = fields.raw("voice")
    target = fields.choice("into", [value for value, _ in theme_choices(visitor.reader, found.codebook)])
    if fields.wrong:
        return await _show(request, visitor, *where, fields.state, status=422)
    try:
        await services.database.run(
            record_coding,
            consultation_id,
            voice_id,
            chosen_theme(target),
            seen=fields.raw("said"),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        return await _refused(request, visitor, fields, where, "into", refusal)
    return redirect(request, f"/consultations/{consultation_id}/themes/{theme_id}?done=answer_moved#answers")
