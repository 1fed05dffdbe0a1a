"""A theme in two: the machine suggests the parts, a person names them and decides."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.voices.theme import Open, read_open
from api.routes.voices.themes import seen_turn
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.theme_words import ShownAnswer, show_answer
from api.visitor import Visitor
from core.errors import RimayError
from deliberation.voices.codebook_file import LONGEST_NAME
from deliberation.voices.codebooks import ThemesChanged
from deliberation.voices.splitting import Part, Split, propose_split, split_theme

router = APIRouter()

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ShownPart:
    """What would be together."""

    count: str
    words: tuple[str, ...]
    answers: list[ShownAnswer]


def _proposed(found: Open) -> Split | None:
    return propose_split([voice for voice in found.voices if voice.theme_id == found.theme.id])


@router.get("/consultations/{consultation_id}/themes/{theme_id}/split")
async def show(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int, theme_id: int
) -> Response:
    """The two parts, to be named."""
    services: Services = request.app.state.services
    found = await services.database.read(read_open, consultation_id, theme_id)
    split = await asyncio.to_thread(_proposed, found)
    return await _show(request, visitor, found, split, FormState())


async def _show(
    request: Request, visitor: Visitor, found: Open, split: Split | None, form: FormState, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    typed = {f"first_{code}": words for code, words in found.theme.name.items()}
    return await pages.show(
        request,
        "voices/theme_split.html",
        status=status,
        here="consultations",
        id=found.card.id,
        theme_id=found.theme.id,
        name=reader.local(found.theme.name) or Markup(""),
        plain_name=reader.plain(found.theme.name),
        form=FormState({**typed, **form.values}, form.wrong),
        turn=found.codebook.turn,
        digest=split.digest if split else "",
        parts=[_part(reader, part) for part in split.parts] if split else [],
    )


def _part(reader: Reader, part: Part) -> ShownPart:
    answers = [show_answer(reader, voice, at) for at, voice in enumerate(part.voices[:_SHOWN], 1)]
    return ShownPart(reader.plural("console.voices_count", len(part.voices)), part.words, answers)


@router.post("/consultations/{consultation_id}/themes/{theme_id}/split")
async def split(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    theme_id: int,
) -> Response:
    """Make two of it, as they were shown."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    first = fields.localized("first", "coding.name", limit=LONGEST_NAME)
    second = fields.localized("second", "coding.name", limit=LONGEST_NAME)
    found = await services.database.read(read_open, consultation_id, theme_id)
    proposed = await asyncio.to_thread(_proposed, found)
    if fields.wrong or proposed is None:
        return await _show(request, visitor, found, proposed, fields.state, 422)
    try:
        if proposed.digest != fields.raw("digest"):
            raise ThemesChanged
        await services.database.run(
            split_theme,
            consultation_id,
            theme_id,
            proposed,
            (first, second),
            seen=seen_turn(fields),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        fields.refuse("second_es", f"errors.{refusal.code}", **refusal.params)
        return await _show(request, visitor, found, proposed, fields.state, 409)
    return redirect(request, f"/consultations/{consultation_id}/themes?done=theme_split")
