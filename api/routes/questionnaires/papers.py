"""A questionnaire on paper: which language and how many copies, then a PDF for the printer."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages
from api.reader import LANGUAGES
from api.security import Author, Visiting
from api.services import Services
from api.visitor import Visitor
from surveys.entry.form_codes import make_code
from surveys.files import get_files
from surveys.paper.printing import print_apart
from surveys.paper.sheet import lay_out
from surveys.questionnaires import get_questionnaire

router = APIRouter()

MOST_COPIES = 30
_LANGUAGES = {language: (language,) for language in LANGUAGES}
_BOTH = {"-".join(pair): pair for pair in (LANGUAGES, LANGUAGES[::-1])}
CHOICES = {**_LANGUAGES, **_BOTH}
"""What may be chosen → the languages on the paper, the large one first."""


@router.get("/questionnaires/{questionnaire_id}/paper")
async def show(request: Request, visitor: Visiting, account: Author, questionnaire_id: int) -> Response:
    """The form that asks how to print it."""
    start = FormState({"language": visitor.reader.language, "copies": "1"})
    return await _show(request, visitor, questionnaire_id, start)


async def _show(
    request: Request, visitor: Visitor, questionnaire_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    questionnaire = await services.database.read(get_questionnaire, questionnaire_id)
    t = visitor.reader.text
    return await pages.show(
        request,
        "questionnaires/paper.html",
        status=status,
        here="questionnaires",
        form=form,
        questionnaire_id=questionnaire_id,
        title=visitor.reader.plain(questionnaire.title),
        languages=[(choice, t("paper.print_" + choice.replace("-", "_"))) for choice in CHOICES],
        most=MOST_COPIES,
    )


@router.get("/questionnaires/{questionnaire_id}/paper.pdf")
async def show_pdf(request: Request, visitor: Visiting, account: Author, questionnaire_id: int) -> Response:
    """The PDF; each copy has a code of its own, so that the same sheet is not typed in twice."""
    services: Services = request.app.state.services
    fields = Fields(request.query_params, visitor.reader)
    choice = fields.choice("language", CHOICES)
    copies = fields.number("copies", 1, MOST_COPIES)
    if fields.wrong:
        return await _show(request, visitor, questionnaire_id, fields.state, status=400)
    questionnaire = await services.database.read(get_questionnaire, questionnaire_id)
    files = await services.database.read(get_files, questionnaire_id)
    sheet = lay_out(questionnaire, CHOICES[choice], services.settings.unit_name, services.translator)
    codes = [make_code() for _ in range(copies)]
    pdf = await asyncio.to_thread(print_apart, sheet, codes, files)
    name = f'inline; filename="rimay-{questionnaire_id}-{choice}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
