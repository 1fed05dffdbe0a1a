"""The desk of moderation: one statement with everything that can be done with it, and its neighbours in the queue."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import FormState
from api.moderation_words import Suggestion, change_of, suggestions
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.services import Services
from api.statement_words import ShownStatement, show_statement
from api.visitor import Visitor
from deliberation.opinions.deliberations import DeliberationCard, get_deliberation
from deliberation.opinions.moderation import PURPOSES, REASONS, find_original, seen
from deliberation.opinions.statements import LONGEST, StatementCard, get_statement, list_statements
from deliberation.voices.redaction import in_words, redaction_words


@dataclass(frozen=True, slots=True)
class Desk:
    """A statement on the desk, with all others of its deliberation."""

    deliberation: DeliberationCard
    card: StatementCard
    every: list[StatementCard]
    original: bytes | None


def read_desk(db: Session, deliberation_id: int, statement_id: int) -> Desk:
    """Raises NotFound."""
    return Desk(
        get_deliberation(db, deliberation_id),
        get_statement(db, deliberation_id, statement_id),
        list_statements(db, deliberation_id),
        find_original(db, statement_id),
    )


def other_language(card: StatementCard) -> str:
    """The language into which it is translated."""
    return next(code for code in LANGUAGES if code != card.language)


def _written(reader: Reader, card: StatementCard) -> dict[str, str]:
    """What the forms begin with."""
    words = redaction_words(reader.translator, reader.language)
    text = {code: in_words(card.text.get(code, ""), words) for code in LANGUAGES}
    return {
        "words": text.get(card.language, ""),
        "translation": text[other_language(card)],
        "heard": text.get(card.language, ""),
        "language": card.language if card.text else "",
    }


async def show_desk(
    request: Request,
    visitor: Visitor,
    desk: Desk,
    form: FormState,
    *,
    status: int = 200,
    original: str = "",
    late: str = "",
) -> Response:
    """The page. What was typed in one of its forms stays; the others begin with what is written.

    original  what was sent, where it was opened
    late      what to say to who was overtaken
    """
    pages: Pages = request.app.state.pages
    services: Services = request.app.state.services
    reader, card = visitor.reader, desk.card
    near: list[Suggestion] = []
    if card.state in ("waiting", "accepted"):
        near = await asyncio.to_thread(suggestions, reader, card, desk.every)
    other = other_language(card)
    return await pages.show(
        request,
        "opinions/moderation_statement.html",
        status=status,
        **_around(reader, desk, request.query_params.get("judged", "")),
        form=FormState({**_written(reader, card), **form.values}, form.wrong),
        statement=show_statement(reader, card),
        card=card,
        seen=seen(card),
        change=change_of(reader, services.vault, card, desk.original),
        near=near,
        original=original,
        late=late,
        reasons=[(reason, reader.text("moderation.reason_" + reason)) for reason in REASONS],
        purposes=[(purpose, reader.text("moderation.purpose_" + purpose)) for purpose in PURPOSES],
        languages=[(code, reader.language_name(code)) for code in LANGUAGES],
        other=reader.language_name(other),
        other_code=other,
        longest=LONGEST,
        may_judge=visitor.may("organiser"),
    )


def _around(reader: Reader, desk: Desk, judged: str) -> dict[str, Any]:
    """The deliberation, the neighbours in the queue, and the one that was judged just before, to think again."""
    queue = [card.id for card in desk.every if card.state == "waiting"]
    before = [key for key in queue if key < desk.card.id]
    after = [key for key in queue if key > desk.card.id]
    return {
        "here": "consultations",
        "id": desk.deliberation.id,
        "title": reader.local(desk.deliberation.title),
        "plain_title": reader.plain(desk.deliberation.title),
        "judged": judged_just_now(reader, desk.every, judged),
        "open": desk.deliberation.state != "closed",
        "before": before[-1] if before else None,
        "after": after[0] if after else None,
        "place": reader.text("moderation.place", place=len(before) + 1, total=len(queue))
        if desk.card.state == "waiting"
        else "",
    }


def judged_just_now(reader: Reader, every: list[StatementCard], judged: str) -> ShownStatement | None:
    """The statement that an address names as judged, where it still is."""
    return next(
        (
            show_statement(reader, card)
            for card in every
            if str(card.id) == judged and card.state != "waiting"
        ),
        None,
    )


def stay(request: Request, deliberation_id: int, statement_id: int, deed: str) -> Response:
    """After a deed: the same statement again."""
    return redirect(request, f"/deliberations/{deliberation_id}/moderation/{statement_id}?done={deed}")
