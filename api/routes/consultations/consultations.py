"""Consultations: the home page, the line of steps, watching live, closing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.audience_words import criteria_in_words, reminders_in_words, told
from api.figures import figures_of_reach, stream_of
from api.forms import Fields, FormState
from api.lookout import Lookout
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Anyone, Organiser, Posted, Visiting
from api.services import Services
from api.steps import Course, Step, current_step, short_line, whole_line
from api.visitor import Visitor
from core.clock import now, today
from core.doubts import count_all_in_doubt
from core.inbox import count_set_aside
from core.settings import Settings
from deliberation.audience.criteria import Audience, read_audience
from deliberation.audience.offers import Offers, list_offers
from deliberation.audience.recipients import Headcount, count_people
from deliberation.council.agenda import close_and_propose, list_items
from deliberation.voices.protection_cases import count_waiting
from surveys.consultations import (
    ConsultationCard,
    draft_consultation,
    get_consultation,
    list_consultations,
)
from surveys.questionnaires import get_questionnaire
from surveys.spoken import count_spoken
from surveys.versioning.versions import find_newer
from surveys.voices import list_voices

router = APIRouter()

_LOOK_EVERY = 2.0
_USUAL_TIME = timedelta(days=14)
_USUAL_REMINDERS = (3, 7)
_LATE = timedelta(minutes=5)
"""The timetable looks about once a minute: what is not open by then did not open."""


@dataclass(frozen=True, slots=True)
class Row:
    """A consultation in the list, with where it stands and what to do next."""

    id: int
    title: str
    place: str
    steps: list[Step]
    sentence: str
    next: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do in the open step."""

    done: bool
    href: str
    label: str
    result: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A consultation and how far its answer has come."""

    card: ConsultationCard
    items: int
    decided: int


def _overview(db: Session, card: ConsultationCard) -> Overview:
    items = list_items(db, card.id) if card.state == "closed" else []
    return Overview(card, len(items), sum(item.decision is not None for item in items))


def _overviews(db: Session) -> list[Overview]:
    return [_overview(db, card) for card in list_consultations(db)]


@router.get("/")
async def show_home(request: Request, visitor: Visiting, account: Anyone) -> Response:
    """Every consultation by its state; who only reads sees those that are closed. A facilitator has a list apart."""
    if account.role == "facilitator":
        return redirect(request, "/entries")
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    organises = visitor.may("organiser", "interpreter")
    overviews = await services.database.read(_overviews)
    sections = []
    for state, title in (
        ("open", "console.consultations_open"),
        ("draft", "console.consultations_draft"),
        ("closed", "console.consultations_closed"),
    ):
        rows = [_row(visitor, each) for each in overviews if each.card.state == state]
        if rows and (organises or state == "closed"):
            sections.append({"title": visitor.reader.text(title), "rows": rows})
    return await pages.show(
        request,
        "house/home.html",
        here="consultations",
        sections=sections,
        may_organise=visitor.may("organiser"),
        waiting=await services.database.read(_waiting) if visitor.may("organiser") else None,
    )


def _waiting(db: Session) -> dict[str, Any]:
    """What waits for a person's decision, and where it is decided."""
    doubts = count_all_in_doubt(db)
    only = f"/deliveries/{next(iter(doubts))}#doubts" if len(doubts) == 1 else "/deliveries?sort=-doubt"
    waiting = {"set_aside": count_set_aside(db), "doubts": sum(doubts.values()), "doubts_at": only}
    return {"protection": count_waiting(db), **waiting}


def _row(visitor: Visitor, overview: Overview) -> Row:
    reader, card = visitor.reader, overview.card
    steps = short_line(reader, card, overview.items, overview.decided)
    number = next((at for at, step in enumerate(steps, 1) if step.state == "here"), len(steps))
    place = reader.text("console.step_place", number=number, total=len(steps), label=steps[number - 1].label)
    reached = reader.share(card.reach.finished, card.reach.received) if card.reach.received else ""
    return Row(card.id, reader.plain(card.title), place, steps, reached, _next_act(visitor, overview))


def _next_act(visitor: Visitor, overview: Overview) -> tuple[str, str] | None:
    card = overview.card
    reader, here = visitor.reader, f"/consultations/{card.id}"
    if not visitor.may("organiser"):
        return (f"{here}/brief", reader.text("console.consultation_read_brief")) if card.closed_at else None
    if overview.decided:
        return f"{here}/agenda", reader.text("console.consultation_answer")
    key = {
        "draft": "console.consultation_continue",
        "open": "console.consultation_watch",
        "closed": "console.consultation_inform",
    }[card.state]
    return here, reader.text(key)


@router.get("/consultations/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser, questionnaire: int) -> Response:
    """The form that prepares a consultation; the title of the questionnaire is proposed."""
    services: Services = request.app.state.services
    asked = await services.database.read(get_questionnaire, questionnaire)
    closes_on = today(services.settings.zone) + _USUAL_TIME
    titles = {f"title_{code}": text for code, text in asked.title.items()}
    return await _show_new(
        request, visitor, questionnaire, FormState(titles | {"closes_on": closes_on.isoformat()})
    )


@router.post("/consultations")
async def draft(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Prepare a consultation from a questionnaire; nobody is asked yet."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    questionnaire = fields.number("questionnaire", 1, 10**9)
    title = fields.localized("title", "console.consultation_title")
    closes_on = fields.day("closes_on", today(services.settings.zone))
    if fields.wrong:
        return await _show_new(request, visitor, questionnaire, fields.state, status=400)
    drafted = await services.database.run(
        draft_consultation,
        questionnaire_id=questionnaire,
        title=title,
        closes_on=closes_on,
        remind_after=_USUAL_REMINDERS,
        account_id=account.account_id,
    )
    return redirect(request, f"/consultations/{drafted}?done=saved")


async def _show_new(
    request: Request, visitor: Visitor, questionnaire_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    questionnaire = await services.database.read(get_questionnaire, questionnaire_id)
    return await pages.show(
        request,
        "consultations/consultation_new.html",
        status=status,
        here="consultations",
        form=form,
        questionnaire_id=questionnaire_id,
        questionnaire_title=visitor.reader.local(questionnaire.title),
        first_day=(today(services.settings.zone) + timedelta(days=1)).isoformat(),
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """Whom a draft will be sent to."""

    audience: Audience
    headcount: Headcount
    offers: Offers


def _planned(db: Session, card: ConsultationCard) -> Planned:
    audience = read_audience(card.audience or {})
    return Planned(audience, count_people(db, audience), list_offers(db))


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the page of a consultation shows."""

    course: Course
    planned: Planned | None
    asked: tuple[Audience, Offers] | None
    voices: int
    approved: int
    unheard: int
    newer: int | None


def _standing(db: Session, consultation_id: int, simulator: bool) -> Standing:
    overview = _overview(db, get_consultation(db, consultation_id))
    card = overview.card
    questionnaire = get_questionnaire(db, card.questionnaire_id)
    voices = list_voices(db, card.id) if card.state == "closed" else []
    newer = find_newer(db, card.questionnaire_id) if card.state != "closed" else None
    return Standing(
        Course(card, questionnaire, overview.items, overview.decided, simulator),
        _planned(db, card) if card.state == "draft" else None,
        (read_audience(card.audience), list_offers(db)) if card.audience and card.state != "draft" else None,
        len(voices),
        sum(voice.quote == "approved" for voice in voices),
        count_spoken(db, card.id)[0],
        newer.id if newer else None,
    )


@router.get("/consultations/{consultation_id}")
async def show(request: Request, visitor: Visiting, account: Anyone, consultation_id: int) -> Response:
    """The line of steps. Who only reads is sent to the brief."""
    if not visitor.may("organiser", "interpreter"):
        return redirect(request, f"/consultations/{consultation_id}/brief")
    return await _show(request, visitor, consultation_id, FormState())


async def _show(
    request: Request, visitor: Visitor, consultation_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    standing = await services.database.read(_standing, consultation_id, services.simulator is not None)
    card = standing.course.card
    return await pages.show(
        request,
        "consultations/consultation.html",
        status=status,
        here="consultations",
        form=form,
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        sentence=_sentence(reader, card),
        steps=whole_line(reader, standing.course),
        asked=_asked(reader, *standing.asked) if standing.asked else "",
        plan=_plan(reader, card, standing.planned, services.settings) if standing.planned else None,
        newer=standing.newer,
        questionnaire_id=card.questionnaire_id,
        closes_on=reader.day(card.closes_on),
        figures=figures_of_reach(reader, card.reach),
        changed=reader.hour(now()),
        tasks=_tasks(reader, standing),
        unheard=reader.plural("media.waiting_count", standing.unheard) if standing.unheard else "",
        may_organise=visitor.may("organiser"),
        live=_may_change(card),
    )


def _asked(reader: Reader, audience: Audience, offers: Offers) -> str:
    """Whom it was sent to, where that was not everyone."""
    who = "; ".join(f"{label}: {values}" for label, values in criteria_in_words(reader, offers, audience))
    return reader.text("audience.asked", who=who)


def _plan(reader: Reader, card: ConsultationCard, planned: Planned, settings: Settings) -> dict[str, Any]:
    """The opening of a draft in words. One whose time is over has not opened for a reason."""
    opens_at = card.opens_at
    words = told(reader, planned.audience, planned.headcount, settings, opens_at or now())
    stuck = ""
    if opens_at is not None and opens_at <= now() - _LATE:
        late = card.closes_on is not None and card.closes_on < today(settings.zone)
        why = reader.text("audience.stuck_closed") if late else words.people
        stuck = reader.text("audience.stuck", moment=reader.moment(opens_at), why=why)
    return {
        "people": words.people,
        "who": criteria_in_words(reader, planned.offers, planned.audience),
        "opens_at": reader.moment(opens_at) if opens_at else "",
        "reminders": reminders_in_words(reader, card, opens_at or now()),
        "stuck": stuck,
    }


def _sentence(reader: Reader, card: ConsultationCard) -> str:
    match card.state:
        case "draft":
            if card.opens_at is not None:
                return reader.text("audience.sentence_scheduled", moment=reader.moment(card.opens_at))
            return reader.text("console.consultation_sentence_draft")
        case "open":
            return reader.text("console.consultation_sentence_open", date=reader.day(card.closes_on))
    return reader.text("console.consultation_sentence_closed", date=reader.day(card.closed_at))


def _tasks(reader: Reader, standing: Standing) -> list[Task]:
    """What is to do in the steps after closing."""
    course = standing.course
    here = f"/consultations/{course.card.id}"
    if current_step(course.card.state, course.items, course.decided) == "answer":
        result = reader.plural("console.step_answer_result", course.items, decided=course.decided)
        return [Task(False, f"{here}/agenda", reader.text("console.task_decide"), result)]
    answers = reader.plural("console.task_results_done", course.card.reach.finished)
    approved = reader.plural("console.task_voices_done", standing.approved)
    items = reader.plural("console.task_brief_done", course.items)
    quoted = standing.approved > 0 or standing.voices == 0
    return [
        Task(False, f"{here}/results", reader.text("console.task_results"), answers),
        *_unheard(reader, standing, here),
        Task(quoted, f"{here}/voices", reader.text("console.task_voices"), approved),
        *([Task(False, f"{here}/themes", reader.text("coding.task_themes"), "")] if standing.voices else []),
        Task(course.items > 0, f"{here}/brief", reader.text("console.task_brief"), items),
        Task(False, f"{here}/agenda", reader.text("console.task_decide"), ""),
    ]


def _unheard(reader: Reader, standing: Standing, here: str) -> list[Task]:
    """Voice notes that nobody has written down: the brief would be without them."""
    waiting = reader.plural("media.waiting_count", standing.unheard)
    return (
        [Task(False, f"{here}/spoken", reader.text("media.task_listen"), waiting)] if standing.unheard else []
    )


@router.post("/consultations/{consultation_id}/close")
async def close(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """End it for good, when the title was typed; then nothing of the cut ties stays in the files."""
    services: Services = request.app.state.services
    card = await services.database.read(get_consultation, consultation_id)
    fields = Fields(given, visitor.reader)
    typed = " ".join(fields.raw("confirmation").split()).casefold()
    if typed not in {" ".join(title.split()).casefold() for title in card.title.values()} - {""}:
        fields.refuse("confirmation", "console.consultation_close_mismatch")
        return await _show(request, visitor, consultation_id, fields.state, status=400)
    threshold = services.settings.disclosure_threshold
    await services.database.run(
        close_and_propose, consultation_id, threshold=threshold, account_id=account.account_id
    )
    await services.database.scrub()
    return redirect(request, f"/consultations/{consultation_id}?done=closed")


def _may_change(card: ConsultationCard) -> bool:
    """Whether its page may become another without anybody's doing on it."""
    return card.state == "open" or (card.state == "draft" and card.opens_at is not None)


async def _watched(request: Request, account: Anyone, consultation_id: int) -> ConsultationCard:
    services: Services = request.app.state.services
    return await services.database.read(get_consultation, consultation_id)


@router.get("/consultations/{consultation_id}/live", response_class=EventSourceResponse)
async def live(
    request: Request, visitor: Visiting, card: Annotated[ConsultationCard, Depends(_watched)]
) -> AsyncIterator[ServerSentEvent]:
    """The figures whenever they change, until the consultation closes; of a scheduled one, that it has opened."""
    lookout: Lookout = request.app.state.lookout
    shown, at_first = None, (card.state, card.opens_at)
    while _may_change(card) and (card.state, card.opens_at) == at_first:
        if card.state == "open" and card.reach != shown:
            shown = card.reach
            changed = visitor.reader.hour(now())
            figures = figures_of_reach(visitor.reader, card.reach)
            yield ServerSentEvent(event="figures", data=stream_of(figures, changed=changed))
        await asyncio.sleep(_LOOK_EVERY)
        card = await lookout.consultation(card.id)
    yield ServerSentEvent(event="over", data="")
