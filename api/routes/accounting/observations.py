"""What citizens observed, for those who follow it up: listed, written down, corrected, answered."""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.accounting_words import AccountWords, observations_of
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.personal_details import look_for_people
from api.reader import LANGUAGES, Reader
from api.security import Governing, Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import today
from deliberation.accounting.observations import (
    SOURCES,
    STATES,
    Noted,
    ObservationCard,
    answer_observation,
    get_observation,
    list_observations,
    note_observation,
    rewrite_observation,
)
from deliberation.accounting.year import list_years
from deliberation.assemblies.assembly import list_assemblies
from deliberation.commitments.units import list_units, units_of
from deliberation.voices.redaction import in_words, redaction_words
from i18n.localized import Localized

router = APIRouter()

_YEARS = 5
"""So many years back there are accounts to observe."""
_ANSWER_WITHIN = timedelta(days=15)
"""The day that the form proposes."""


@router.get("/council/observations")
async def show_list(
    request: Request, visitor: Visiting, account: Governing, year: str = "", state: str = ""
) -> Response:
    """What is late first. A unit sees its own."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    mine = account.account_id if account.role == "unit" else None
    desk = await services.database.read(_desk, today(services.settings.zone), mine, services)
    chosen_year = next((each for each in desk.years if str(each) == year), None)
    found = [
        card
        for card in desk.cards
        if (chosen_year is None or card.year == chosen_year) and (state not in STATES or card.state == state)
    ]
    reader = visitor.reader
    return await pages.show(
        request,
        "accounting/observations.html",
        here="council",
        form=FormState({"year": str(chosen_year or ""), "state": state}),
        observations=observations_of(_words(request, visitor), found),
        late=sum(card.state == "late" for card in found),
        any_at_all=bool(desk.cards),
        years=[(str(each), str(each)) for each in desk.years],
        states=[(each, reader.text("accounting.state_" + each)) for each in STATES],
        may_organise=visitor.may("organiser"),
        newest=chosen_year or desk.years[0],
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    cards: list[ObservationCard]
    years: list[int]


def _desk(db: Session, day: date, account_id: int | None, services: Services) -> _Desk:
    units = None if account_id is None else units_of(db, account_id)
    return _Desk(list_observations(db, day, units=units), list_years(db, services.settings.zone))


@router.get("/council/observations/new")
async def show_new(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form of an observation."""
    services: Services = request.app.state.services
    day = today(services.settings.zone)
    usual = {
        "received_on": day.isoformat(),
        "due_on": (day + _ANSWER_WITHIN).isoformat(),
        "year": str(day.year),
    }
    return await _show_form(request, visitor, FormState(usual), None)


@router.post("/council/observations")
async def create(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """Write it down; everybody can read it from now on, without personal details."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    noted = await _noted(request, fields)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, None, status=400)
    observation_id = await services.database.run(note_observation, noted, account_id=account.account_id)
    return redirect(request, f"/council/observations/{observation_id}?done=observation_noted")


@router.get("/council/observations/{observation_id}")
async def show(request: Request, visitor: Visiting, account: Governing, observation_id: int) -> Response:
    """An observation as it was written down, and the form of its answer for who may give it."""
    return await _show(request, visitor, observation_id, None)


@router.get("/council/observations/{observation_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, observation_id: int) -> Response:
    """The form in which it was written down."""
    services: Services = request.app.state.services
    card = await services.database.read(get_observation, observation_id, today(services.settings.zone))
    return await _show_form(request, visitor, _typed(visitor.reader, card), card)


@router.post("/council/observations/{observation_id}")
async def rewrite(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, observation_id: int
) -> Response:
    """Correct it, or put another unit in charge."""
    services: Services = request.app.state.services
    card = await services.database.read(get_observation, observation_id, today(services.settings.zone))
    fields = Fields(given, visitor.reader)
    noted = await _noted(request, fields)
    if fields.wrong:
        return await _show_form(request, visitor, fields.state, card, status=400)
    await services.database.run(rewrite_observation, observation_id, noted, account_id=account.account_id)
    return redirect(request, f"/council/observations/{observation_id}?done=observation_noted")


@router.post("/council/observations/{observation_id}/answer")
async def answer(
    request: Request, visitor: Visiting, given: Posted, account: Governing, observation_id: int
) -> Response:
    """Answer it in both languages. A unit answers its own, an organiser any."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    said = fields.long_localized("answer", "accounting.answer", needs=LANGUAGES)
    await look_for_people(fields, visitor.reader, [said])
    if fields.wrong:
        return await _show(request, visitor, observation_id, fields.state, status=400)
    await services.database.run(
        answer_observation,
        observation_id,
        said,
        services.settings.zone,
        account_id=account.account_id,
        for_all=visitor.may("organiser"),
    )
    return redirect(request, f"/council/observations/{observation_id}?done=observation_answered")


async def _show(
    request: Request, visitor: Visitor, observation_id: int, form: FormState | None, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    account = visitor.account

    def look(db: Session) -> tuple[ObservationCard, bool]:
        card = get_observation(db, observation_id, today(services.settings.zone))
        return card, account is not None and card.unit_id in units_of(db, account.account_id)

    card, mine = await services.database.read(look)
    answered = {f"answer_{code}": text for code, text in (card.answer or {}).items()}
    return await pages.show(
        request,
        "accounting/observation.html",
        status=status,
        here="council",
        form=form or FormState(answered),
        card=card,
        observation=_words(request, visitor).observation(card),
        may_answer=mine or visitor.may("organiser"),
        may_organise=visitor.may("organiser"),
        unit_missing=card.unit_id is None,
    )


async def _noted(request: Request, fields: Fields) -> Noted:
    """What was typed, in the order of the page."""
    services: Services = request.app.state.services
    day = today(services.settings.zone)
    units, assemblies = await services.database.read(_choices)
    needed = () if fields.raw("text_qu") else ("es",)
    text = fields.long_localized("text", "accounting.text", needs=needed)
    year = fields.number("year", day.year - _YEARS, day.year)
    source = fields.choice("source", SOURCES)
    assembly = fields.choice("assembly", {"", *assemblies})
    received = fields.day("received_on", date.min)
    if received > day:
        fields.refuse("received_on", "accounting.received_later")
    due = fields.day("due_on", received)
    unit = fields.choice("unit", {"", *units})
    return Noted(
        year=year,
        source=source,
        text=text,
        received_on=received,
        due_on=due,
        unit_id=int(unit) if unit in units else None,
        assembly_id=int(assembly) if assembly in assemblies else None,
    )


def _choices(db: Session) -> tuple[dict[str, Localized], dict[str, Localized]]:
    """The units that work, and the assemblies: identifier → name."""
    units = {str(unit.id): unit.name for unit in list_units(db)}
    return units, {str(card.id): card.title for card in list_assemblies(db)}


def _typed(reader: Reader, card: ObservationCard) -> FormState:
    said = {
        f"text_{code}": in_words(text, redaction_words(reader.translator, code))
        for code, text in card.text.items()
    }
    about = {
        "year": str(card.year),
        "source": card.source,
        "assembly": str(card.assembly_id or ""),
        "received_on": card.received_on.isoformat(),
        "due_on": card.due_on.isoformat() if card.due_on else "",
        "unit": str(card.unit_id or ""),
    }
    return FormState(said | about)


async def _show_form(
    request: Request, visitor: Visitor, form: FormState, card: ObservationCard | None, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    units, assemblies = await services.database.read(_choices)
    return await pages.show(
        request,
        "accounting/observation_form.html",
        status=status,
        here="council",
        form=form,
        card=card,
        sources=[(each, reader.text("accounting.source_" + each)) for each in SOURCES],
        units=[(key, reader.plain(name)) for key, name in units.items()],
        assemblies=[(key, reader.plain(title)) for key, title in assemblies.items()],
        first_year=today(services.settings.zone).year - _YEARS,
        last_year=today(services.settings.zone).year,
    )


def _words(request: Request, visitor: Visitor) -> AccountWords:
    services: Services = request.app.state.services
    settings = services.settings
    return AccountWords(visitor.reader, settings.disclosure_threshold, settings.unit_name, lambda path: path)
