"""Moderation: what people propose, one at a time, the oldest first. After each act the next one is shown."""

from collections.abc import Callable

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.moderation_desk import judged_just_now, read_desk, show_desk, stay
from api.pages import Pages, redirect
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.statement_words import show_statement
from api.visitor import Visitor
from deliberation.opinions.deliberations import DeliberationCard, get_deliberation
from deliberation.opinions.merging import NotToMergeInto, merge_statement
from deliberation.opinions.moderation import (
    REASONS,
    AlreadyJudged,
    NotWrittenDown,
    PersonalDataFound,
    accept_statement,
    judge_anew,
    mark_statement,
    reject_statement,
)
from deliberation.opinions.statements import StatementCard, get_statement, list_statements

router = APIRouter()

_VIEWS = ("waiting", "untranslated", "accepted", "rejected")


def _all(db: Session, deliberation_id: int) -> tuple[DeliberationCard, list[StatementCard]]:
    return get_deliberation(db, deliberation_id), list_statements(db, deliberation_id)


def _of_view(cards: list[StatementCard], view: str) -> list[StatementCard]:
    match view:
        case "waiting" | "accepted":
            return [card for card in cards if card.state == view]
        case "rejected":
            return [card for card in cards if card.state in ("rejected", "merged")]
    # What was spoken and is not written down yet waits for the same people.
    return [card for card in cards if card.state in ("waiting", "accepted") and len(card.text) < 2]


@router.get("/deliberations/{deliberation_id}/moderation")
async def show(
    request: Request, visitor: Visiting, account: Author, deliberation_id: int, show: str = "waiting"
) -> Response:
    """The queue, or another part of the statements."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    deliberation, cards = await services.database.read(_all, deliberation_id)
    view = show if show in _VIEWS else "waiting"
    parts = {each: _of_view(cards, each) for each in _VIEWS}
    first = parts["waiting" if visitor.may("organiser") else "untranslated"]
    return await pages.show(
        request,
        "opinions/moderation.html",
        here="consultations",
        id=deliberation.id,
        title=reader.local(deliberation.title),
        plain_title=reader.plain(deliberation.title),
        view=view,
        views=[(each, reader.text("moderation.view_" + each), len(parts[each])) for each in _VIEWS],
        statements=[show_statement(reader, card) for card in parts[view]],
        judged=judged_just_now(reader, cards, request.query_params.get("judged", "")),
        first=first[0].id if first else None,
        may_judge=visitor.may("organiser"),
    )


@router.get("/deliberations/{deliberation_id}/moderation/{statement_id}")
async def show_one(
    request: Request, visitor: Visiting, account: Author, deliberation_id: int, statement_id: int
) -> Response:
    """One statement, and everything that can be done with it."""
    services: Services = request.app.state.services
    desk = await services.database.read(read_desk, deliberation_id, statement_id)
    return await show_desk(request, visitor, desk, FormState())


UseCase = Callable[..., None]


async def _act(
    request: Request,
    visitor: Visitor,
    where: tuple[int, int],
    deed: str,
    use_case: UseCase,
    *given: object,
    **more: object,
) -> Response:
    """Do it, and show the next one that waits. Who is late sees what stands there now, and that nothing was changed."""
    services: Services = request.app.state.services
    deliberation_id, statement_id = where
    await services.database.read(get_statement, deliberation_id, statement_id)
    try:
        await services.database.run(use_case, statement_id, *given, **more)
    except (AlreadyJudged, NotToMergeInto, NotWrittenDown, PersonalDataFound) as refusal:
        desk = await services.database.read(read_desk, deliberation_id, statement_id)
        late = visitor.reader.text(f"errors.{refusal.code}", **refusal.params)
        return await show_desk(request, visitor, desk, FormState(), status=409, late=late)
    return await _onward(request, services, deliberation_id, statement_id, deed)


async def _onward(
    request: Request, services: Services, deliberation_id: int, statement_id: int, deed: str
) -> Response:
    cards = await services.database.read(list_statements, deliberation_id, "waiting")
    after = [card.id for card in cards if card.id > statement_id]
    onward = after[0] if after else cards[0].id if cards else None
    address = f"/deliberations/{deliberation_id}/moderation" + (f"/{onward}" if onward else "")
    return redirect(request, f"{address}?done={deed}&judged={statement_id}")


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/accept")
async def accept(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Put it to the vote."""
    confirmed = given.get("confirmed") == "yes"
    here = (deliberation_id, statement_id)
    return await _act(
        request,
        visitor,
        here,
        "accepted",
        accept_statement,
        confirmed=confirmed,
        account_id=account.account_id,
    )


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/reject")
async def reject(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Not put to the vote, for a reason."""
    services: Services = request.app.state.services
    fields, here = Fields(given, visitor.reader), (deliberation_id, statement_id)
    reason = fields.choice("reason", REASONS)
    if fields.wrong:
        desk = await services.database.read(read_desk, *here)
        return await show_desk(request, visitor, desk, fields.state, status=400)
    return await _act(
        request, visitor, here, "rejected", reject_statement, reason, account_id=account.account_id
    )


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/merge")
async def merge(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """One with another that is put to the vote."""
    services: Services = request.app.state.services
    fields, here = Fields(given, visitor.reader), (deliberation_id, statement_id)
    number = fields.number("into", 1, 10**6)
    if fields.wrong:
        desk = await services.database.read(read_desk, *here)
        return await show_desk(request, visitor, desk, fields.state, status=400)
    return await _act(
        request, visitor, here, "merged", merge_statement, number, account_id=account.account_id
    )


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/marks")
async def mark(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Whether it is one to begin with, and whether it asks about the person. It stays on the desk."""
    services: Services = request.app.state.services
    await services.database.read(get_statement, deliberation_id, statement_id)
    await services.database.run(
        mark_statement,
        statement_id,
        seed=given.get("seed") == "yes",
        about_person=given.get("about_person") == "yes",
        account_id=account.account_id,
    )
    return stay(request, deliberation_id, statement_id, "saved")


@router.post("/deliberations/{deliberation_id}/moderation/{statement_id}/anew")
async def anew(request: Request, account: Organiser, deliberation_id: int, statement_id: int) -> Response:
    """It waits again, and is on the desk."""
    services: Services = request.app.state.services
    await services.database.read(get_statement, deliberation_id, statement_id)
    await services.database.run(judge_anew, statement_id, account_id=account.account_id)
    return stay(request, deliberation_id, statement_id, "anew")
