"""The opening of a consultation: who is asked and when; looked at once more; then it goes out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

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
    reminders_in_words,
    told,
)
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now, today
from core.errors import Conflict, InvalidInput
from core.settings import Settings
from deliberation.audience.criteria import Audience, read_audience
from deliberation.audience.offers import Offers, list_offers
from deliberation.audience.recipients import Headcount, count_people, count_waiting
from deliberation.audience.segments import (
    SegmentCard,
    SegmentNameTaken,
    get_segment,
    list_segments,
    save_segment,
)
from deliberation.opening import open_to_audience, plan, schedule
from surveys.consultations import ConsultationCard, get_consultation, unschedule_consultation

router = APIRouter()

_LOCAL = "%Y-%m-%dT%H:%M"
_MOST_REMINDERS = 5
_LATEST_REMINDER = 60
_NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Opening:
    """What the pages of an opening show."""

    card: ConsultationCard
    audience: Audience
    offers: Offers
    segments: list[SegmentCard]
    headcount: Headcount
    waiting: int

    def told(self, reader: Reader, settings: Settings, moment: datetime) -> Told:
        """How many people that is, in words."""
        return told(reader, self.audience, self.headcount, settings, moment, self.waiting)


def _opening(
    db: Session,
    consultation_id: int,
    settings: Settings,
    audience: Audience | None = None,
    opens_at: datetime | None = None,
) -> Opening:
    """The opening of a draft, with the audience that is looked at instead of the one that is stored."""
    card = get_consultation(db, consultation_id)
    if card.state != "draft":
        raise Conflict
    audience = audience or read_audience(card.audience or {})
    return Opening(
        card,
        audience,
        list_offers(db),
        list_segments(db),
        count_people(db, audience),
        count_waiting(db, audience, settings.messages_per_week, opens_at or now()),
    )


@router.get("/consultations/{consultation_id}/opening")
async def show(request: Request, visitor: Visiting, account: Organiser, consultation_id: int) -> Response:
    """Who is asked and when."""
    services: Services = request.app.state.services
    opening = await services.database.read(_opening, consultation_id, services.settings)
    zone = visitor.reader.zone
    opens_at = opening.card.opens_at
    form = FormState(
        {
            "when": "later" if opens_at else "now",
            "opens_at": opens_at.astimezone(zone).strftime(_LOCAL) if opens_at else "",
            "closes_on": opening.card.closes_on.isoformat() if opening.card.closes_on else "",
            "remind_after": ", ".join(map(str, opening.card.remind_after)),
        }
    )
    return await _show(request, visitor, opening, form)


@router.post("/consultations/{consultation_id}/opening/count")
async def count(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """How many that would be: the number alone while one chooses, or the whole page where no script runs.

    A saved audience takes the place of what was ticked; the dates that were typed stay.
    """
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    audience = audience_in(given)
    if "segment" in given:
        audience = (await services.database.read(get_segment, fields.number("segment", 1, 10**9))).audience
    opening = await services.database.read(_opening, consultation_id, services.settings, audience)
    if "hx-request" in request.headers:
        pages: Pages = request.app.state.pages
        words = opening.told(visitor.reader, services.settings, now())
        return HTMLResponse(pages.fragment(visitor, "consultations/headcount.html", told=words))
    return await _show(request, visitor, opening, fields.state)


@router.post("/consultations/{consultation_id}/opening/segment")
async def save(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Give what is chosen a name, to choose it again; what else was typed stays."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    audience = audience_in(given)
    name = " ".join(fields.text("segment_name", "audience.segment_name", limit=_NAME_LIMIT).split())
    if audience.is_everyone:
        fields.refuse("segment_name", "audience.segment_of_everyone")
    if not fields.wrong:
        try:
            await services.database.run(save_segment, name, audience, account_id=account.account_id)
        except SegmentNameTaken:
            fields.refuse("segment_name", "errors.segment_name_taken")
    opening = await services.database.read(_opening, consultation_id, services.settings, audience)
    saved = "" if fields.wrong else visitor.reader.text("audience.segment_saved", name=name)
    return await _show(
        request, visitor, opening, fields.state, saved=saved, status=400 if fields.wrong else 200
    )


@router.post("/consultations/{consultation_id}/opening")
async def choose(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Keep what was chosen, and show it once more. Nothing goes out yet."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    audience = audience_in(given)
    opens_at, closes_on, remind_after = _dates(fields, visitor.reader)
    if fields.wrong:
        opening = await services.database.read(_opening, consultation_id, services.settings, audience)
        return await _show(request, visitor, opening, fields.state, status=400)
    await services.database.run(
        plan,
        consultation_id,
        audience=audience,
        closes_on=closes_on,
        remind_after=remind_after,
        account_id=account.account_id,
    )
    at = f"?at={opens_at.strftime(_LOCAL)}" if opens_at else ""
    return redirect(request, f"/consultations/{consultation_id}/opening/check{at}")


def _dates(fields: Fields, reader: Reader) -> tuple[datetime | None, date, list[int]]:
    later = fields.choice("when", ("now", "later")) == "later"
    opens_at = fields.moment("opens_at", now()) if later else None
    closes_on = fields.day("closes_on", today(reader.zone))
    if opens_at and closes_on < opens_at.date():
        fields.refuse("closes_on", "errors.closes_before_opening")
    return opens_at, closes_on, _days(fields, "remind_after")


def _days(fields: Fields, name: str) -> list[int]:
    """Days that are counted from the opening, as people write them: 3, 7."""
    words = fields.raw(name).replace(",", " ").replace(";", " ").split()
    days = sorted({int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 4})
    wrong = len(days) != len(set(words)) or len(days) > _MOST_REMINDERS
    if wrong or any(not 1 <= day <= _LATEST_REMINDER for day in days):
        fields.refuse(name, "audience.remind_wrong", most=_MOST_REMINDERS, latest=_LATEST_REMINDER)
        return []
    return days


@router.get("/consultations/{consultation_id}/opening/check")
async def check(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int, at: str = ""
) -> Response:
    """Everything before it goes out: the number, the dates, and the message in each language."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    opens_at = _moment(at, reader)
    opening = await services.database.read(_opening, consultation_id, services.settings, opens_at=opens_at)
    samples = services.samples
    shown = await services.database.read(samples.opening, consultation_id) if samples else {}
    card = opening.card
    return await pages.show(
        request,
        "consultations/opening_check.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        who=criteria_in_words(reader, opening.offers, opening.audience),
        told=opening.told(reader, services.settings, opens_at or now()),
        at=at if opens_at else "",
        when=reader.moment(opens_at) if opens_at else "",
        past=opens_at is not None and opens_at <= now(),
        closes_on=reader.day(card.closes_on),
        reminders=reminders_in_words(reader, card, opens_at or now()),
        samples=[(code, reader.language_name(code), shown[code]) for code in shown],
    )


def _moment(at: str, reader: Reader) -> datetime | None:
    """The moment in an address; None where it says none that makes sense."""
    try:
        return datetime.strptime(at, _LOCAL).replace(tzinfo=reader.zone)
    except ValueError:
        return None


@router.post("/consultations/{consultation_id}/open")
async def open_(request: Request, account: Organiser, consultation_id: int) -> Response:
    """Ask the people of the audience that was chosen. The messages leave through the durable jobs."""
    services: Services = request.app.state.services
    settings = services.settings
    broadcast = await services.database.run(
        open_to_audience,
        consultation_id,
        zone=settings.zone,
        threshold=settings.disclosure_threshold,
        account_id=account.account_id,
    )
    await services.deliver(broadcast)
    return redirect(request, f"/consultations/{consultation_id}?done=opened")


@router.post("/consultations/{consultation_id}/schedule")
async def schedule_(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Let it open by itself at the moment that was looked at."""
    services: Services = request.app.state.services
    opens_at = _moment(str(given.get("at", "")), visitor.reader)
    if opens_at is None:
        raise InvalidInput(())
    await services.database.run(
        schedule,
        consultation_id,
        opens_at=opens_at,
        zone=services.settings.zone,
        threshold=services.settings.disclosure_threshold,
        account_id=account.account_id,
    )
    return redirect(request, f"/consultations/{consultation_id}?done=scheduled")


@router.post("/consultations/{consultation_id}/unschedule")
async def unschedule(request: Request, account: Organiser, consultation_id: int) -> Response:
    """It waits for somebody again."""
    services: Services = request.app.state.services
    await services.database.run(unschedule_consultation, consultation_id, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}?done=unscheduled")


async def _show(
    request: Request,
    visitor: Visitor,
    opening: Opening,
    form: FormState,
    *,
    saved: str = "",
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, card = visitor.reader, opening.card
    context: dict[str, Any] = {
        "id": card.id,
        "title": reader.local(card.title),
        "profile": profile_criteria(reader, opening.offers, opening.audience),
        "before": past_criteria(reader, opening.offers, opening.audience),
        "newcomers": opening.audience.newcomers,
        "asks_no_band": not any(opening.offers.bands.values()),
        "segments": [(segment.id, segment.name) for segment in opening.segments],
        "told": opening.told(reader, services.settings, now()),
        "first_day": (today(services.settings.zone) + timedelta(days=1)).isoformat(),
        "saved": saved,
    }
    return await pages.show(
        request, "consultations/opening.html", status=status, here="consultations", form=form, **context
    )
