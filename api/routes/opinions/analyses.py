"""Analyses of a deliberation: asked for, listed with what they rest on, published; and the names of opinion groups."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.errors import RimayError
from deliberation.opinions.analyses import (
    AnalysisLine,
    TooFewNew,
    TooFewVotes,
    ask_analysis,
    find_analysis,
    find_begun,
    find_objection,
    list_analyses,
)
from deliberation.opinions.checking import are_votes_there
from deliberation.opinions.deliberations import DeliberationCard, get_deliberation
from deliberation.opinions.drawing import letter_of, shade_of
from deliberation.opinions.publication import (
    TooFewToPublish,
    TooLittleNew,
    list_group_names,
    name_group,
    publish_analysis,
)
from i18n.localized import Localized

router = APIRouter()

_NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Shelf:
    """The analyses of a deliberation, one that is on its way, and the groups of the newest with their sizes.

    wanting:  why none can be asked for yet
    """

    deliberation: DeliberationCard
    analyses: list[AnalysisLine]
    begun: int | None
    wanting: RimayError | None
    groups: dict[int, int]
    names: dict[int, Localized]


def _shelf(db: Session, deliberation_id: int, threshold: int) -> Shelf:
    newest = find_analysis(db, deliberation_id)
    groups = {} if newest is None else {each["id"]: each["size"] for each in newest.result["groups"]}
    return Shelf(
        get_deliberation(db, deliberation_id),
        list_analyses(db, deliberation_id),
        find_begun(db, deliberation_id),
        find_objection(db, deliberation_id, threshold),
        groups,
        list_group_names(db, deliberation_id),
    )


@router.get("/deliberations/{deliberation_id}/analyses")
async def show(
    request: Request,
    visitor: Visiting,
    account: Organiser,
    deliberation_id: int,
    check: int | None = None,
) -> Response:
    """Every analysis. check: the number of one of which it is said whether its votes are all there."""
    return await _show(request, visitor, deliberation_id, FormState(), check=check)


@router.post("/deliberations/{deliberation_id}/analyses")
async def ask(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """Have one made now."""
    services: Services = request.app.state.services
    try:
        threshold = services.settings.disclosure_threshold
        await services.database.run(
            ask_analysis, deliberation_id, threshold=threshold, account_id=account.account_id
        )
    except (TooFewVotes, TooFewNew) as refusal:
        return await _refused(request, visitor, given, deliberation_id, "ask", refusal)
    return redirect(request, f"/deliberations/{deliberation_id}/analyses?done=analysis_asked")


@router.post("/deliberations/{deliberation_id}/analyses/{number}/publish")
async def publish(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int, number: int
) -> Response:
    """Show it to the council, and to each person their place in it."""
    services: Services = request.app.state.services
    try:
        await services.database.run(
            publish_analysis,
            deliberation_id,
            number,
            threshold=services.settings.disclosure_threshold,
            account_id=account.account_id,
        )
    except (TooFewToPublish, TooLittleNew) as refusal:
        field = f"publish_{number}"
        return await _refused(request, visitor, given, deliberation_id, field, refusal)
    return redirect(request, f"/deliberations/{deliberation_id}/analyses?done=analysis_published")


@router.post("/deliberations/{deliberation_id}/groups/{number}/name")
async def name(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int, number: int
) -> Response:
    """Give an opinion group a name."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    named = fields.localized(f"group_{number}", "analysis.group_name", limit=_NAME_LIMIT)
    if fields.wrong:
        return await _show(request, visitor, deliberation_id, fields.state, status=400)
    await services.database.run(name_group, deliberation_id, number, named, account_id=account.account_id)
    return redirect(request, f"/deliberations/{deliberation_id}/analyses?done=group_named")


async def _refused(
    request: Request,
    visitor: Visitor,
    given: Posted,
    deliberation_id: int,
    field: str,
    refusal: RimayError,
) -> Response:
    fields = Fields(given, visitor.reader)
    fields.refuse(field, f"errors.{refusal.code}", **refusal.params)
    return await _show(request, visitor, deliberation_id, fields.state, status=409)


async def _show(
    request: Request,
    visitor: Visitor,
    deliberation_id: int,
    form: FormState,
    *,
    check: int | None = None,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    shelf = await services.database.read(_shelf, deliberation_id, services.settings.disclosure_threshold)
    wanting = shelf.wanting
    there = None
    if check is not None:
        there = await services.database.read(are_votes_there, deliberation_id, check)
    groups = [
        {
            "number": number,
            "letter": letter_of(number),
            "shade": shade_of(number),
            "size": reader.plural("analysis.group_size", size),
            "named": reader.plain(shelf.names.get(number, {})),
        }
        for number, size in shelf.groups.items()
    ]
    typed = {
        f"group_{number}_{code}": text
        for number, localized in shelf.names.items()
        for code, text in localized.items()
    }
    return await pages.show(
        request,
        "opinions/analyses.html",
        status=status,
        here="consultations",
        id=deliberation_id,
        title=reader.local(shelf.deliberation.title),
        plain_title=reader.plain(shelf.deliberation.title),
        begun=shelf.begun,
        wanting="" if wanting is None else reader.text(f"errors.{wanting.code}", **wanting.params),
        form=FormState(typed | dict(form.values), form.wrong),
        groups=groups,
        analyses=[_row(reader, each, there if each.number == check else None) for each in shelf.analyses],
    )


def _row(reader: Reader, line: AnalysisLine, there: bool | None) -> dict[str, Any]:
    """there: whether its votes are all there, where that was asked."""
    published = line.published_at
    return {
        "number": line.number,
        "made": reader.moment(line.made_at),
        "people": reader.number(line.people),
        "statements": reader.number(line.statements),
        "votes": reader.number(line.votes),
        "groups": reader.number(len(line.parameters["numbers"])),
        "version": line.version,
        "last": line.parameters["last"],
        "published": reader.text("analysis.published", day=reader.day(published)) if published else "",
        "checked": "" if there is None else reader.text("analysis.whole" if there else "analysis.not_whole"),
    }
