"""An assembly asks for the seat by its vote, and sends somebody: drawn by lot among those of it who would go.

The request is the assembly's. Whoever was there may put themselves forward in the chat, with the same declarations as
anybody who asks; then the organiser draws, with a seed from a source that was named when the request was made. Each who
put themselves forward has a number, and the one goes whose SHA-256 of `seed:number` is the smallest: anybody can check.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from core.everyone import hold_everyone
from core.people import find_participant, get_participant
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.tables import Ballot
from deliberation.council.tables import AgendaItem
from deliberation.empty_seat.asking import NotOpen, RulesChanged
from deliberation.empty_seat.own_requests import OwnRequest, own_request_of
from deliberation.empty_seat.requests import (
    SeatState,
    find_item,
    hold_item,
    hold_request,
    let_go,
    tell_owners,
)
from deliberation.empty_seat.rule_book import LANGUAGES, find_rules, get_rules
from deliberation.empty_seat.rules import DECLARED, Rules, asked_of, judge
from deliberation.empty_seat.tables import SeatRequest
from i18n.localized import Localized


class SeatNotOpen(RimayError):
    """The seat cannot be asked for in this item: too late, no place left, or the rules know no assemblies."""

    code = "seat_not_open"


class SourceMissing(RimayError):
    """Where the seed will come from is named before anybody can know it."""

    code = "seat_source_missing"


class NobodyForward(RimayError):
    """There is nobody to draw from yet."""

    code = "seat_nobody_forward"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A vote of an assembly that asks for the seat, and has not been followed yet."""

    ballot_id: int
    assembly: Localized
    item: Localized


@dataclass(frozen=True, slots=True)
class Call:
    """A request of an assembly for which somebody is sought."""

    number: int
    assembly: Localized
    item: Localized
    source: Localized
    rules: Rules
    is_forward: bool
    """Whether the person has put themselves forward."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What was drawn, of what, by which seed."""

    seed: str
    numbers: tuple[int, ...]
    drawn: int


def lot_of(seed: str, numbers: Sequence[int]) -> int:
    """The number that is drawn: whose SHA-256 of `seed:number` is the smallest."""
    return min(numbers, key=lambda number: sha256(f"{seed}:{number}".encode()).digest())


def list_mandates(db: Session) -> list[Mandate]:
    """Votes that passed, about an item, and from which no request was made."""
    query = (
        select(Ballot, Assembly.title, AgendaItem.title)
        .join(Assembly, Assembly.id == Ballot.assembly_id)
        .join(AgendaItem, AgendaItem.id == Ballot.item_id)
        .where(Ballot.kind == "delegate", Ballot.state == "closed")
        .where(Ballot.id.not_in(select(SeatRequest.ballot_id).where(SeatRequest.ballot_id.is_not(None))))
        .order_by(Ballot.id)
    )
    return [Mandate(row.id, assembly, item) for row, assembly, item in db.execute(query) if _passed(row)]


def ask_for_assembly(db: Session, ballot_id: int, source: Localized, *, account_id: int | None) -> list[int]:
    """Make the request that an assembly voted for, and ask who was there whether they would go. The broadcasts.

    Raises NotFound, SourceMissing, SeatNotOpen. Twice is once.
    """
    if not all(source.get(language, "").strip() for language in LANGUAGES):
        raise SourceMissing
    hold_everyone(db)
    ballot = db.get(Ballot, ballot_id)
    if ballot is None or ballot.item_id is None or ballot.kind != "delegate" or not _passed(ballot):
        raise NotFound
    held = hold_item(db, ballot.item_id)
    if any(row.ballot_id == ballot_id for row in held.requests):
        return []
    book = find_rules(db)
    if book is None:
        raise SeatNotOpen
    unmet = judge(book.rules, {}, now(), held.hearing, by_assembly=True, accredited=len(held.sitters))
    if any(rule not in DECLARED for rule in unmet):
        raise SeatNotOpen
    row = SeatRequest(
        item_id=ballot.item_id,
        rules_id=book.id,
        assembly_id=ballot.assembly_id,
        ballot_id=ballot_id,
        reason=dict(source),
        asked_at=now(),
        account_id=account_id,
    )
    db.add(row)
    db.flush()
    note_act(db, account_id, "ask_for_assembly", "seat_request", row.id)
    return tell_owners(db, [row])


def list_calls(db: Session, chat_index: bytes) -> list[Call]:
    """Requests of assemblies that the person was at, for which somebody is sought."""
    participant = find_participant(db, chat_index)
    if participant is None:
        return []
    query = (
        select(SeatRequest, Assembly.title, AgendaItem.title)
        .join(Assembly, Assembly.id == SeatRequest.assembly_id)
        .join(AgendaItem, AgendaItem.id == SeatRequest.item_id)
        .join(Invitation, Invitation.assembly_id == Assembly.id)
        .where(Invitation.participant_id == participant.id, Invitation.came)
        .where(SeatRequest.participant_id.is_(None), SeatRequest.ballot_id.is_not(None))
        .where(SeatRequest.state == SeatState.ASKED)
        .order_by(SeatRequest.id)
    )
    return [
        _call(db, row, assembly, item, participant.id)
        for row, assembly, item in db.execute(query)
        if find_item(db, row.item_id).is_ahead
    ]


def get_call(db: Session, chat_index: bytes, number: int) -> Call:
    """One of them. Raises NotEnrolled, NotFound."""
    get_participant(db, chat_index)
    found = next((call for call in list_calls(db, chat_index) if call.number == number), None)
    if found is None:
        raise NotFound
    return found


def put_forward(
    db: Session, chat_index: bytes, number: int, declared: Mapping[str, bool]
) -> OwnRequest | NotOpen | RulesChanged:
    """The person would go for the assembly. Twice is once; who does not meet a rule cannot be sent.

    Who withdrew and would go after all has the number of before: nobody tries numbers until one wins.
    Raises NotFound for who was not there, or where nobody is sought any more.
    """
    participant = get_participant(db, chat_index)
    held, call = hold_request(db, number)
    before = None
    for row in held.requests:
        if row.participant_id == participant.id and row.ballot_id == call.ballot_id:
            if row.state != SeatState.WITHDRAWN:
                return own_request_of(db, participant.id, row.id)
            before = row
    get_call(db, chat_index, number)
    book = get_rules(db, call.rules_id)
    if set(declared) != set(asked_of(book.rules)):
        return RulesChanged(call.item_id)
    unmet = judge(book.rules, declared, call.asked_at, held.hearing, by_assembly=True)
    if unmet:
        return NotOpen(unmet)
    row = before or SeatRequest(
        item_id=call.item_id,
        rules_id=call.rules_id,
        participant_id=participant.id,
        assembly_id=call.assembly_id,
        ballot_id=call.ballot_id,
    )
    row.state, row.declared, row.asked_at, row.settled_at = SeatState.ASKED, dict(declared), now(), None
    db.add(row)
    db.flush()
    return own_request_of(db, participant.id, row.id)


def draw_delegate(
    db: Session,
    number: int,
    seed: str,
    word: Callable[[Lot], Localized],
    *,
    published_at: datetime,
    account_id: int | None,
) -> list[int]:
    """Draw among those who put themselves forward; all of them are told. The broadcasts.

    word          writes the lot down in both languages, for the register
    published_at  of the seed: who came forward later knew which number wins, and is not drawn from
    Raises NotFound, Conflict where it was drawn, NobodyForward.
    """
    hold_everyone(db)
    held, call = hold_request(db, number)
    if call.ballot_id is None or call.participant_id is not None or call.state != SeatState.ASKED:
        raise Conflict
    forward = [
        row
        for row in held.requests
        if row.ballot_id == call.ballot_id and row.participant_id is not None and row.state == SeatState.ASKED
    ]
    numbers = tuple(row.id for row in forward if row.asked_at <= published_at)
    if not numbers:
        raise NobodyForward
    lot = Lot(seed, numbers, lot_of(seed, numbers))
    words = dict(word(lot))
    drawn = next(row for row in forward if row.id == lot.drawn)
    call.participant_id, call.declared, call.purpose = drawn.participant_id, drawn.declared, drawn.purpose
    call.reason = words
    for row in forward:
        let_go(row)
        row.reason = words
    drawn.participant_id = None
    db.flush()
    note_act(db, account_id, "draw", "seat_request", call.id)
    return tell_owners(db, [call, *(row for row in forward if row is not drawn)])


def _passed(ballot: Ballot) -> bool:
    return ballot.state == "closed" and (ballot.result or {}).get("passed") is True


def _call(db: Session, row: SeatRequest, assembly: Localized, item: Localized, participant_id: int) -> Call:
    mine = SeatRequest.ballot_id == row.ballot_id, SeatRequest.participant_id == participant_id
    forward = db.scalar(select(SeatRequest.id).where(*mine, SeatRequest.state == SeatState.ASKED))
    rules = get_rules(db, row.rules_id).rules
    return Call(row.id, assembly, item, row.reason or {}, rules, forward is not None)


def is_call(row: SeatRequest) -> bool:
    """Whether it is an assembly's request that waits for somebody."""
    return row.ballot_id is not None and row.participant_id is None and row.state == SeatState.ASKED
