"""What is kept of a request after the sitting: its number, its item, how it ended and why. Not what was declared."""

from datetime import timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.owed import owe_scrub
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.requests import ALIVE, hold_item, let_go
from deliberation.empty_seat.tables import SeatRequest

_DECLARED_KEPT = timedelta(days=1)
"""After the sitting: declarations, purpose and code have served."""
_TIE_KEPT = timedelta(days=60)
"""After the sitting: until then a representative may report, and everyone may read why they were denied."""


def purge_requests(db: Session) -> None:
    """Forget what has served. Twice changes nothing."""
    served = SeatRequest.id.in_(_over_since(_DECLARED_KEPT))
    kept = or_(SeatRequest.purpose != "", SeatRequest.code.is_not(None), SeatRequest.declared != {})
    forgotten = db.execute(
        update(SeatRequest)
        .where(served, kept)
        .values(declared={}, purpose="", code=None)
        .returning(SeatRequest.id)
    ).all()
    tied = SeatRequest.participant_id.is_not(None), SeatRequest.id.in_(_over_since(_TIE_KEPT))
    cut = db.execute(
        update(SeatRequest).where(*tied).values(participant_id=None).returning(SeatRequest.id)
    ).all()
    if forgotten or cut:
        owe_scrub(db)


def release_requests(db: Session, participant_id: int) -> None:
    """A person erases themselves: what they asked for is withdrawn and names nobody, the register keeps its numbers.

    Those who sat with them for the same item are told by `settle_seats`. For a caller that holds still.
    """
    mine = SeatRequest.participant_id == participant_id
    for item_id in sorted(set(db.scalars(select(SeatRequest.item_id).where(mine)))):
        for row in hold_item(db, item_id).requests:
            if row.participant_id == participant_id:
                if row.state in ALIVE and not row.came:
                    let_go(row)
                row.declared, row.purpose, row.code, row.participant_id = {}, "", None, None
                if row.reported_at is None:
                    row.report = None
    db.flush()


def _over_since(kept: timedelta) -> Select[int]:
    """Requests whose sitting began so long ago; where there is none any more, that were made so long ago."""
    moment = func.coalesce(Sitting.starts_at, SeatRequest.asked_at)
    return (
        select(SeatRequest.id)
        .join(AgendaItem, AgendaItem.id == SeatRequest.item_id)
        .outerjoin(Sitting, Sitting.id == AgendaItem.sitting_id)
        .where(moment < now() - kept)
    )
