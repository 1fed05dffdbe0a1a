"""A person asks for the seat, says what for, or withdraws. What the person declares is judged; people decide.

Whoever does not meet a rule is told so before they ask, and may ask all the same: the register holds who was denied as
well, and why. Only what does not depend on the person is refused at once: too late, no place left, no such way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from core.everyone import hold_everyone
from core.owed import owe_scrub
from core.people import get_participant
from deliberation.empty_seat.own_requests import OwnRequest, own_request_of
from deliberation.empty_seat.requests import (
    ALIVE,
    HeldItem,
    SeatState,
    hold_item,
    hold_request,
    let_go,
    settle_voices,
    tell_owners,
)
from deliberation.empty_seat.rule_book import find_rules
from deliberation.empty_seat.rules import DECLARED, Rule, asked_of, judge
from deliberation.empty_seat.tables import SeatRequest
from surveys.submission import Hear

LONGEST_PURPOSE = 600


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The seat cannot be asked for: for these reasons, which are not the person's. Nothing is stored."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """Other rules are in force than when the person was asked: the questions begin anew."""

    item_id: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """More than is kept; the person may try again."""

    length: int
    most: int


def ask_for_seat(
    db: Session, chat_index: bytes, item_id: int, rules_id: int, declared: Mapping[str, bool]
) -> OwnRequest | NotOpen | RulesChanged:
    """Store the request, with the rules that what was declared does not meet. Twice is once.

    Who was denied for an item has had their answer; who withdrew may ask again.
    """
    participant = get_participant(db, chat_index)
    held = hold_item(db, item_id)
    for row in held.requests:
        mine = row.participant_id == participant.id and row.ballot_id is None
        if mine and row.state != SeatState.WITHDRAWN:
            return own_request_of(db, participant.id, row.id)
    book = find_rules(db)
    if book is None:
        return NotOpen((Rule.SITTING,))
    if book.id != rules_id or set(declared) != set(asked_of(book.rules)):
        return RulesChanged(item_id)
    unmet = judge(book.rules, declared, now(), held.hearing, accredited=len(held.sitters))
    if closed := tuple(rule for rule in unmet if rule not in DECLARED):
        return NotOpen(closed)
    row = SeatRequest(
        item_id=item_id,
        rules_id=book.id,
        participant_id=participant.id,
        declared=dict(declared),
        reasons=[rule.value for rule in unmet],
        asked_at=now(),
    )
    db.add(row)
    db.flush()
    return own_request_of(db, participant.id, row.id)


def withdraw_request(db: Session, chat_index: bytes, number: int) -> OwnRequest:
    """The person does not want to sit any more. Twice is once; not once the sitting has begun.

    Raises NotFound, or Conflict where nothing can be withdrawn any more.
    """
    hold_everyone(db)
    participant_id, held, row = hold_own(db, chat_index, number)
    if row.state == SeatState.WITHDRAWN:
        return own_request_of(db, participant_id, number)
    if row.state not in ALIVE or (row.state != SeatState.ASKED and not held.is_ahead):
        raise Conflict
    let_go(row)
    owe_scrub(db)
    tell_owners(db, settle_voices(db, held))
    return own_request_of(db, participant_id, number)


def say_purpose(db: Session, chat_index: bytes, number: int, text: str, hear: Hear) -> OwnRequest | TooLong:
    """What the person wants to say there: names and numbers are covered before it is stored. The last one counts."""
    participant_id, held, row = hold_own(db, chat_index, number)
    if row.state not in ALIVE or not held.is_ahead:
        raise Conflict
    words = " ".join(text.split())
    if len(words) > LONGEST_PURPOSE:
        return TooLong(len(words), LONGEST_PURPOSE)
    row.purpose = hear(words).redacted
    db.flush()
    return own_request_of(db, participant_id, number)


def hold_own(db: Session, chat_index: bytes, number: int) -> tuple[int, HeldItem, SeatRequest]:
    """The person and a request of theirs, held. Raises NotEnrolled, NotFound."""
    participant = get_participant(db, chat_index)
    held, row = hold_request(db, number)
    if row.participant_id != participant.id:
        raise NotFound
    return participant.id, held, row
