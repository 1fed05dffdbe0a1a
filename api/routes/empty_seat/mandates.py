"""An assembly that voted for the empty seat: the request in its name."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.errors import NotFound
from deliberation.empty_seat.delegation import Mandate, ask_for_assembly, list_mandates
from deliberation.empty_seat.rule_book import LANGUAGES

router = APIRouter()


@router.get("/empty-seat/ballots/{ballot_id}")
async def show(request: Request, visitor: Visiting, account: Organiser, ballot_id: int) -> Response:
    """From where the seed of the lot will come: named before anybody can know it."""
    return await _show(request, visitor, ballot_id, FormState())


@router.post("/empty-seat/ballots/{ballot_id}")
async def ask(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, ballot_id: int
) -> Response:
    """Make the request, and tell those who were at the assembly."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    source = fields.localized("source", "chair.source", needs=LANGUAGES)
    if fields.wrong:
        return await _show(request, visitor, ballot_id, fields.state, status=400)
    told = await services.database.run(ask_for_assembly, ballot_id, source, account_id=account.account_id)
    for broadcast in told:
        await services.deliver(broadcast)
    return redirect(request, "/empty-seat?done=seat_called")


async def _show(
    request: Request, visitor: Visitor, ballot_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    mandate = await services.database.read(_mandate, ballot_id)
    return await pages.show(
        request,
        "empty_seat/mandate.html",
        status=status,
        here="council",
        form=form,
        id=ballot_id,
        subject=reader.text(
            "chair.mandate", assembly=reader.plain(mandate.assembly), item=reader.plain(mandate.item)
        ),
    )


def _mandate(db: Session, ballot_id: int) -> Mandate:
    found = next((each for each in list_mandates(db) if each.ballot_id == ballot_id), None)
    if found is None:
        raise NotFound
    return found
