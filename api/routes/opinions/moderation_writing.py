"""What is written of a statement on the desk: other words, a translation, what was heard; and what was sent, opened."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.moderation_desk import other_language, read_desk, show_desk, stay
from api.moderation_words import typed_words
from api.ranges import hand_over
from api.reader import LANGUAGES
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.audit import note_act
from core.errors import Conflict
from deliberation.opinions.moderation import (
    PURPOSES,
    AlreadyJudged,
    get_recording,
    open_original,
    reword_statement,
    translate_statement,
    write_statement_down,
)
from deliberation.opinions.statements import LONGEST

router = APIRouter()

_FROM_THE_START = "bytes=0-"


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/words")
async def reword(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Say it in other words."""
    fields, where = Fields(given, visitor.reader), (deliberation_id, statement_id)
    words = fields.text("words", "moderation.words", limit=LONGEST)
    more = (typed_words(visitor.reader, words),)
    return await _keep(request, visitor, where, fields, reword_statement, more, account.account_id)


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/translation")
async def translate(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Write it in the other language."""
    services: Services = request.app.state.services
    fields, where = Fields(given, visitor.reader), (deliberation_id, statement_id)
    words = fields.text("translation", "moderation.translation", limit=LONGEST)
    desk = await services.database.read(read_desk, *where)
    more = (other_language(desk.card), typed_words(visitor.reader, words))
    return await _keep(request, visitor, where, fields, translate_statement, more, account.account_id)


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/transcript")
async def write_down(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Write down what was heard."""
    fields, where = Fields(given, visitor.reader), (deliberation_id, statement_id)
    words = fields.text("heard", "moderation.heard", limit=LONGEST)
    more = (fields.choice("language", LANGUAGES), typed_words(visitor.reader, words))
    return await _keep(request, visitor, where, fields, write_statement_down, more, account.account_id)


async def _keep(
    request: Request,
    visitor: Visitor,
    where: tuple[int, int],
    fields: Fields,
    use_case: Callable[..., None],
    more: tuple[str, ...],
    account_id: int,
) -> Response:
    """Keep what was typed, and stay with the statement. Who was overtaken sees what stands there, and loses nothing."""
    services: Services = request.app.state.services
    desk = await services.database.read(read_desk, *where)
    if fields.wrong:
        return await show_desk(request, visitor, desk, fields.state, status=400)
    seen_as = fields.raw("seen")
    try:
        await services.database.run(use_case, where[1], *more, seen_as=seen_as, account_id=account_id)
    except Conflict as refusal:
        late = "errors.already_judged" if isinstance(refusal, AlreadyJudged) else "moderation.taken"
        desk = await services.database.read(read_desk, *where)
        return await show_desk(
            request, visitor, desk, fields.state, status=409, late=visitor.reader.text(late)
        )
    return stay(request, *where, "saved")


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/original")
async def show_original(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """What was sent, for a reason that is written down. It is shown once, and in no address."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    purpose = fields.choice("purpose", PURPOSES)
    desk = await services.database.read(read_desk, deliberation_id, statement_id)
    if fields.wrong:
        return await show_desk(request, visitor, desk, fields.state, status=400)
    sealed = await services.database.run(
        open_original, deliberation_id, statement_id, purpose, account_id=account.account_id
    )
    return await show_desk(request, visitor, desk, FormState(), original=services.vault.open(sealed))


@router.get("/deliberations/{deliberation_id}/moderation/{statement_id}/sound")
async def sound(request: Request, account: Author, deliberation_id: int, statement_id: int) -> Response:
    """The sound itself, for the player. Who begins to listen is noted."""
    services: Services = request.app.state.services
    media_type, sealed = await services.database.read(get_recording, deliberation_id, statement_id)
    if request.headers.get("range", _FROM_THE_START).startswith(_FROM_THE_START):
        await services.database.run(note_act, account.account_id, "listen", "statement", statement_id)
    content = await asyncio.to_thread(services.vault.open_bytes, sealed)
    return hand_over(request, content, media_type=media_type, disposition="inline")
