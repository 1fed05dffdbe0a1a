"""Deliberations: listed, prepared, shown as a line of steps, closed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.audience_words import criteria_in_words
from api.deliberation_steps import NAMES, current_step, line_of
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.steps import Step
from api.visitor import Visitor
from core.broadcasts import Kind, find_broadcast
from core.clock import today
from deliberation.audience.criteria import read_audience
from deliberation.audience.offers import list_offers
from deliberation.opinions.analyses import find_analysis
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.deliberations import (
    DeliberationCard,
    count_asked,
    draft_deliberation,
    get_deliberation,
    list_deliberations,
    rewrite_deliberation,
)
from i18n.localized import Localized
from surveys.consultations import list_consultations

router = APIRouter()

_USUAL_TIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Row:
    """A deliberation in the list, with where it stands."""

    id: int
    title: str
    place: str
    steps: list[Step]
    sentence: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A deliberation, and what its line of steps needs to know."""

    card: DeliberationCard
    asked: int
    published: bool
    broadcast: int | None
    consultation: Localized | None
    who: list[tuple[str, str]]


def _standing(db: Session, deliberation_id: int, reader: Reader) -> Standing:
    card = get_deliberation(db, deliberation_id)
    titles = {row.id: row.title for row in list_consultations(db)} if card.consultation_id else {}
    return Standing(
        card,
        count_asked(db, card.id),
        find_analysis(db, card.id, published=True) is not None,
        find_broadcast(db, Kind.VOTING, card.id),
        titles.get(card.consultation_id or 0),
        criteria_in_words(reader, list_offers(db), read_audience(card.audience or {})),
    )


def _overviews(db: Session) -> list[tuple[DeliberationCard, int, bool]]:
    return [
        (card, count_asked(db, card.id), find_analysis(db, card.id, published=True) is not None)
        for card in list_deliberations(db)
    ]


@router.get("/deliberations")
async def show_all(request: Request, visitor: Visiting, account: Author) -> Response:
    """Every deliberation by its state."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    overviews = await services.database.read(_overviews)
    sections = [
        (visitor.reader.text("voting.list_" + state), rows)
        for state in ("open", "draft", "closed")
        if (rows := [_row(visitor.reader, *each) for each in overviews if each[0].state == state])
    ]
    return await pages.show(
        request,
        "opinions/deliberations.html",
        here="consultations",
        sections=sections,
        may_organise=visitor.may("organiser"),
    )


def _row(reader: Reader, card: DeliberationCard, asked: int, published: bool) -> Row:
    steps = line_of(reader, card, asked=asked, published=published)
    here = current_step(card, published=published)
    number = NAMES.index(here) + 1 if here else len(NAMES)
    place = reader.text("console.step_place", number=number, total=len(NAMES), label=steps[number - 1].label)
    return Row(
        card.id,
        reader.plain(card.title),
        place,
        steps,
        reader.share(card.voters, asked) if asked else "",
        reader.plural("moderation.waiting_count", card.waiting) if card.waiting else "",
    )


@router.get("/deliberations/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form that prepares a deliberation."""
    services: Services = request.app.state.services
    closes_on = today(services.settings.zone) + _USUAL_TIME
    return await _show_form(
        request, visitor, FormState({"closes_on": closes_on.isoformat(), "takes": "yes"}), None
    )


@router.post("/deliberations")
async def draft(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Prepare a deliberation; nobody is asked yet."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    title, question, takes = _words(fields)
    closes_on = fields.day("closes_on", today(services.settings.zone))
    consultation = fields.number("consultation", 1, 10**9) if fields.raw("consultation") else None
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, None, status=400)
    drafted = await services.database.run(
        draft_deliberation,
        title=title,
        question=question,
        takes_statements=takes,
        closes_on=closes_on,
        consultation_id=consultation,
        account_id=account.account_id,
    )
    return redirect(request, f"/deliberations/{drafted}/statements?done=saved")


def _words(fields: Fields) -> tuple[Localized, Localized, bool]:
    title = fields.localized("title", "voting.title_label")
    question = fields.long_localized("question", "voting.question_label")
    return title, question, fields.choice("takes", ("yes", "no")) == "yes"


@router.get("/deliberations/{deliberation_id}/words")
async def show_words(
    request: Request, visitor: Visiting, account: Organiser, deliberation_id: int
) -> Response:
    """The words of a draft, to be changed."""
    services: Services = request.app.state.services
    card = await services.database.read(get_deliberation, deliberation_id)
    typed = {f"title_{code}": text for code, text in card.title.items()}
    typed |= {f"question_{code}": text for code, text in card.question.items()}
    typed["takes"] = "yes" if card.takes_statements else "no"
    return await _show_form(request, visitor, FormState(typed), deliberation_id)


@router.post("/deliberations/{deliberation_id}/words")
async def save_words(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """Other words for what it is about."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    title, question, takes = _words(fields)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, deliberation_id, status=400)
    await services.database.run(
        rewrite_deliberation,
        deliberation_id,
        title=title,
        question=question,
        takes_statements=takes,
        account_id=account.account_id,
    )
    return redirect(request, f"/deliberations/{deliberation_id}?done=saved")


async def _show_form(
    request: Request, visitor: Visitor, form: FormState, deliberation_id: int | None, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    consultations = await services.database.read(list_consultations)
    return await pages.show(
        request,
        "opinions/deliberation_new.html",
        status=status,
        here="consultations",
        form=form,
        id=deliberation_id,
        consultations=[(str(card.id), reader.plain(card.title)) for card in consultations],
        first_day=(today(services.settings.zone) + timedelta(days=1)).isoformat(),
    )


@router.get("/deliberations/{deliberation_id}")
async def show(request: Request, visitor: Visiting, account: Author, deliberation_id: int) -> Response:
    """The line of steps."""
    return await _show(request, visitor, deliberation_id, FormState())


async def _show(
    request: Request, visitor: Visitor, deliberation_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    standing = await services.database.read(_standing, deliberation_id, reader)
    card = standing.card
    return await pages.show(
        request,
        "opinions/deliberation.html",
        status=status,
        here="consultations",
        form=form,
        id=card.id,
        state=card.state,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        question=reader.local(card.question),
        consultation=_consultation(reader, standing),
        sentence=_sentence(reader, card),
        steps=line_of(reader, card, asked=standing.asked, published=standing.published),
        may_organise=visitor.may("organiser"),
        **_figures(reader, standing),
    )


def _consultation(reader: Reader, standing: Standing) -> tuple[int, str] | None:
    if standing.consultation is None or standing.card.consultation_id is None:
        return None
    return standing.card.consultation_id, reader.plain(standing.consultation)


def _sentence(reader: Reader, card: DeliberationCard) -> str:
    match card.state:
        case "draft":
            return reader.text("voting.sentence_draft")
        case "open" if card.closes_on is not None:
            return reader.text("voting.sentence_open_until", date=reader.day(card.closes_on))
        case "open":
            return reader.text("voting.sentence_open")
    return reader.text("voting.sentence_closed", date=reader.day(card.closed_at))


def _figures(reader: Reader, standing: Standing) -> dict[str, Any]:
    card = standing.card
    return {
        "who": standing.who,
        "broadcast": standing.broadcast,
        "waiting": reader.plural("moderation.waiting_count", card.waiting) if card.waiting else "",
        "facts": [
            (reader.text("voting.fact_voters"), reader.share(card.voters, standing.asked)),
            (reader.text("voting.fact_votes"), reader.number(card.votes)),
            (reader.text("voting.fact_statements"), reader.number(card.accepted)),
        ],
    }


@router.post("/deliberations/{deliberation_id}/close")
async def close(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """End it for good, once its title was typed: there is no way back."""
    services: Services = request.app.state.services
    card = await services.database.read(get_deliberation, deliberation_id)
    fields = Fields(given, visitor.reader)
    typed = " ".join(fields.raw("confirmation").split()).casefold()
    if typed not in {" ".join(title.split()).casefold() for title in card.title.values()} - {""}:
        fields.refuse("confirmation", "console.consultation_close_mismatch")
        return await _show(request, visitor, deliberation_id, fields.state, status=400)
    await services.database.run(close_deliberation, deliberation_id, account_id=account.account_id)
    await services.database.scrub()
    return redirect(request, f"/deliberations/{deliberation_id}?done=vote_closed")
