"""A person's own requests for the seat: as the chat shows them, and as `/misdatos` lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from core.people import find_participant, get_participant
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.requests import ALIVE, SITS, SeatState, standing_of
from deliberation.empty_seat.rule_book import get_rules
from deliberation.empty_seat.rules import Rules
from deliberation.empty_seat.tables import SeatRequest
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request as its owner may read it.

    number     by which the public register knows it
    starts_at  of the sitting; None: the item is in none
    together   people who sit for the same item
    agreed     whether they say the same, all of them
    """

    number: int
    item_id: int
    item: Localized
    body: str
    place: str
    starts_at: datetime | None
    state: SeatState
    reasons: tuple[str, ...]
    reason: Localized
    declared: dict[str, bool]
    purpose: str
    position: str | None
    together: int
    agreed: bool
    by_assembly: bool
    came: bool
    report: Localized
    is_reported: bool

    @property
    def standing(self) -> str:
        """The state in a word."""
        return standing_of(self.state, self.starts_at)

    @property
    def is_alive(self) -> bool:
        """Neither denied nor withdrawn."""
        return self.state in ALIVE

    @property
    def holds_item(self) -> bool:
        """Whether its owner does not ask for the item anew: they have an answer, wait for one, or sit there.

        Who withdrew may ask again, and so may whom an assembly has not sent.
        """
        return self.sits if self.by_assembly else self.state != SeatState.WITHDRAWN

    @property
    def sits(self) -> bool:
        """Accredited, with a vote or without."""
        return self.state in SITS

    @property
    def is_ahead(self) -> bool:
        """Whether the sitting is still to come."""
        return self.starts_at is not None and self.starts_at > now()


def list_own_requests(db: Session, chat_index: bytes) -> list[OwnRequest]:
    """All that have a tie to the person, the earliest first. Empty for who takes no part at all."""
    participant = find_participant(db, chat_index)
    return [] if participant is None else _list(db, participant.id)


def get_own_request(db: Session, chat_index: bytes, number: int) -> OwnRequest:
    """One of the person's own. Raises NotEnrolled, NotFound."""
    participant = get_participant(db, chat_index)
    return own_request_of(db, participant.id, number)


def own_request_of(db: Session, participant_id: int, number: int) -> OwnRequest:
    """One of a person's own. Raises NotFound."""
    found = next((each for each in _list(db, participant_id) if each.number == number), None)
    if found is None:
        raise NotFound
    return found


def rules_of(db: Session, number: int) -> Rules:
    """The rules that were in force when a request was made. Raises NotFound."""
    row = db.get(SeatRequest, number)
    if row is None:
        raise NotFound
    return get_rules(db, row.rules_id).rules


def _list(db: Session, participant_id: int) -> list[OwnRequest]:
    query = (
        select(SeatRequest, AgendaItem, Sitting)
        .join(AgendaItem, AgendaItem.id == SeatRequest.item_id)
        .outerjoin(Sitting, Sitting.id == AgendaItem.sitting_id)
        .where(SeatRequest.participant_id == participant_id)
        .order_by(SeatRequest.id)
    )
    return [own(db, *row) for row in db.execute(query)]


def own(db: Session, row: SeatRequest, item: AgendaItem, sitting: Sitting | None) -> OwnRequest:
    """A request with what it is about."""
    beside = SeatRequest.item_id == item.id, SeatRequest.state.in_(SITS)
    positions = list(db.scalars(select(SeatRequest.position).where(*beside)))
    return OwnRequest(
        number=row.id,
        item_id=item.id,
        item=item.title,
        body="" if sitting is None else sitting.body,
        place="" if sitting is None else sitting.place,
        starts_at=None if sitting is None else sitting.starts_at,
        state=SeatState(row.state),
        reasons=tuple(row.reasons),
        reason=row.reason or {},
        declared=row.declared,
        purpose=row.purpose,
        position=row.position,
        together=len(positions),
        agreed=None not in positions and len(set(positions)) == 1,
        by_assembly=row.ballot_id is not None,
        came=row.came,
        report=row.report or {},
        is_reported=row.reported_at is not None,
    )
