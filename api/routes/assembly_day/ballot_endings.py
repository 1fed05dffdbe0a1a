"""How a vote of the room goes on and ends: on the wall while it is open, closed with the raised hands, counted."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from api.ballot_forms import read_hands
from api.ballot_words import figures_of, label_of, shown
from api.figures import stream_of
from api.forms import Fields, FormState
from api.lookout import LOOK_EVERY, Lookout
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.routes.assembly_day.ballots import ballot_of
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import Conflict
from deliberation.assembly_day.ballot_results import ANSWERS, Result, values_of
from deliberation.assembly_day.ballots import BallotCard, close_ballot, list_ballots, void_ballot
from surveys.exporting.formulas import harmless

router = APIRouter()


@router.get("/assemblies/{assembly_id}/ballots/{ballot_id}/close")
async def show_close(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int, ballot_id: int
) -> Response:
    """What closing means, and the hands of who has no telephone."""
    return await _show_close(request, visitor, assembly_id, ballot_id, FormState())


async def _show_close(
    request: Request, visitor: Visitor, assembly_id: int, ballot_id: int, form: FormState
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    about, card = await services.database.read(ballot_of, assembly_id, ballot_id)
    if card.state != "open":
        raise Conflict
    return await pages.show(
        request,
        "assembly_day/ballot_close.html",
        status=400 if form.wrong else 200,
        here="assemblies",
        id=assembly_id,
        title=reader.local(about.title),
        form=form,
        ballot=shown(reader, card),
        figures=figures_of(reader, card),
        hands=[(value, label_of(reader, card, value)) for value in values_of(card.kind, card.options)],
        few=0 < card.voted < services.settings.disclosure_threshold,
        threshold=services.settings.disclosure_threshold,
    )


@router.post("/assemblies/{assembly_id}/ballots/{ballot_id}/close")
async def close(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, assembly_id: int, ballot_id: int
) -> Response:
    """End it for good and count."""
    services: Services = request.app.state.services
    _, card = await services.database.read(ballot_of, assembly_id, ballot_id)
    fields = Fields(given, visitor.reader)
    hands = read_hands(fields, card)
    if fields.wrong:
        return await _show_close(request, visitor, assembly_id, ballot_id, fields.state)
    threshold = services.settings.disclosure_threshold
    await services.database.run(
        close_ballot, ballot_id, hands, threshold=threshold, account_id=account.account_id
    )
    await services.database.scrub()
    return redirect(request, f"/assemblies/{assembly_id}/ballots/{ballot_id}?done=counted")


@router.post("/assemblies/{assembly_id}/ballots/{ballot_id}/void")
async def void(request: Request, account: Organiser, assembly_id: int, ballot_id: int) -> Response:
    """End it without counting."""
    services: Services = request.app.state.services
    await services.database.read(ballot_of, assembly_id, ballot_id)
    await services.database.run(void_ballot, ballot_id, account_id=account.account_id)
    await services.database.scrub()
    return redirect(request, f"/assemblies/{assembly_id}/ballots/{ballot_id}?done=voided")


@router.get("/assemblies/{assembly_id}/ballots/{ballot_id}/screen")
async def show_screen(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int, ballot_id: int
) -> Response:
    """For the wall of the room: both languages at once, readable from the back."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    about, card = await services.database.read(ballot_of, assembly_id, ballot_id)
    readers = [Reader(code, services.translator, services.settings.zone) for code in LANGUAGES]
    return await pages.show(
        request,
        "assembly_day/ballot_screen.html",
        here="assemblies",
        id=assembly_id,
        title=visitor.reader.local(about.title),
        ballot=shown(visitor.reader, card),
        figures=figures_of(visitor.reader, card),
        both=[(reader.language, reader, shown(reader, card)) for reader in readers],
    )


@router.get("/assemblies/{assembly_id}/ballots.csv")
async def download(request: Request, account: Organiser, assembly_id: int) -> Response:
    """All of them as a table: what came out, as far as it is told. Points of an order are joined in their order."""
    services: Services = request.app.state.services
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("number", "kind", "text_es", "text_qu", "state", "voters", *ANSWERS, "passed", "order"))
    for card in await services.database.read(list_ballots, assembly_id):
        result = card.result or Result()
        counts = {} if result.order else result.counts or {}
        labels = {option["value"]: option["label"].get("es", "") for option in card.options}
        row = (
            card.number,
            card.kind.value,
            *(harmless(card.text.get(code, "")) for code in LANGUAGES),
            "void" if result.void else card.state,
            "" if result.voters is None else result.voters,
            *(counts.get(answer, "") for answer in ANSWERS),
            "" if result.passed is None else int(result.passed),
            harmless(" > ".join(labels[value] for value in result.order)),
        )
        table.writerow(row)
    headers = {"Content-Disposition": f'attachment; filename="rimay-assembly-{assembly_id}-votes.csv"'}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


async def _watched(request: Request, account: Organiser, assembly_id: int, ballot_id: int) -> BallotCard:
    services: Services = request.app.state.services
    return (await services.database.read(ballot_of, assembly_id, ballot_id))[1]


@router.get("/assemblies/{assembly_id}/ballots/{ballot_id}/live", response_class=EventSourceResponse)
async def live(
    request: Request, visitor: Visiting, card: Annotated[BallotCard, Depends(_watched)]
) -> AsyncIterator[ServerSentEvent]:
    """How many have voted, whenever that changes, until its state does."""
    lookout: Lookout = request.app.state.lookout
    told, at_first = None, card.state
    while card.state == at_first != "closed":
        if (card.voted, card.present) != told:
            told = card.voted, card.present
            changed = visitor.reader.hour(now())
            data = stream_of(figures_of(visitor.reader, card), changed=changed)
            yield ServerSentEvent(event="figures", data=data)
        await asyncio.sleep(LOOK_EVERY)
        card = await lookout.ballot(card.id)
    yield ServerSentEvent(event="over", data="")
