"""Votes of an assembly in the console: listed, prepared, opened to the room. How they end is in `ballot_endings`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.ballot_forms import filled, read_points, read_question
from api.ballot_words import figures_of, shown
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from core.errors import NotFound
from deliberation.assemblies.headlines import AssemblyHeadline, get_assembly_headline
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.ballot_sources import (
    OfferedDeliberation,
    OfferedItem,
    offer_items,
    offer_points,
    offer_statements,
    points_as_options,
)
from deliberation.assembly_day.ballots import (
    BallotCard,
    create_ballot,
    drop_ballot,
    get_ballot,
    list_ballots,
    open_ballot,
    rewrite_ballot,
)
from deliberation.assembly_day.doors import LINGERS
from i18n.localized import Localized

router = APIRouter()


def ballot_of(db: Session, assembly_id: int, ballot_id: int) -> tuple[AssemblyHeadline, BallotCard]:
    """A ballot and its assembly. Raises NotFound, also where it belongs to another."""
    card = get_ballot(db, ballot_id)
    if card.assembly_id != assembly_id:
        raise NotFound
    return get_assembly_headline(db, assembly_id), card


@router.get("/assemblies/{assembly_id}/ballots")
async def show_list(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """All of them in their order, and what came out."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    about = await services.database.read(get_assembly_headline, assembly_id)
    cards = await services.database.read(list_ballots, assembly_id)
    return await pages.show(
        request,
        "assembly_day/ballots.html",
        here="assemblies",
        id=assembly_id,
        title=visitor.reader.local(about.title),
        cancelled=about.is_cancelled,
        over=about.ends_at + LINGERS <= now(),
        ballots=[shown(visitor.reader, card) for card in cards],
    )


@dataclass(frozen=True, slots=True)
class _Offered:
    """What a form is filled from."""

    about: AssemblyHeadline
    deliberations: Sequence[OfferedDeliberation] = ()
    points: Sequence[Localized] = ()
    items: Sequence[OfferedItem] = ()

    def text(self, statement: int) -> Localized | None:
        """Of a statement that is offered."""
        texts = {each.id: each.text for one in self.deliberations for each in one.statements}
        return texts.get(statement)


def _offer(db: Session, assembly_id: int, kind: BallotKind, threshold: int) -> _Offered:
    about = get_assembly_headline(db, assembly_id)
    match kind:
        case BallotKind.PROPOSAL:
            return _Offered(about, deliberations=offer_statements(db, assembly_id, threshold))
        case BallotKind.ORDER:
            return _Offered(about, points=offer_points(db, assembly_id))
        case BallotKind.DELEGATE:
            return _Offered(about, items=offer_items(db))


def _kind(kind: str) -> BallotKind:
    if kind not in list(BallotKind):
        raise NotFound
    return BallotKind(kind)


@router.get("/assemblies/{assembly_id}/ballots/new")
async def show_new(
    request: Request,
    visitor: Visiting,
    account: Organiser,
    assembly_id: int,
    kind: str = BallotKind.PROPOSAL,
    statement: int = 0,
) -> Response:
    """The form of a kind of ballot, filled in with the statement that was chosen, or with the points there are."""
    return await _show_new(request, visitor, assembly_id, _kind(kind), statement=statement)


async def _show_new(
    request: Request,
    visitor: Visitor,
    assembly_id: int,
    kind: BallotKind,
    form: FormState | None = None,
    *,
    statement: int = 0,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, threshold = visitor.reader, services.settings.disclosure_threshold
    offered = await services.database.read(_offer, assembly_id, kind, threshold)
    if form is None:
        asked = {code: services.translator.text("ballots.order_text", code) for code in LANGUAGES}
        text = asked if kind is BallotKind.ORDER else offered.text(statement)
        chosen = statement if text and kind is BallotKind.PROPOSAL else None
        form = FormState(filled(kind, text or {}, offered.points, chosen))
    return await pages.show(
        request,
        "assembly_day/ballot_new.html",
        status=400 if form.wrong else 200,
        here="assemblies",
        id=assembly_id,
        title=reader.local(offered.about.title),
        form=form,
        kind=kind.value,
        kinds=[(each.value, reader.text("ballots.kind_" + each)) for each in BallotKind],
        deliberations=[
            (
                reader.local(one.title),
                [{**asdict(each), "text": reader.local(each.text)} for each in one.statements],
            )
            for one in offered.deliberations
        ],
        items=[(each.id, reader.plain(each.title)) for each in offered.items],
    )


@router.post("/assemblies/{assembly_id}/ballots")
async def create(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, assembly_id: int
) -> Response:
    """Prepare one. What is missing is said of all fields at once."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    kind = _kind(fields.raw("kind"))
    text = read_question(fields)
    points = read_points(fields) if kind is BallotKind.ORDER else []
    if kind is BallotKind.DELEGATE and _id(fields, "item") is None:
        fields.refuse("item", "console.form_choose_one")
    if fields.wrong:
        return await _show_new(request, visitor, assembly_id, kind, fields.state)
    ballot_id = await services.database.run(
        create_ballot,
        assembly_id,
        kind,
        text,
        options=points_as_options(points),
        statement_id=_id(fields, "statement") if kind is BallotKind.PROPOSAL else None,
        item_id=_id(fields, "item") if kind is BallotKind.DELEGATE else None,
        account_id=account.account_id,
    )
    return redirect(request, f"/assemblies/{assembly_id}/ballots/{ballot_id}?done=prepared")


def _id(fields: Fields, name: str) -> int | None:
    typed = fields.raw(name)
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else None


@router.get("/assemblies/{assembly_id}/ballots/{ballot_id}")
async def show(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int, ballot_id: int
) -> Response:
    """One ballot: what may be done with it now."""
    return await _show(request, visitor, assembly_id, ballot_id)


async def _show(
    request: Request, visitor: Visitor, assembly_id: int, ballot_id: int, form: FormState | None = None
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, threshold = visitor.reader, services.settings.disclosure_threshold
    about, card = await services.database.read(ballot_of, assembly_id, ballot_id)
    form = form or FormState({f"text_{code}": words for code, words in card.text.items()})
    return await pages.show(
        request,
        "assembly_day/ballot.html",
        status=400 if form.wrong else 200,
        here="assemblies",
        id=assembly_id,
        title=reader.local(about.title),
        form=form,
        ballot=shown(reader, card),
        figures=figures_of(reader, card),
        present=reader.plural("ballots.with_telephone", card.present.came),
        few=card.present.came < threshold,
        threshold=threshold,
    )


@router.post("/assemblies/{assembly_id}/ballots/{ballot_id}")
async def rewrite(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, assembly_id: int, ballot_id: int
) -> Response:
    """Other words, while nobody was asked."""
    services: Services = request.app.state.services
    await services.database.read(ballot_of, assembly_id, ballot_id)
    fields = Fields(given, visitor.reader)
    text = read_question(fields)
    if fields.wrong:
        return await _show(request, visitor, assembly_id, ballot_id, fields.state)
    await services.database.run(rewrite_ballot, ballot_id, text, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/ballots/{ballot_id}?done=rewritten")


@router.post("/assemblies/{assembly_id}/ballots/{ballot_id}/drop")
async def drop(request: Request, account: Organiser, assembly_id: int, ballot_id: int) -> Response:
    """Take it back, while nobody was asked."""
    services: Services = request.app.state.services
    await services.database.read(ballot_of, assembly_id, ballot_id)
    await services.database.run(drop_ballot, ballot_id, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/ballots?done=dropped")


@router.post("/assemblies/{assembly_id}/ballots/{ballot_id}/open")
async def open_to_the_room(
    request: Request, account: Organiser, assembly_id: int, ballot_id: int
) -> Response:
    """Let the room vote."""
    services: Services = request.app.state.services
    await services.database.read(ballot_of, assembly_id, ballot_id)
    broadcast = await services.database.run(open_ballot, ballot_id, account_id=account.account_id)
    if broadcast is not None:
        await services.deliver(broadcast)
    return redirect(request, f"/assemblies/{assembly_id}/ballots/{ballot_id}?done=begun")
