"""Messages out: how many arrived, how many are on their way, which are in doubt."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Figure, figures_of_sending, stream_of
from api.pages import Pages
from api.reader import Reader
from api.security import Organiser, Visiting
from api.services import Services
from core.broadcasts import BroadcastCard, Kind, list_broadcasts
from core.errors import NotFound
from core.progress import Sending, progress_of
from deliberation.agenda import list_items
from deliberation.assemblies import get_assembly
from surveys.consultations import get_consultation
from surveys.questionnaire import Localized

router = APIRouter()

_LOOK_EVERY = 1.5
_UNSETTLED_LOOKS = 20
"""After so many looks without a change, what is still being sent is in doubt and nobody need wait for it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One broadcast on the page."""

    title: str
    started: str
    figures: list[Figure]
    live: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What broadcasts are about."""

    title: Localized
    broadcasts: list[BroadcastCard]


@router.get("/consultations/{consultation_id}/deliveries")
async def show_of_consultation(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int
) -> Response:
    """The announcement of a consultation, and the decisions that went back to its contributors."""
    services: Services = request.app.state.services
    subject = await services.database.read(_of_consultation, consultation_id)
    return await _show(request, visitor.reader, subject, f"/consultations/{consultation_id}", "consultations")


@router.get("/assemblies/{assembly_id}/deliveries")
async def show_of_assembly(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int
) -> Response:
    """The invitations and reminders of an assembly."""
    services: Services = request.app.state.services
    subject = await services.database.read(_of_assembly, assembly_id)
    return await _show(request, visitor.reader, subject, f"/assemblies/{assembly_id}", "assemblies")


def _of_consultation(db: Session, consultation_id: int) -> Subject:
    card = get_consultation(db, consultation_id)
    wanted = {(Kind.OPENING, consultation_id)}
    wanted |= {(Kind.DECISION, item.decision.id) for item in list_items(db, consultation_id) if item.decision}
    return Subject(card.title, _about(db, wanted))


def _of_assembly(db: Session, assembly_id: int) -> Subject:
    card = get_assembly(db, assembly_id)
    return Subject(card.title, _about(db, {(Kind.INVITATION, assembly_id), (Kind.REMINDER, assembly_id)}))


def _about(db: Session, wanted: set[tuple[Kind, int]]) -> list[BroadcastCard]:
    return [card for card in list_broadcasts(db) if (card.kind, card.subject_id) in wanted]


async def _show(request: Request, reader: Reader, subject: Subject, back: str, here: str) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request,
        "deliveries.html",
        here=here,
        title=reader.local(subject.title),
        plain_title=reader.plain(subject.title),
        back=back,
        batches=[_batch(reader, card) for card in subject.broadcasts],
    )


def _batch(reader: Reader, card: BroadcastCard) -> Batch:
    sending = card.sending
    over = sending.new == 0 and sending.sending == 0
    return Batch(
        title=reader.text("console.deliveries_" + card.kind),
        started=reader.moment(card.created_at),
        figures=figures_of_sending(reader, sending),
        live="" if over else f"/deliveries/{card.id}/live",
        doubt=reader.plural("console.deliveries_doubt", sending.sending)
        if sending.at_rest and sending.sending
        else "",
    )


async def _followed(request: Request, account: Organiser, broadcast_id: int) -> Sending:
    services: Services = request.app.state.services
    sending = await services.database.read(progress_of, broadcast_id)
    if not sending.total:
        raise NotFound
    return sending


@router.get("/deliveries/{broadcast_id}/live", response_class=EventSourceResponse)
async def live(
    request: Request,
    visitor: Visiting,
    broadcast_id: int,
    sending: Annotated[Sending, Depends(_followed)],
) -> AsyncIterator[ServerSentEvent]:
    """The counts whenever they change, until nothing is on its way."""
    services: Services = request.app.state.services
    shown, looks = None, 0
    while (sending.new or sending.sending) and looks < _UNSETTLED_LOOKS:
        if sending != shown:
            shown, looks = sending, 0
            yield ServerSentEvent(
                event="figures", data=stream_of(figures_of_sending(visitor.reader, sending))
            )
        await asyncio.sleep(_LOOK_EVERY)
        looks = 0 if sending.new else looks + 1
        sending = await services.database.read(progress_of, broadcast_id)
    yield ServerSentEvent(event="over", data="")
