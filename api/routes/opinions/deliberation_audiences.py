"""The opening of a deliberation: who is asked and until when; looked at once more; then it goes out."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.audience_words import (
    Told,
    audience_in,
    criteria_in_words,
    past_criteria,
    profile_criteria,
    told,
)
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now, today
from core.errors import Conflict
from core.settings import Settings
from deliberation.audience.criteria import Audience, read_audience
from deliberation.audience.offers import Offers, list_offers
from deliberation.audience.recipients import Headcount, count_people, count_waiting
from deliberation.audience.segments import SegmentCard, get_segment, list_segments
from deliberation.opinions.deliberations import (
    FEWEST_STATEMENTS,
    DeliberationCard,
    get_deliberation,
    open_deliberation,
    plan_deliberation,
)
from deliberation.opinions.statements import list_statements

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Opening:
    """What the pages of an opening show."""

    card: DeliberationCard
    audience: Audience
    offers: Offers
    segments: list[SegmentCard]
    headcount: Headcount
    waiting: int

    def told(self, reader: Reader, settings: Settings) -> Told:
        """How many people that is, in words."""
        return told(reader, self.audience, self.headcount, settings, now(), self.waiting)


def _opening(
    db: Session, deliberation_id: int, settings: Settings, audience: Audience | None = None
) -> Opening:
    """The opening of a draft, with the audience that is looked at instead of the one that is stored."""
    card = get_deliberation(db, deliberation_id)
    if card.state != "draft":
        raise Conflict
    audience = audience or read_audience(card.audience or {})
    return Opening(
        card,
        audience,
        list_offers(db),
        list_segments(db),
        count_people(db, audience),
        count_waiting(db, audience, settings.messages_per_week, now()),
    )


@router.get("/deliberations/{deliberation_id}/audience")
async def show(request: Request, visitor: Visiting, account: Organiser, deliberation_id: int) -> Response:
    """Who is asked and until when; of one that was opened already, the voting itself."""
    services: Services = request.app.state.services
    try:
        opening = await services.database.read(_opening, deliberation_id, services.settings)
    except Conflict:
        return redirect(request, f"/deliberations/{deliberation_id}")
    closes_on = opening.card.closes_on
    form = FormState({"closes_on": closes_on.isoformat() if closes_on else ""})
    return await _show(request, visitor, opening, form)


@router.post("/deliberations/{deliberation_id}/audience/count")
async def count(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """How many that would be: the number alone while one chooses, or the whole page where no script runs.

    A saved audience takes the place of what was ticked.
    """
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    audience = audience_in(given)
    if "segment" in given:
        audience = (await services.database.read(get_segment, fields.number("segment", 1, 10**9))).audience
    opening = await services.database.read(_opening, deliberation_id, services.settings, audience)
    if "hx-request" in request.headers:
        pages: Pages = request.app.state.pages
        words = opening.told(visitor.reader, services.settings)
        return HTMLResponse(pages.fragment(visitor, "consultations/headcount.html", told=words))
    return await _show(request, visitor, opening, fields.state)


@router.post("/deliberations/{deliberation_id}/audience")
async def choose(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """Keep what was chosen, and show it once more. Nothing goes out yet."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    audience = audience_in(given)
    closes_on = fields.day("closes_on", today(services.settings.zone))
    if fields.wrong:
        opening = await services.database.read(_opening, deliberation_id, services.settings, audience)
        return await _show(request, visitor, opening, fields.state, status=400)
    await services.database.run(
        plan_deliberation,
        deliberation_id,
        audience=audience,
        closes_on=closes_on,
        account_id=account.account_id,
    )
    return redirect(request, f"/deliberations/{deliberation_id}/check")


@router.get("/deliberations/{deliberation_id}/check")
async def check(request: Request, visitor: Visiting, account: Organiser, deliberation_id: int) -> Response:
    """Everything before it goes out: the number, the last day, the message in each language; or the voting itself."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    try:
        opening = await services.database.read(_opening, deliberation_id, services.settings)
    except Conflict:
        return redirect(request, f"/deliberations/{deliberation_id}")
    samples, card = services.samples, opening.card
    accepted = await services.database.read(list_statements, deliberation_id, "accepted")
    untranslated = sum(any(not each.text.get(code) for code in LANGUAGES) for each in accepted)
    shown = await services.database.read(samples.voting, deliberation_id) if samples else {}
    return await pages.show(
        request,
        "opinions/deliberation_check.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        who=criteria_in_words(reader, opening.offers, opening.audience),
        told=opening.told(reader, services.settings),
        enough=card.accepted >= FEWEST_STATEMENTS,
        least=FEWEST_STATEMENTS,
        statements=reader.plural("voting.step_write_result", card.accepted),
        untranslated=reader.plural("voting.untranslated", untranslated) if untranslated else "",
        closes_on=reader.day(card.closes_on) if card.closes_on else reader.text("voting.no_last_day"),
        late=card.closes_on is not None and card.closes_on < today(services.settings.zone),
        takes=reader.text("voting.takes_" + ("yes" if card.takes_statements else "no")),
        samples=[(code, reader.language_name(code), shown[code]) for code in shown],
    )


@router.post("/deliberations/{deliberation_id}/open")
async def open_(request: Request, account: Organiser, deliberation_id: int) -> Response:
    """Ask the people of the audience that was chosen. The messages leave through the durable jobs."""
    services: Services = request.app.state.services
    settings = services.settings
    broadcast = await services.database.run(
        open_deliberation,
        deliberation_id,
        threshold=settings.disclosure_threshold,
        zone=settings.zone,
        account_id=account.account_id,
    )
    await services.deliver(broadcast)
    return redirect(request, f"/deliberations/{deliberation_id}?done=vote_opened")


async def _show(
    request: Request, visitor: Visitor, opening: Opening, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, card = visitor.reader, opening.card
    return await pages.show(
        request,
        "opinions/deliberation_audience.html",
        status=status,
        here="consultations",
        form=form,
        id=card.id,
        title=reader.local(card.title),
        profile=profile_criteria(reader, opening.offers, opening.audience),
        before=past_criteria(reader, opening.offers, opening.audience),
        newcomers=opening.audience.newcomers,
        asks_no_band=not any(opening.offers.bands.values()),
        segments=[(segment.id, segment.name) for segment in opening.segments],
        told=opening.told(reader, services.settings),
        first_day=(today(services.settings.zone) + timedelta(days=1)).isoformat(),
    )
