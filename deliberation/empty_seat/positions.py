"""Several people for one item: each says how they would vote, and sees whether all say the same."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from core.everyone import hold_everyone
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.asking import hold_own
from deliberation.empty_seat.own_requests import OwnRequest, own_request_of
from deliberation.empty_seat.requests import SITS, find_item, hold_item, settle_voices, tell_owners, unsettled
from deliberation.empty_seat.rules import POSITIONS
from deliberation.empty_seat.tables import SeatRequest

_ONE_DAY = timedelta(days=1)


def state_position(db: Session, chat_index: bytes, number: int, position: str) -> OwnRequest:
    """Say how one would vote, or otherwise after all, until the sitting begins. The others hear when that changes them.

    Raises NotFound, or Conflict for who does not sit or comes too late.
    """
    if position not in POSITIONS:
        raise NotFound
    hold_everyone(db)
    participant_id, held, row = hold_own(db, chat_index, number)
    if row.state not in SITS or not held.is_ahead:
        raise Conflict
    row.position = position
    db.flush()
    changed = settle_voices(db, held)
    tell_owners(db, [other for other in changed if other.id != number])
    return own_request_of(db, participant_id, number)


def settle_seats(db: Session) -> list[int]:
    """Once somebody erased themselves, or a sitting began, the voices of the others are other ones. The broadcasts.

    Who had not agreed when the sitting began is heard alone.
    """
    items = [item_id for item_id in _with_sitters(db) if _is_unsettled(db, item_id)]
    if not items:
        return []
    hold_everyone(db)  # before anything is written
    return [
        broadcast
        for item_id in items
        for broadcast in tell_owners(db, settle_voices(db, hold_item(db, item_id)))
    ]


def _with_sitters(db: Session) -> list[int]:
    """Items of sittings that are ahead, or have begun and are not over."""
    query = (
        select(SeatRequest.item_id)
        .join(AgendaItem, AgendaItem.id == SeatRequest.item_id)
        .join(Sitting, Sitting.id == AgendaItem.sitting_id)
        .where(Sitting.state.in_(("planned", "convened")), Sitting.starts_at > now() - _ONE_DAY)
        .where(SeatRequest.state.in_(SITS))
    )
    return sorted(set(db.scalars(query)))


def _is_unsettled(db: Session, item_id: int) -> bool:
    return bool(unsettled(db, find_item(db, item_id)))
