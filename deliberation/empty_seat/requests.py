"""The requests for the seat in one item, held for one transaction: two people who take the last place wait in line."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import NotFound
from core.tables import Broadcast, Participant
from deliberation.assemblies.tables import Invitation
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.rule_book import get_rules
from deliberation.empty_seat.rules import Hearing, Rule, Voice, voice_of
from deliberation.empty_seat.tables import SeatRequest


class SeatState(StrEnum):
    """How far a request has come."""

    ASKED = "asked"
    ACCREDITED = "accredited"
    """With voice, and with a vote unless several have still to agree on theirs."""
    HEARD = "heard"
    """With voice and no vote."""
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


def standing_of(state: SeatState, starts_at: datetime | None) -> str:
    """The state in a word; of a request that nobody decided on before the sitting: late."""
    is_late = state is SeatState.ASKED and starts_at is not None and starts_at <= now()
    return "late" if is_late else state.value


SITS = (SeatState.ACCREDITED, SeatState.HEARD)
ALIVE = (SeatState.ASKED, *SITS)


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An agenda item with its sitting and its requests, the earliest first."""

    item: AgendaItem
    sitting: Sitting | None
    requests: list[SeatRequest]

    @property
    def hearing(self) -> Hearing | None:
        """The sitting as the rules read it."""
        return None if self.sitting is None else Hearing(self.sitting.starts_at, self.sitting.state)

    @property
    def is_ahead(self) -> bool:
        """Whether the sitting is still to come."""
        hearing = self.hearing
        return hearing is not None and hearing.state in ("planned", "convened") and hearing.starts_at > now()

    @property
    def sitters(self) -> list[SeatRequest]:
        """Who is accredited, with a vote or without."""
        return [row for row in self.requests if row.state in SITS]


def hold_item(db: Session, item_id: int) -> HeldItem:
    """The item and its requests as they are now, for this transaction alone. Raises NotFound."""
    db.execute(select(AgendaItem.id).where(AgendaItem.id == item_id).with_for_update())
    return find_item(db, item_id)


def find_item(db: Session, item_id: int) -> HeldItem:
    """The same to look at. Raises NotFound."""
    item = db.get(AgendaItem, item_id)
    if item is None:
        raise NotFound
    sitting = None if item.sitting_id is None else db.get(Sitting, item.sitting_id)
    query = select(SeatRequest).where(SeatRequest.item_id == item_id).order_by(SeatRequest.id)
    rows = db.scalars(query.execution_options(populate_existing=True))
    return HeldItem(item, sitting, list(rows))


def hold_request(db: Session, request_id: int) -> tuple[HeldItem, SeatRequest]:
    """A request, with all others of its item. Raises NotFound."""
    item_id = db.scalar(select(SeatRequest.item_id).where(SeatRequest.id == request_id))
    if item_id is None:
        raise NotFound
    held = hold_item(db, item_id)
    row = next((row for row in held.requests if row.id == request_id), None)
    if row is None:
        raise NotFound
    return held, row


def settle_voices(db: Session, held: HeldItem) -> list[SeatRequest]:
    """Let those who sit for the item have one vote, or be heard alone. Those for whom that has changed."""
    changed = unsettled(db, held)
    for row in changed:
        heard = row.state == SeatState.ACCREDITED
        row.state = SeatState.HEARD if heard else SeatState.ACCREDITED
        row.reasons = [Rule.AGREE.value] if heard else []
        row.settled_at = now()
    db.flush()
    return changed


def unsettled(db: Session, held: HeldItem) -> list[SeatRequest]:
    """Those who have a vote and should be heard alone, or the other way round.

    Once the sitting has begun, who has not said how they would vote has not agreed.
    """
    sitters = held.sitters
    rules = [get_rules(db, row.rules_id).rules for row in sitters]
    voice = voice_of(rules, [row.position for row in sitters])
    if voice is Voice.OPEN and not held.is_ahead:
        voice = Voice.HEARD
    state = SeatState.HEARD if voice is Voice.HEARD else SeatState.ACCREDITED
    return [row for row in sitters if row.state != state]


def tell_owners(db: Session, rows: Collection[SeatRequest]) -> list[int]:
    """Open the message that says how each request stands. The broadcasts.

    For a caller that holds everyone. A request that is of nobody is a call to who was at the assembly.
    """
    return [_tell(db, row) for row in rows]


def _tell(db: Session, row: SeatRequest) -> int:
    about = Broadcast.kind == Kind.SEAT, Broadcast.subject_id == row.id
    last = db.scalar(select(func.coalesce(func.max(Broadcast.round), 0)).where(*about)) or 0
    if row.participant_id is None:
        came = Invitation.assembly_id == row.assembly_id, Invitation.came
        recipients = select(Invitation.participant_id).where(*came)
    else:
        recipients = select(Participant.id).where(Participant.id == row.participant_id)
    return open_broadcast(db, Kind.SEAT, row.id, recipients, last + 1)


def let_go(row: SeatRequest) -> None:
    """Withdraw a request: what was said for it goes, its number stays in the register."""
    row.state, row.settled_at = SeatState.WITHDRAWN, now()
    row.declared, row.purpose, row.code, row.position = {}, "", None, None
