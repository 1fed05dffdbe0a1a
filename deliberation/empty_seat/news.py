"""What the messages about requests say, whom they still concern, and how lists of messages name them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.council.tables import AgendaItem
from deliberation.empty_seat.delegation import is_call
from deliberation.empty_seat.own_requests import OwnRequest, own
from deliberation.empty_seat.requests import find_item
from deliberation.empty_seat.tables import SeatRequest
from deliberation.subject import Subject
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class CallNews:
    """An assembly seeks somebody to send."""

    number: int
    assembly: Localized
    item: Localized
    source: Localized


def get_seat_news(db: Session, request_id: int) -> OwnRequest | CallNews:
    """What is told of a request: how it stands, or that somebody is sought. Raises NotFound."""
    row = db.get(SeatRequest, request_id)
    if row is None:
        raise NotFound
    held = find_item(db, row.item_id)
    if is_call(row):
        assembly = db.get_one(Assembly, row.assembly_id)
        return CallNews(row.id, assembly.title, held.item.title, row.reason or {})
    return own(db, row, held.item, held.sitting)


def still_theirs(db: Session, request_id: int, people: Collection[int]) -> set[int]:
    """Whose request it is; those who were at the assembly, while somebody is sought."""
    row = db.get(SeatRequest, request_id)
    if row is None:
        return set()
    if not is_call(row):
        return {person for person in people if person == row.participant_id}
    came = Invitation.assembly_id == row.assembly_id, Invitation.came
    there = db.scalars(select(Invitation.participant_id).where(*came))
    return set(people) & set(there) if find_item(db, row.item_id).is_ahead else set()


def seat_subjects(db: Session, requests: set[int]) -> dict[int, Subject]:
    """How lists of messages name them: by the item, with the page where it is."""
    query = (
        select(SeatRequest.id, AgendaItem.title)
        .join(AgendaItem, AgendaItem.id == SeatRequest.item_id)
        .where(SeatRequest.id.in_(requests))
    )
    return {row[0]: Subject(row[1], address=f"/empty-seat/requests/{row[0]}") for row in db.execute(query)}
