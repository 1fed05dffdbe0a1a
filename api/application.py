"""The web application: every route, with its headers, its limits and its refusals."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from api.headers import BodyLimit, SecurityHeaders
from api.leaving import StreamsEnd
from api.lookout import Lookout
from api.pages import Pages
from api.ranges import Openings
from api.refusals import add_refusals
from api.routes.accounting import observations, years
from api.routes.actors import actors, demand, directory, exchange, offers, places
from api.routes.assemblies import (
    assemblies,
    assembly_changes,
    assembly_plans,
    draw_plans,
    draws,
    group_quotas,
    needs_costs,
    public_draws,
    turnout_reports,
)
from api.routes.assembly_day import (
    attendances,
    ballot_endings,
    ballots,
    door_links,
    doors,
    minutes,
)
from api.routes.commitments import (
    commitments,
    matrices,
    programmes,
    progress_reports,
    promises,
    unit_members,
)
from api.routes.consultations import (
    attachments,
    audiences,
    consultations,
    entries,
    exports,
    links,
    paper_entries,
    paper_imports,
    results,
    segments,
)
from api.routes.council import (
    agenda,
    briefs,
    desk,
    item_sources,
    items,
    public_council,
    sitting_agendas,
    sitting_sessions,
    sittings,
    units,
)
from api.routes.empty_seat import mandates, registers, seat_requests, seat_rules
from api.routes.house import accounts, health, metrics, simulator, webhook
from api.routes.opinions import (
    analyses,
    deliberation_audiences,
    deliberations,
    moderation,
    moderation_writing,
    opinions,
    statements,
)
from api.routes.questionnaires import (
    drafts,
    editor,
    library,
    papers,
    previews,
    questionnaires,
    recordings,
    rehearsals,
    translations,
    versions,
)
from api.routes.sending import all_deliveries, deliveries, set_aside
from api.routes.voices import (
    coding,
    coding_sample,
    originals,
    protection,
    quotes,
    reading,
    spoken,
    summaries,
    summary_sentences,
    theme,
    theme_split,
    themes,
    voices,
    words,
)
from api.security import check_form
from api.services import Services
from api.static_files import static_files

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_CONSOLE = (
    accounts,
    consultations,
    audiences,
    segments,
    questionnaires,
    drafts,
    editor,
    translations,
    library,
    previews,
    recordings,
    versions,
    rehearsals,
    papers,
    entries,
    paper_entries,
    paper_imports,
    results,
    opinions,
    voices,
    spoken,
    attachments,
    words,
    themes,
    theme,
    theme_split,
    coding_sample,
    coding,
    reading,
    protection,
    originals,
    quotes,
    summaries,
    summary_sentences,
    deliberations,
    deliberation_audiences,
    statements,
    moderation,
    moderation_writing,
    assembly_plans,
    assemblies,
    assembly_changes,
    draw_plans,
    group_quotas,
    draws,
    public_draws,
    turnout_reports,
    needs_costs,
    attendances,
    door_links,
    doors,
    ballots,
    ballot_endings,
    minutes,
    agenda,
    briefs,
    desk,
    items,
    item_sources,
    sittings,
    sitting_agendas,
    sitting_sessions,
    units,
    unit_members,
    promises,
    progress_reports,
    commitments,
    programmes,
    matrices,
    public_council,
    years,
    observations,
    registers,
    seat_rules,
    seat_requests,
    mandates,
    deliveries,
    all_deliveries,
    exports,
    links,
    set_aside,
    analyses,
    exchange,
    demand,
    offers,
    places,
    actors,
    directory,
)


@cache
def _console() -> tuple[BaseRoute, ...]:
    """The routes of people, worked out once: it takes a third of a second, and no route knows its application."""
    house = APIRouter()
    for noun in _CONSOLE:
        house.include_router(noun.router, dependencies=[Depends(check_form)])
    return tuple(house.routes)


@cache
def _simulator() -> tuple[BaseRoute, ...]:
    house = APIRouter()
    house.include_router(simulator.router, dependencies=[Depends(check_form)])
    return tuple(house.routes)


def create_app(services: Services, *, lifespan: Lifespan | None = None) -> FastAPI:
    """The application over these services. What must start and stop with it is composed in `rimay/`.

    Who sets `state.leaving` ends its streams.
    """
    app = FastAPI(title="Rimay", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.services = services
    app.state.pages = Pages(services)
    app.state.openings = Openings()
    app.state.lookout = Lookout(services)
    app.state.leaving = asyncio.Event()
    app.router.routes.extend(_console())
    if services.simulator is not None:
        app.router.routes.extend(_simulator())
    if services.webhook is not None:
        app.include_router(webhook.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.mount("/static", static_files())
    add_refusals(app)
    app.add_middleware(StreamsEnd, leaving=app.state.leaving)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, https=services.settings.public_url is not None)
    return app
