"""The agenda: what is put to the council, and what it decides, with a reason that people will read."""

from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Bar, bar_of
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES, Reader
from api.security import Anyone, Council, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.council.agenda import ItemCard, get_item, list_items
from deliberation.council.decisions import OUTCOMES, record_decision, satisfaction_of
from surveys.consultations import ConsultationCard, get_consultation
from surveys.disclosure import protect_exclusive

router = APIRouter()

_MARKS = {"accepted": "done", "partly": "done", "rejected": "wrong", "deferred": "here", "elsewhere": "past"}


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the page shows it, with its decision and what contributors say of it."""

    id: int
    position: int
    title: Markup
    bar: Bar
    outcome: str
    mark: str
    reason: Markup
    decided: str
    replies: list[Bar]


@router.get("/consultations/{consultation_id}/agenda")
async def show_list(request: Request, visitor: Visiting, account: Anyone, consultation_id: int) -> Response:
    """What is asked of the council, item by item."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, items = await services.database.read(_agenda, consultation_id)
    threshold = services.settings.disclosure_threshold
    return await pages.show(
        request,
        "council/agenda.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        items=[_item(reader, item, replies, threshold) for item, replies in items],
        may_decide=visitor.may("council"),
    )


def _agenda(
    db: Session, consultation_id: int
) -> tuple[ConsultationCard, list[tuple[ItemCard, dict[str, int]]]]:
    card = get_consultation(db, consultation_id)
    items = list_items(db, consultation_id)
    return card, [(item, satisfaction_of(db, item.decision.id) if item.decision else {}) for item in items]


def _item(reader: Reader, item: ItemCard, replies: dict[str, int], threshold: int) -> Item:
    decision = item.decision
    return Item(
        id=item.id,
        position=item.position,
        title=reader.local(item.title),
        bar=_evidence(reader, item, threshold),
        outcome=reader.text("console.decision_" + decision.outcome) if decision else "",
        mark=_MARKS[decision.outcome] if decision else "",
        reason=reader.local(decision.reason) if decision else Markup(),
        decided=reader.text("console.decision_recorded_on", date=reader.day(decision.decided_at))
        if decision
        else "",
        replies=_replies(reader, replies, threshold),
    )


def _evidence(reader: Reader, item: ItemCard, threshold: int) -> Bar:
    whole = int(item.evidence.get("of", 0))
    return bar_of(reader, reader.plain(item.title), item.evidence.get("count"), whole, threshold)


def _replies(reader: Reader, replies: dict[str, int], threshold: int) -> list[Bar]:
    """What contributors say of the decision: no small number of them, and nothing that gives one away."""
    total = sum(replies.values())
    if not total:
        return []
    shown = protect_exclusive(tuple(replies.values()), total, threshold)
    return [
        bar_of(reader, reader.text("console.satisfied_" + reply), count, total, threshold)
        for reply, count in zip(replies, shown, strict=True)
    ]


@router.get("/agenda/{item_id}")
async def show_item(request: Request, visitor: Visiting, account: Council, item_id: int) -> Response:
    """The form for what the council decided on an item."""
    return await _show_item(request, visitor, item_id, FormState())


@router.post("/agenda/{item_id}")
async def decide(
    request: Request, visitor: Visiting, given: Posted, account: Council, item_id: int
) -> Response:
    """Keep the decision; every contributor who did not leave is told."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    outcome = fields.choice("outcome", OUTCOMES)
    reason = fields.long_localized("reason", "console.decision_reason", needs=LANGUAGES)
    if fields.wrong:
        return await _show_item(request, visitor, item_id, fields.state, status=400)
    broadcast = await services.database.run(
        record_decision, item_id, outcome=outcome, reason=reason, account_id=account.account_id
    )
    await services.deliver(broadcast)
    item = await services.database.read(get_item, item_id)
    return redirect(request, f"/consultations/{item.consultation_id}/agenda?done=decided#item-{item_id}")


async def _show_item(
    request: Request, visitor: Visitor, item_id: int, form: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    item = await services.database.read(get_item, item_id)
    if item.decision is not None:
        return redirect(request, f"/consultations/{item.consultation_id}/agenda#item-{item_id}")
    return await pages.show(
        request,
        "council/item.html",
        status=status,
        here="consultations",
        form=form,
        item=_item(reader, item, {}, services.settings.disclosure_threshold),
        consultation=item.consultation_id,
        plain_title=reader.plain(item.title),
        outcomes=[(outcome, reader.text("console.decision_" + outcome)) for outcome in OUTCOMES],
    )
