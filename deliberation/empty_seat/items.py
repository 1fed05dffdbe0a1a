"""The agenda items for which the seat can be asked for, as the chat offers them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.requests import SITS
from deliberation.empty_seat.rule_book import RuleBook, find_rules
from deliberation.empty_seat.rules import deadline_of
from deliberation.empty_seat.tables import SeatRequest
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class SeatItem:
    """An item, where and when it is dealt with, until when the seat may be asked for, and how many are accredited."""

    id: int
    title: Localized
    body: str
    place: str
    starts_at: datetime
    deadline: datetime
    sitters: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The rules in force, and the items to which they open the seat now. None: there are no rules yet."""

    book: RuleBook | None
    items: list[SeatItem]


def list_offer(db: Session) -> Offer:
    """The items of sittings to come whose time to ask is not over, the next ones first."""
    book = find_rules(db)
    if book is None:
        return Offer(None, [])
    query = (
        select(AgendaItem, Sitting)
        .join(Sitting, Sitting.id == AgendaItem.sitting_id)
        .where(Sitting.state.in_(("planned", "convened")), Sitting.starts_at > now())
        .where(AgendaItem.state == "confirmed")
        .order_by(Sitting.starts_at, AgendaItem.place_in_sitting, AgendaItem.id)
    )
    rows = [row for row in db.execute(query) if now() <= deadline_of(book.rules, row[1].starts_at)]
    sitting = _count_sitters(db, [item.id for item, _ in rows])
    return Offer(book, [_item(item, meeting, book, sitting.get(item.id, 0)) for item, meeting in rows])


def get_seat_item(db: Session, item_id: int) -> tuple[RuleBook, SeatItem]:
    """One of those that are offered now. Raises NotFound."""
    offer = list_offer(db)
    found = next((item for item in offer.items if item.id == item_id), None)
    if offer.book is None or found is None:
        raise NotFound
    return offer.book, found


def _count_sitters(db: Session, items: list[int]) -> dict[int, int]:
    query = (
        select(SeatRequest.item_id, func.count())
        .where(SeatRequest.item_id.in_(items), SeatRequest.state.in_(SITS))
        .group_by(SeatRequest.item_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def _item(item: AgendaItem, sitting: Sitting, book: RuleBook, sitters: int) -> SeatItem:
    return SeatItem(
        id=item.id,
        title=item.title,
        body=sitting.body,
        place=sitting.place,
        starts_at=sitting.starts_at,
        deadline=deadline_of(book.rules, sitting.starts_at),
        sitters=sitters,
    )
