"""Messages out: how far they are, live, and what an organiser decides about them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import figures_of_reach, stream_of
from api.lookout import LOOK_EVERY, Lookout, Watched
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting, not_there
from api.sendings import Batch, batch_of, sign_of
from api.services import Services
from core.broadcasts import Kind, get_broadcast, list_broadcasts
from core.clock import now
from core.courses import cancel_broadcast, pause_broadcast, resume_broadcast, retry_failed
from core.doubts import Doubt, leave, list_in_doubt, resend
from core.errors import NotFound
from core.settings import Settings
from deliberation.assemblies.assembly import get_assembly
from deliberation.assembly_day.ballots import list_ballots
from deliberation.assembly_day.minutes import list_versions
from deliberation.council.agenda import list_items
from deliberation.subject import Subject
from deliberation.subjects import subjects_of
from surveys.consultations import ConsultationCard, get_consultation
from surveys.questionnaire import Localized

router = APIRouter()

_DOUBTS_SHOWN = 50
_SAY_EVERY = 30.0
"""Seconds between two announcements to who listens to the page: each change would be one a second."""
_DEEDS: dict[str, tuple[Callable[..., Any], str]] = {
    "pause": (pause_broadcast, "paused"),
    "resume": (resume_broadcast, "resumed"),
    "cancel": (cancel_broadcast, "cancelled"),
    "retry": (retry_failed, "retried"),
}
_DECISIONS: dict[str, tuple[Callable[..., int], str]] = {
    "resend": (resend, "resent"),
    "leave": (leave, "left"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The broadcasts of a page, and the consultation that they are about, if any."""

    title: Localized
    broadcasts: dict[int, Subject | None]
    consultation: ConsultationCard | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A doubt on the page."""

    id: int
    name: str
    since: str
    language: str


@router.get("/consultations/{consultation_id}/deliveries")
async def show_of_consultation(
    request: Request, visitor: Visiting, account: Organiser, consultation_id: int
) -> Response:
    """The announcement of a consultation, its reminders, and the decisions that went back to its contributors."""
    services: Services = request.app.state.services
    group = await services.database.read(_of_consultation, consultation_id)
    return await _show(request, visitor.reader, group, f"/consultations/{consultation_id}", "consultations")


@router.get("/assemblies/{assembly_id}/deliveries")
async def show_of_assembly(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int
) -> Response:
    """The invitations and reminders of an assembly, its changes, its votes and its minutes."""
    services: Services = request.app.state.services
    group = await services.database.read(_of_assembly, assembly_id)
    return await _show(request, visitor.reader, group, f"/assemblies/{assembly_id}", "assemblies")


def _of_consultation(db: Session, consultation_id: int) -> Group:
    card = get_consultation(db, consultation_id)
    wanted = {(Kind.OPENING, consultation_id), (Kind.UNFINISHED, consultation_id)}
    items = list_items(db, consultation_id)
    wanted |= {(Kind.DECISION, item.decision.id) for item in items if item.decision}
    wanted |= {(Kind.OVERDUE, item.id) for item in items}
    return Group(card.title, _subjects(db, wanted), card)


def _of_assembly(db: Session, assembly_id: int) -> Group:
    wanted = {(kind, assembly_id) for kind in (Kind.INVITATION, Kind.REMINDER, Kind.CHANGED)}
    wanted |= {(Kind.BALLOT, each.id) for each in list_ballots(db, assembly_id)}
    wanted |= {(Kind.MINUTES, minutes_id) for minutes_id in list_versions(db, assembly_id)}
    return Group(get_assembly(db, assembly_id).title, _subjects(db, wanted))


def _subjects(db: Session, wanted: set[tuple[Kind, int]]) -> dict[int, Subject | None]:
    cards = list_broadcasts(db, wanted)
    subjects = subjects_of(db, cards)
    return {card.id: subjects.get(card.id) for card in cards}


async def _show(request: Request, reader: Reader, group: Group, back: str, here: str) -> Response:
    pages: Pages = request.app.state.pages
    batches = [await _batch(request, reader, id, about) for id, about in group.broadcasts.items()]
    return await pages.show(
        request,
        "sending/deliveries.html",
        here=here,
        title=reader.local(group.title),
        plain_title=reader.plain(group.title),
        back=back,
        batches=batches,
        **_live(reader, batches, group.consultation),
    )


async def _batch(request: Request, reader: Reader, broadcast_id: int, about: Subject | None) -> Batch:
    lookout: Lookout = request.app.state.lookout
    watched = await lookout.watch(broadcast_id, fresh=True)
    return batch_of(reader, request.app.state.services.settings, watched, about)


def _live(reader: Reader, batches: list[Batch], consultation: ConsultationCard | None) -> dict[str, Any]:
    """Where the page follows what changes, "" when nothing will; and how far the consultation has come."""
    answering = consultation is not None and consultation.state == "open"
    alive = any(batch.is_alive for batch in batches)
    live = "/deliveries/live?" + "&".join(f"seen={batch.sign}" for batch in batches)
    if answering and consultation is not None:
        live += f"&consultation={consultation.id}"
    return {
        "live": live if alive or answering else "",
        "changed": reader.hour(now()),
        "reach": figures_of_reach(reader, consultation.reach) if consultation else [],
    }


@dataclass(frozen=True, slots=True)
class Sight:
    """Broadcasts and a consultation, as they were seen at one moment."""

    watched: list[Watched]
    asked: ConsultationCard | None


@dataclass(frozen=True, slots=True)
class Followed:
    """What a page follows: broadcasts with the sign that the page was made for, and perhaps a consultation."""

    lookout: Lookout
    signs: dict[int, str]
    subjects: dict[int, Subject]
    consultation: int | None

    async def look(self) -> Sight:
        """All of it, as it was seen last. Raises NotFound."""
        watched = [await self.lookout.watch(broadcast_id) for broadcast_id in self.signs]
        asked = None if self.consultation is None else await self.lookout.consultation(self.consultation)
        return Sight(watched, asked)

    def batch(self, reader: Reader, settings: Settings, watched: Watched) -> Batch:
        """One of the broadcasts as its reader sees it."""
        return batch_of(reader, settings, watched, self.subjects.get(watched.outlook.card.id))

    def is_made_anew(self, sight: Sight) -> bool:
        """Whether the page needs other buttons or notices by now."""
        closed = sight.asked is not None and sight.asked.state != "open"
        return closed or any(
            sign_of(each.outlook) != self.signs[each.outlook.card.id] for each in sight.watched
        )


async def _followed(
    request: Request,
    account: Organiser,
    seen: Annotated[list[str] | None, Query()] = None,
    consultation: int | None = None,
) -> Followed:
    """Refuses before the stream begins."""
    signs: dict[int, str] = {}
    for sign in seen or ():
        number = sign.partition(".")[0]
        if not (number.isascii() and number.isdigit() and len(number) < 16):
            raise NotFound
        signs[int(number)] = sign
    if not signs and consultation is None:
        raise NotFound
    lookout: Lookout = request.app.state.lookout
    cards = [(await lookout.watch(broadcast_id)).outlook.card for broadcast_id in signs]
    services: Services = request.app.state.services
    subjects = await services.database.read(subjects_of, cards)
    followed = Followed(lookout, signs, subjects, consultation)
    await followed.look()
    return followed


@router.get("/deliveries/live", response_class=EventSourceResponse)
async def live(
    request: Request, visitor: Visiting, followed: Annotated[Followed, Depends(_followed)]
) -> AsyncIterator[ServerSentEvent]:
    """The figures of all broadcasts of a page, whenever they change, until the page is no longer the same."""
    services: Services = request.app.state.services
    clock = asyncio.get_running_loop().time
    shown: dict[str, Any] = {}
    say_at = clock() + _SAY_EVERY
    while not followed.is_made_anew(sight := await followed.look()):
        batches = [followed.batch(visitor.reader, services.settings, each) for each in sight.watched]
        figures = figures_of_reach(visitor.reader, sight.asked.reach) if sight.asked else []
        texts: dict[str, str] = {}
        for batch in batches:
            figures += batch.figures
            texts |= batch.texts
        found = stream_of(figures, **texts)
        if found != shown:
            shown = found
            said = {}
            if clock() >= say_at:
                say_at = clock() + _SAY_EVERY
                said = {f"{batch.id}-said": batch.said for batch in batches}
            texts = found["texts"] | said | {"changed": visitor.reader.hour(now())}
            yield ServerSentEvent(event="figures", data=found | {"texts": texts})
        await asyncio.sleep(LOOK_EVERY)
    yield ServerSentEvent(event="over", data="")


@router.get("/deliveries/{broadcast_id}")
async def show(request: Request, visitor: Visiting, account: Organiser, broadcast_id: int) -> Response:
    """One broadcast: followed, steered, its doubts decided."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    about, consultation = await services.database.read(_subject, broadcast_id)
    batch = await _batch(request, reader, broadcast_id, about)
    doubts = await services.database.read(list_in_doubt, broadcast_id, _DOUBTS_SHOWN)
    hidden = batch.doubtful - len(doubts)
    return await pages.show(
        request,
        "sending/delivery.html",
        here="assemblies" if about.assembly_id else "consultations",
        title=reader.local(about.title),
        plain_title=reader.plain(about.title),
        back=_deliveries_of(about),
        batch=batch,
        doubts=[_doubt(reader, doubt) for doubt in doubts],
        more=reader.plural("sending.doubts_more", hidden) if hidden > 0 else "",
        **_live(reader, [batch], consultation),
    )


def _subject(db: Session, broadcast_id: int) -> tuple[Subject, ConsultationCard | None]:
    card = get_broadcast(db, broadcast_id)
    about = subjects_of(db, [card]).get(broadcast_id)
    if about is None:
        raise NotFound
    asks = card.kind in (Kind.OPENING, Kind.UNFINISHED)
    return about, get_consultation(db, card.subject_id) if asks else None


def _deliveries_of(about: Subject) -> str:
    if about.address:
        return about.address
    if about.deliberation_id is not None:
        return f"/deliberations/{about.deliberation_id}"
    if about.assembly_id is not None:
        return f"/assemblies/{about.assembly_id}/deliveries"
    return f"/consultations/{about.consultation_id}/deliveries"


def _doubt(reader: Reader, doubt: Doubt) -> Row:
    name = reader.text("sending.doubt_number", number=doubt.delivery_id)
    since = reader.moment(doubt.since) if doubt.since else "—"
    return Row(doubt.delivery_id, name, since, reader.language_name(doubt.language))


@router.get("/deliveries/{broadcast_id}/cancel")
async def show_cancelling(
    request: Request, visitor: Visiting, account: Organiser, broadcast_id: int
) -> Response:
    """What a cancelling would do, before it is done."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    about, _ = await services.database.read(_subject, broadcast_id)
    batch = await _batch(request, reader, broadcast_id, about)
    if not batch.may_cancel:
        return redirect(request, f"/deliveries/{broadcast_id}")
    sending = (await services.database.read(get_broadcast, broadcast_id)).sending
    return await pages.show(
        request,
        "sending/delivery_cancel.html",
        here="assemblies" if about.assembly_id else "consultations",
        batch=batch,
        title=reader.local(about.title),
        kept=reader.plural("sending.cancel_kept", sending.new),
        gone=reader.plural("sending.cancel_sent", sending.sent + sending.sending),
    )


@router.post("/deliveries/{broadcast_id}/doubts")
async def decide(request: Request, given: Posted, account: Organiser, broadcast_id: int) -> Response:
    """Send again what is in doubt, or leave it: one delivery, or all of them. Twice is once."""
    services: Services = request.app.state.services
    use_case, done = _DECISIONS.get(str(given.get("do", "")), (None, ""))
    only = str(given.get("delivery", ""))
    if use_case is None or (only and not (only.isascii() and only.isdigit() and len(only) < 16)):
        raise not_there()
    ids = [int(only)] if only else None
    account_id = account.account_id
    changed = await services.database.run(use_case, broadcast_id, ids, account_id=account_id)
    if changed and use_case is resend:
        await services.deliver(broadcast_id)
    return redirect(request, f"/deliveries/{broadcast_id}?done={done if changed else 'decided_before'}")


@router.post("/deliveries/{broadcast_id}/{deed}")
async def steer(
    request: Request, given: Posted, account: Organiser, broadcast_id: int, deed: str
) -> Response:
    """Pause, resume, cancel, or try again what failed."""
    services: Services = request.app.state.services
    if deed not in _DEEDS:
        raise not_there()
    use_case, done = _DEEDS[deed]
    await services.database.run(use_case, broadcast_id, account_id=account.account_id)
    if deed in ("resume", "retry"):
        await services.deliver(broadcast_id)
    return redirect(request, f"/deliveries/{broadcast_id}?done={done}")
