"""The original of an answer: asked for with a reason, shown once, kept nowhere."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from deliberation.voices.originals import REASONS, get_covered, open_original
from deliberation.voices.protection import Danger
from deliberation.voices.protection_cases import point_out
from deliberation.voices.redaction import in_words, redaction_words
from surveys.tables import Voice

router = APIRouter()

_PAGE = "/consultations/{consultation_id}/voices/{voice_id}/original"


@router.get(_PAGE)
async def ask(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int, voice_id: str
) -> Response:
    """What is covered, and why somebody wants to see what is under it."""
    services: Services = request.app.state.services
    voice = await services.database.read(get_covered, consultation_id, voice_id)
    return await _page(request, visitor.reader, voice, FormState())


async def _page(
    request: Request, reader: Reader, voice: Voice, form: FormState, *, original: str = "", status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request,
        "voices/original.html",
        status=status,
        here="consultations",
        id=voice.consultation_id,
        voice_id=voice.id,
        language=voice.language if voice.language in ("es", "qu") else "es",
        text=in_words(voice.text, redaction_words(reader.translator, reader.language)),
        original=original,
        form=form,
        reasons=[(reason, reader.text("testimony.reason_" + reason)) for reason in REASONS],
        dangers=[(danger, reader.text("testimony.danger_" + danger)) for danger in Danger],
    )


@router.post(_PAGE)
async def reveal(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    voice_id: str,
) -> Response:
    """The original, on this one page."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    reason = fields.choice("reason", REASONS)
    voice = await services.database.read(get_covered, consultation_id, voice_id)
    if fields.wrong:
        return await _page(request, visitor.reader, voice, fields.state, status=422)
    sealed = await services.database.run(
        open_original, consultation_id, voice_id, reason, account_id=account.account_id
    )
    return await _page(request, visitor.reader, voice, FormState(), original=services.vault.open(sealed))


@router.post("/consultations/{consultation_id}/voices/{voice_id}/danger")
async def point_to(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    consultation_id: int,
    voice_id: str,
) -> Response:
    """A person sees danger where the lists saw none."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    danger = fields.choice("danger", tuple(Danger))
    if fields.wrong:
        voice = await services.database.read(get_covered, consultation_id, voice_id)
        return await _page(request, visitor.reader, voice, fields.state, status=422)
    case = await services.database.run(
        point_out, consultation_id, voice_id, Danger(danger), account_id=account.account_id
    )
    return redirect(request, f"/protection/{case}?done=case_pointed")
