"""The agenda: what is put to the council, and what it decides, with a reason that people will read."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.council_words import MARKS, CouncilWords
from api.figures import Bar, bar_of
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.routes.council.desk import words_of
from api.routes.council.items import facts_of
from api.security import Anyone, Council, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import today
from deliberation.council.agenda import ItemCard, get_item, list_items
from deliberation.council.decisions import OUTCOMES, Verdict, record_decision, satisfaction_of
from deliberation.council.holding import again_by, decide_in_sitting
from deliberation.council.published import PublishedItem, read_item
from surveys.consultations import ConsultationCard, get_consultation

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the page shows it, with its decision and what contributors say of it.

    waits: what it waits for, where there is no decision that stands; sitting: on whose agenda it is
    """

    id: int
    position: int
    title: Markup
    bar: Bar
    outcome: str
    mark: str
    reason: Markup
    decided: str
    waits: str
    sitting: int | None
    replies: list[Bar]


@router.get("/consultations/{consultation_id}/agenda")
async def show_list(request: Request, visitor: Visiting, account: Anyone, consultation_id: int) -> Response:
    """What is asked of the council, item by item."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    card, items = await services.database.read(_agenda, consultation_id)
    threshold = services.settings.disclosure_threshold
    return await pages.show(
        request,
        "council/agenda.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        items=[_item(words, item, replies, threshold) for item, replies in items],
        may_decide=visitor.may("council"),
        may_organise=visitor.may("organiser"),
    )


def _agenda(
    db: Session, consultation_id: int
) -> tuple[ConsultationCard, list[tuple[ItemCard, dict[str, int]]]]:
    card = get_consultation(db, consultation_id)
    items = list_items(db, consultation_id)
    return card, [(item, satisfaction_of(db, item.decision.id) if item.decision else {}) for item in items]


def _item(words: CouncilWords, item: ItemCard, replies: dict[str, int], threshold: int) -> Item:
    reader, decision = words.reader, item.decision
    whole = item.evidence.get("of") or 0
    waits = "proposed" if item.state == "proposed" else "on_agenda" if item.sitting_id else "waiting"
    return Item(
        id=item.id,
        position=item.position,
        title=reader.local(item.title),
        bar=bar_of(reader, reader.plain(item.title), item.evidence.get("count"), whole, threshold),
        outcome=reader.text("console.decision_" + decision.outcome) if decision else "",
        mark=MARKS[decision.outcome] if decision else "",
        reason=reader.local(decision.reason) if decision else Markup(),
        decided=reader.text("console.decision_recorded_on", date=reader.day(decision.decided_at))
        if decision
        else "",
        waits=reader.text("console.item_waiting" if waits == "waiting" else "sittings.item_" + waits),
        sitting=item.sitting_id,
        replies=words.replies(replies),
    )


@router.get("/agenda/{item_id}")
async def show_item(request: Request, visitor: Visiting, account: Council, item_id: int) -> Response:
    """The form for what the council decided on an item."""
    return await _show_item(request, visitor, item_id, None)


@router.post("/agenda/{item_id}")
async def decide(
    request: Request, visitor: Visiting, given: Posted, account: Council, item_id: int
) -> Response:
    """Keep the decision. On an item of a sitting nobody is told before that is closed; else everyone, at once."""
    services: Services = request.app.state.services
    item = await services.database.read(get_item, item_id)
    fields = Fields(given, visitor.reader)
    verdict = _verdict(fields, today(services.settings.zone))
    if fields.wrong:
        return await _show_item(request, visitor, item_id, fields.state, status=400)
    if item.sitting_id is not None:
        sitting = await services.database.run(
            decide_in_sitting, item_id, verdict, account_id=account.account_id
        )
        return redirect(request, f"/council/sittings/{sitting}?done=decision_kept#item-{item_id}")
    broadcast = await services.database.run(
        record_decision, item_id, **asdict(verdict), account_id=account.account_id
    )
    await services.deliver(broadcast)
    if item.consultation_id is None:
        return redirect(request, f"/council/items/{item_id}?done=decided")
    return redirect(request, f"/consultations/{item.consultation_id}/agenda?done=decided#item-{item_id}")


def _verdict(fields: Fields, day: date) -> Verdict:
    """What was chosen; a body and a day belong to two of the outcomes, and are not asked for with others."""
    outcome = fields.choice("outcome", OUTCOMES)
    reason = fields.long_localized("reason", "console.decision_reason", needs=LANGUAGES)
    needs = LANGUAGES if outcome == "elsewhere" else ()
    sent_to = fields.localized("sent_to", "sittings.sent_to", needs=needs)
    later = fields.day("decide_by", day) if outcome == "deferred" and fields.raw("decide_by") else None
    return Verdict(outcome, reason, sent_to if outcome == "elsewhere" else None, later)


async def _show_item(
    request: Request, visitor: Visitor, item_id: int, form: FormState | None, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    found = await services.database.read(read_item, item_id)
    item = found.item
    if found.decided:
        away = f"/consultations/{item.consultation_id}/agenda#item-{item_id}"
        return redirect(request, away if item.consultation_id is not None else f"/council/items/{item_id}")
    return await pages.show(
        request,
        "council/item.html",
        status=status,
        here="council",
        form=form or _typed(found),
        back=_back(item),
        **facts_of(reader, words, found),
        item=item,
        at_once=item.sitting_id is None,
        earliest=(today(services.settings.zone) + timedelta(days=1)).isoformat(),
        outcomes=[(outcome, reader.text("console.decision_" + outcome)) for outcome in OUTCOMES],
    )


def _back(item: ItemCard) -> tuple[str, str]:
    """The page that one comes from: its address, and the key of its name."""
    if item.sitting_id is not None:
        return f"/council/sittings/{item.sitting_id}", "sittings.back_to_sitting"
    if item.consultation_id is not None:
        return f"/consultations/{item.consultation_id}/agenda", "console.items_title"
    return "/council", "sittings.desk_title"


def _typed(found: PublishedItem) -> FormState:
    """What was written down already, to be corrected while the sitting goes on."""
    item = found.item
    if item.decision is None:
        return FormState()
    day = again_by(found.sitting.record, item.id) if found.sitting else None
    texts = {"reason": item.decision.reason, "sent_to": item.decision.sent_to or {}}
    values = {f"{name}_{code}": text for name, said in texts.items() for code, text in said.items()}
    about = {"outcome": item.decision.outcome, "decide_by": day.isoformat() if day else ""}
    return FormState(values | about)
