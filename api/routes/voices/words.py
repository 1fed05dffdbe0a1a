"""The words that set groups apart: what some say more than the others, in their open answers."""

import asyncio

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages
from api.security import Author, Visiting
from api.services import Services
from deliberation.voices.contrasts import Group, contrast, list_group_questions, list_groups
from i18n.language import Language
from surveys.consultations import ConsultationCard, get_consultation
from surveys.conversation.wording import left_open
from surveys.questionnaire import Question

router = APIRouter()


def _look(
    db: Session, consultation_id: int, by: str
) -> tuple[ConsultationCard, list[Question], Question | None, list[Group]]:
    questions = list_group_questions(db, consultation_id)
    chosen = next((question for question in questions if question.path == by), next(iter(questions), None))
    groups = [] if chosen is None else list_groups(db, consultation_id, chosen)
    return get_consultation(db, consultation_id), questions, chosen, groups


@router.get("/consultations/{consultation_id}/words")
async def show(
    request: Request, visitor: Visiting, account: Author, consultation_id: int, by: str = ""
) -> Response:
    """The telling words of each group that a question makes, beside those of all others."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, questions, chosen, groups = await services.database.read(_look, consultation_id, by)
    threshold = services.settings.disclosure_threshold
    found = await asyncio.to_thread(contrast, groups, Language.SPANISH, threshold=threshold)
    return await pages.show(
        request,
        "voices/words.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        explained=reader.text("console.contrast_explained", threshold=threshold),
        questions=[
            (question.path, reader.local(left_open(question.label)), question is chosen)
            for question in questions
        ],
        contrasts=[
            (
                reader.local(left_open(each.label)),
                reader.plural("console.words_count", each.people),
                [(word.word, reader.plural("console.words_count", word.people)) for word in each.words],
            )
            for each in found
        ],
    )
