"""Sittings of the council: planned, given an agenda for their minutes, convened in time, or cancelled.

What happens at one is in `holding`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from deliberation.council.agenda import ItemCard, cards_of, items_where
from deliberation.council.choosing import Choice, from_json, list_choices, to_json
from deliberation.council.decisions import in_both, is_ready
from deliberation.council.tables import AgendaItem, Decision, Sitting
from i18n.localized import Localized

BY_HAND = "hand"
"""The rule of an agenda whose order the organisers changed after a rule had made it, or made themselves."""


class AgendaEmpty(RimayError):
    """Nobody is called together for nothing."""

    code = "agenda_empty"


class TooLateToConvene(RimayError):
    """Between the convocation and the sitting there are fewer days than the notice that is due."""

    code = "too_late_to_convene"


class ItemNotReady(RimayError):
    """People still answer or vote on what it came from, or nobody has confirmed it, or it is decided."""

    code = "item_not_ready"


class SittingTitleMissing(RimayError):
    """What is published of a sitting is there in both languages."""

    code = "sitting_title_missing"


@dataclass(frozen=True, slots=True)
class SittingPlan:
    """What an organiser writes of a sitting. notice_days: between the convocation and it, at the least."""

    title: Localized
    body: str
    place: str
    starts_at: datetime
    minutes: int
    notice_days: int


@dataclass(frozen=True, slots=True)
class SittingCard:
    """A sitting as a page shows it, with its items in order."""

    id: int
    title: Localized
    body: str
    place: str
    starts_at: datetime
    minutes: int
    notice_days: int
    rule: str
    choice: tuple[Choice, ...]
    state: str
    letter_number: str | None
    convened_at: datetime | None
    held_at: datetime | None
    record: dict[str, Any]
    items: tuple[ItemCard, ...]

    @property
    def used(self) -> int:
        """The minutes of its items together."""
        return sum(item.minutes for item in self.items)

    @property
    def convene_by(self) -> datetime:
        """The last moment for the convocation."""
        return self.starts_at - timedelta(days=self.notice_days)


def list_sittings(db: Session) -> list[SittingCard]:
    """Those to come first, the next one at the top; then those that were, the last one first."""
    cards = [_card(db, row) for row in db.scalars(select(Sitting).order_by(Sitting.starts_at, Sitting.id))]
    ahead = [card for card in cards if card.state in ("planned", "convened")]
    return ahead + [card for card in reversed(cards) if card not in ahead]


def get_sitting(db: Session, sitting_id: int) -> SittingCard:
    """Raises NotFound."""
    row = db.get(Sitting, sitting_id)
    if row is None:
        raise NotFound
    return _card(db, row)


def plan_sitting(db: Session, plan: SittingPlan, *, account_id: int | None) -> int:
    """Prepare a sitting; nobody is called together yet."""
    row = Sitting(created_at=now())
    _write(row, plan)
    db.add(row)
    db.flush()
    note_act(db, account_id, "plan", "sitting", row.id)
    return row.id


def change_sitting(db: Session, sitting_id: int, plan: SittingPlan, *, account_id: int | None) -> None:
    """Write it anew. Raises Conflict once it is convened: it can only be cancelled then."""
    _write(planned(db, sitting_id), plan)
    note_act(db, account_id, "change", "sitting", sitting_id)


def list_candidates(db: Session, sitting_id: int) -> list[ItemCard]:
    """What may be put on its agenda: confirmed, undecided, on no other agenda, and nobody answers on it any more."""
    free = AgendaItem.sitting_id.is_(None) | (AgendaItem.sitting_id == sitting_id)
    query = items_where(free, AgendaItem.state == "confirmed", Decision.id.is_(None))
    cards = cards_of(db, query.order_by(AgendaItem.position, AgendaItem.id))
    return [card for card in cards if is_ready(db, db.get_one(AgendaItem, card.id))]


def compare_rules(
    db: Session, sitting_id: int, items: Sequence[int], minutes: int, minimum: int, *, threshold: int
) -> tuple[Choice, ...]:
    """What each rule would choose of some candidates. Raises NotFound, ItemNotReady."""
    get_sitting(db, sitting_id)
    known = {card.id: card for card in list_candidates(db, sitting_id)}
    if set(items) - known.keys():
        raise ItemNotReady
    return list_choices(db, [known[item] for item in items], minutes, minimum, threshold=threshold)


def accept_choice(
    db: Session, sitting_id: int, choices: Sequence[Choice], rule: str, *, account_id: int | None
) -> None:
    """Make what a rule chose the agenda; the choice is kept, and published with it.

    choices: as `compare_rules` made them outside this transaction, which nobody has to wait for then
    Raises NotFound, Conflict once it is convened, ItemNotReady where an item is free no more.
    """
    row = planned(db, sitting_id)
    taken = next((choice for choice in choices if choice.rule == rule), None)
    if taken is None:
        raise NotFound
    _hold_items(db, sitting_id, taken.order)
    if set(taken.order) - {card.id for card in list_candidates(db, sitting_id)}:
        raise ItemNotReady
    row.choice, row.rule, row.minutes = to_json(choices, rule), rule, taken.minutes
    _put_in_order(db, sitting_id, taken.order)
    note_act(db, account_id, "choose", "sitting", sitting_id)


def order_by_hand(db: Session, sitting_id: int, order: Sequence[int], *, account_id: int | None) -> None:
    """Make these items the agenda, in this order. What a rule chose before stays to be read beside it.

    Raises NotFound, Conflict once it is convened, ItemNotReady.
    """
    row = planned(db, sitting_id)
    _hold_items(db, sitting_id, order)
    if set(order) - {card.id for card in list_candidates(db, sitting_id)} or len(set(order)) < len(order):
        raise ItemNotReady
    if list(order) != [card.id for card in get_sitting(db, sitting_id).items]:
        row.rule = BY_HAND
        _put_in_order(db, sitting_id, order)
        note_act(db, account_id, "order", "sitting", sitting_id)


def convene(db: Session, sitting_id: int, *, letter_number: str, account_id: int | None) -> None:
    """Call it together: the letter has its number, and the agenda is published and stands.

    Raises NotFound, Conflict, AgendaEmpty, TooLateToConvene.
    """
    row = planned(db, sitting_id)
    _hold_items(db, sitting_id)
    card = _card(db, row)
    if not card.items:
        raise AgendaEmpty
    if now() > card.convene_by:
        raise TooLateToConvene(days=row.notice_days)
    row.state, row.letter_number, row.convened_at = "convened", letter_number, now()
    note_act(db, account_id, "convene", "sitting", sitting_id)


def cancel_sitting(db: Session, sitting_id: int, *, account_id: int | None) -> None:
    """It does not take place: its items are in the pool again, and what was written down of it there is gone.

    A second time changes nothing. Raises NotFound, Conflict once it was held.
    """
    row = held_sitting(db, sitting_id)
    if row.state == "held":
        raise Conflict
    if row.state == "cancelled":
        return
    for decision in db.scalars(select(Decision).where(Decision.sitting_id == sitting_id)):
        db.delete(decision)
    db.flush()
    _put_in_order(db, sitting_id, ())
    row.state, row.record = "cancelled", None
    note_act(db, account_id, "cancel", "sitting", sitting_id)


def find_next_sitting(db: Session) -> SittingCard | None:
    """The next one that is not over."""
    query = select(Sitting).where(Sitting.state.in_(("planned", "convened")))
    row = db.scalars(query.order_by(Sitting.starts_at, Sitting.id).limit(1)).first()
    return None if row is None else _card(db, row)


def planned(db: Session, sitting_id: int) -> Sitting:
    """One that is not convened yet, held. Raises NotFound, Conflict."""
    row = held_sitting(db, sitting_id)
    if row.state != "planned":
        raise Conflict
    return row


def held_sitting(db: Session, sitting_id: int) -> Sitting:
    """A sitting for this transaction alone. Raises NotFound."""
    row = db.get(Sitting, sitting_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _hold_items(db: Session, sitting_id: int, others: Sequence[int] = ()) -> Sequence[AgendaItem]:
    """What is on its agenda, and some others: nobody changes, decides or takes them until this transaction ends."""
    mine = (AgendaItem.sitting_id == sitting_id) | AgendaItem.id.in_(others)
    query = select(AgendaItem).where(mine).order_by(AgendaItem.id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).all()


def _put_in_order(db: Session, sitting_id: int, order: Sequence[int]) -> None:
    place = {item: number for number, item in enumerate(order, 1)}
    for row in _hold_items(db, sitting_id, order):
        row.sitting_id = sitting_id if row.id in place else None
        row.place_in_sitting = place.get(row.id)
    db.flush()


def _write(row: Sitting, plan: SittingPlan) -> None:
    if not in_both(plan.title):
        raise SittingTitleMissing
    row.title, row.body, row.place = dict(plan.title), plan.body, plan.place
    row.starts_at, row.minutes, row.notice_days = plan.starts_at, plan.minutes, plan.notice_days


def _card(db: Session, row: Sitting) -> SittingCard:
    query = items_where(AgendaItem.sitting_id == row.id)
    return SittingCard(
        id=row.id,
        title=row.title,
        body=row.body,
        place=row.place,
        starts_at=row.starts_at,
        minutes=row.minutes,
        notice_days=row.notice_days,
        rule=row.rule,
        choice=from_json(row.choice) if row.choice else (),
        state=row.state,
        letter_number=row.letter_number,
        convened_at=row.convened_at,
        held_at=row.held_at,
        record=row.record or {},
        items=tuple(cards_of(db, query.order_by(AgendaItem.place_in_sitting, AgendaItem.id))),
    )
