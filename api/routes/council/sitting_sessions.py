"""A sitting from its agenda to its end: what is on it, who is there, what is decided, and its closing."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.council_words import MARKS, CouncilWords
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.council.desk import words_of
from api.security import Council, Governing, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from deliberation.council.agenda import ItemCard
from deliberation.council.holding import Record, RecordWrong, close_sitting, write_record
from deliberation.council.items import list_pool
from deliberation.council.sittings import SittingCard, get_sitting, list_candidates

router = APIRouter()

_MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the page of a sitting reads."""

    sitting: SittingCard
    candidates: list[ItemCard]
    titles: dict[int, Any]


@router.get("/council/sittings/{sitting_id}")
async def show(request: Request, visitor: Visiting, account: Governing, sitting_id: int) -> Response:
    """Its agenda, and what comes next."""
    return await _show(request, visitor, sitting_id, None)


@router.post("/council/sittings/{sitting_id}/record")
async def record(
    request: Request, visitor: Visiting, given: Posted, account: Council, sitting_id: int
) -> Response:
    """Write down who is there."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    written = Record(
        members=fields.number("members", 1, _MOST_MEMBERS),
        present=fields.number("present", 1, _MOST_MEMBERS),
        chaired=fields.text("chaired", "sittings.chaired", optional=True, limit=120),
        notes=fields.long_localized("notes", "sittings.notes", needs=()),
    )
    if not fields.wrong:
        try:
            await services.database.run(write_record, sitting_id, written, account_id=account.account_id)
            return redirect(request, f"/council/sittings/{sitting_id}?done=recorded#agenda")
        except RecordWrong:
            fields.refuse("present", "errors.record_wrong")
    return await _show(request, visitor, sitting_id, fields.state, status=400)


@router.post("/council/sittings/{sitting_id}/close")
async def close(request: Request, given: Posted, account: Council, sitting_id: int) -> Response:
    """Its decisions stand, and who contributed is told."""
    services: Services = request.app.state.services
    for broadcast in await services.database.run(close_sitting, sitting_id, account_id=account.account_id):
        await services.deliver(broadcast)
    return redirect(request, f"/council/sittings/{sitting_id}?done=sitting_closed")


def _sight(db: Session, sitting_id: int) -> _Sight:
    sitting = get_sitting(db, sitting_id)
    free = list_candidates(db, sitting_id) if sitting.state == "planned" else []
    on = {item.id for item in sitting.items}
    titles = {item.id: item.title for item in list_pool(db)}
    return _Sight(sitting, [item for item in free if item.id not in on], titles)


async def _show(
    request: Request, visitor: Visitor, sitting_id: int, form: FormState | None, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    sight = await services.database.read(_sight, sitting_id)
    sitting = sight.sitting
    in_session = sitting.state == "convened" and now() >= sitting.starts_at
    decided = sum(item.decision is not None for item in sitting.items)
    return await pages.show(
        request,
        "council/sitting.html",
        status=status,
        here="council",
        form=form or _typed(sitting),
        sitting=sitting,
        title=reader.local(sitting.title),
        plain_title=reader.plain(sitting.title),
        when=reader.moment(sitting.starts_at),
        convene_by=reader.moment(sitting.convene_by),
        late=sitting.state == "planned" and now() > sitting.convene_by,
        state=words.sitting_state(sitting),
        used=reader.text(
            "sittings.used", used=reader.number(sitting.used), minutes=reader.number(sitting.minutes)
        ),
        too_long=sitting.used > sitting.minutes,
        items=[_line(reader, words, item) for item in sitting.items],
        candidates=[
            (item.id, reader.local(item.title), words.minutes(item.minutes)) for item in sight.candidates
        ],
        choices=chosen(words, sitting, sight.titles),
        rule=words.rule(sitting.rule),
        in_session=in_session,
        open_items=len(sitting.items) - decided,
        open_sentence=reader.plural("sittings.open_items", len(sitting.items) - decided),
        present=present(reader, sitting),
        may_organise=visitor.may("organiser"),
        may_decide=visitor.may("council"),
        most_members=_MOST_MEMBERS,
    )


def _line(reader: Reader, words: CouncilWords, item: ItemCard) -> dict[str, Any]:
    outcome = item.decision.outcome if item.decision else ""
    return {
        "id": item.id,
        "title": reader.local(item.title),
        "minutes": words.minutes(item.minutes),
        "amount": words.amount(item),
        "outcome": reader.text("console.decision_" + outcome) if outcome else "",
        "mark": MARKS[outcome] if outcome else "",
        "reason": reader.local(item.decision.reason) if item.decision else "",
    }


def present(reader: Reader, sitting: SittingCard) -> str:
    """How many of the members were there."""
    if "present" not in sitting.record:
        return ""
    return reader.text(
        "sittings.present_of", present=sitting.record["present"], members=sitting.record["members"]
    )


def chosen(words: CouncilWords, sitting: SittingCard, titles: dict[int, Any]) -> list[dict[str, Any]]:
    """The choice that was taken first, then what the other rules would have chosen."""
    reader = words.reader
    return [
        {
            "name": words.rule(choice.rule),
            "how": words.how(choice.rule),
            "order": [reader.local(titles.get(item, {})) for item in choice.order],
            "outside": [
                (reader.local(titles.get(item, {})), reader.text("sittings.outside_" + why))
                for item, why in choice.outside.items()
            ],
            "people": words.left_out(choice),
        }
        for choice in sitting.choice
    ]


def _typed(sitting: SittingCard) -> FormState:
    record = sitting.record
    values = {f"notes_{code}": text for code, text in record.get("notes", {}).items()}
    kept = {name: str(record[name]) for name in ("members", "present", "chaired") if name in record}
    return FormState(values | kept)
