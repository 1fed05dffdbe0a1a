"""The council's desk: the next sitting, what has no decision yet, and what waits for whom."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.council_words import CouncilWords
from api.figures import Figure
from api.pages import Pages
from api.reader import Reader
from api.security import Governing, Visiting
from api.services import Services
from core.accounts import SignedIn
from core.clock import today
from deliberation.commitments.commitments import Wanted, list_commitments
from deliberation.commitments.units import units_of
from deliberation.council.desk import WAITS, Waiting, read_desk

router = APIRouter()


@router.get("/council")
async def show(request: Request, visitor: Visiting, account: Governing) -> Response:
    """What is overdue stands first, in red."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    desk = await services.database.read(read_desk, services.settings.zone)
    words = words_of(request, reader)
    return await pages.show(
        request,
        "council/desk.html",
        here="council",
        sitting=desk.next,
        sitting_title=reader.local(desk.next.title) if desk.next else "",
        sitting_when=reader.moment(desk.next.starts_at) if desk.next else "",
        sitting_state=words.sitting_state(desk.next) if desk.next else ("", ""),
        waiting=[_line(reader, words, each) for each in desk.waiting],
        overdue=desk.overdue,
        late=await services.database.read(_late, account, services.settings.zone),
        figures=[
            Figure(waits, reader.text("sittings.waits_" + waits), reader.number(count))
            for waits in WAITS
            if (count := desk.count(waits))
        ],
        decided=desk.decided,
        may_organise=visitor.may("organiser"),
        may_decide=visitor.may("council"),
    )


def _late(db: Session, account: SignedIn, zone: ZoneInfo) -> int:
    """How many commitments are overdue; to a unit, of its own."""
    own = frozenset(units_of(db, account.account_id)) if account.role == "unit" else None
    return len(list_commitments(db, today(zone), Wanted(light="red", units=own)))


def words_of(request: Request, reader: Reader) -> CouncilWords:
    """How items and sittings are said to this reader."""
    services: Services = request.app.state.services
    return CouncilWords(reader, services.settings.disclosure_threshold, services.settings.unit_name)


def _line(reader: Reader, words: CouncilWords, each: Waiting) -> dict[str, Any]:
    item = each.item
    return {
        "id": item.id,
        "title": reader.local(item.title),
        "amount": words.amount(item),
        "waits": reader.text("sittings.waits_for_" + each.waits),
        "overdue": each.overdue,
        "due": reader.text("sittings.due", date=reader.day(item.decide_by)) if item.decide_by else "",
        "sitting": each.sitting.id if each.sitting else None,
        "ready": each.waits == "free" or (each.waits == "convened" and each.sitting is not None),
    }
