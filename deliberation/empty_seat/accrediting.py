"""The council's secretary decides on a request: accredited where every rule is met, denied with a rule or a reason."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, RimayError
from core.everyone import hold_everyone
from deliberation.empty_seat.requests import (
    ALIVE,
    SITS,
    HeldItem,
    SeatState,
    hold_request,
    settle_voices,
    tell_owners,
)
from deliberation.empty_seat.rule_book import LANGUAGES, get_rules
from deliberation.empty_seat.rules import DECLARED, Rule, judge
from deliberation.empty_seat.tables import SeatRequest
from i18n.localized import Localized


class RulesUnmet(RimayError):
    """A request that does not meet every rule cannot be accredited: the rules are for all."""

    code = "seat_rules_unmet"


class DenialUnexplained(RimayError):
    """Nobody is denied the seat without a rule that says so, or a reason in both languages."""

    code = "seat_denial_unexplained"


def unmet_now(db: Session, held: HeldItem, row: SeatRequest) -> tuple[Rule, ...]:
    """The rules that stand in the way of accrediting a request now. Whether it was in time was judged when it came."""
    rules = get_rules(db, row.rules_id).rules
    others = [each for each in held.sitters if each.id != row.id]
    unmet = judge(rules, row.declared, now(), held.hearing, by_assembly=row.ballot_id is not None,
                  accredited=len(others))  # fmt: skip
    return tuple(rule for rule in unmet if rule is not Rule.NOTICE)


def accredit(db: Session, request_id: int, *, account_id: int | None) -> list[int]:
    """Let the person sit. With others for the same item they have to agree on one vote. The broadcasts that say so.

    Raises NotFound, Conflict where nobody asks any more, RulesUnmet. Twice is once.
    """
    hold_everyone(db)
    held, row = hold_request(db, request_id)
    if row.state in SITS:
        return []
    if row.state != SeatState.ASKED or row.participant_id is None:
        raise Conflict
    if unmet_now(db, held, row):
        raise RulesUnmet
    row.state, row.settled_at, row.account_id = SeatState.ACCREDITED, now(), account_id
    row.reasons, row.reason = [], _lot_of(row)
    db.flush()
    note_act(db, account_id, "accredit", "seat_request", row.id)
    settle_voices(db, held)
    # Who was alone until now has to agree with somebody.
    return tell_owners(db, held.sitters)


def deny(
    db: Session, request_id: int, rules: Collection[str], reason: Localized, *, account_id: int | None
) -> list[int]:
    """Say no, or take back a yes before the sitting, with the rules that are not met or a reason in both languages.

    Raises NotFound, Conflict, DenialUnexplained. Twice is once.
    """
    named = [rule.value for rule in Rule if rule in rules and rule is not Rule.AGREE]
    written = {language: reason.get(language, "").strip() for language in LANGUAGES}
    half = any(written.values()) and not all(written.values())
    if half or not (named or all(written.values())):
        raise DenialUnexplained
    hold_everyone(db)
    held, row = hold_request(db, request_id)
    if row.state == SeatState.DENIED:
        return []
    if row.state not in ALIVE or (row.state in SITS and not held.is_ahead):
        raise Conflict
    row.state, row.settled_at, row.account_id = SeatState.DENIED, now(), account_id
    row.reasons, row.reason = named, written if all(written.values()) else _lot_of(row)
    row.code = row.position = None
    db.flush()
    note_act(db, account_id, "deny", "seat_request", row.id)
    return tell_owners(db, [row, *settle_voices(db, held)])


def take_seat(db: Session, request_id: int, *, came: bool, account_id: int | None) -> None:
    """On the day: the person sat there, or it was a mistake. Raises NotFound, Conflict for who was not accredited."""
    _, row = hold_request(db, request_id)
    if row.state not in SITS:
        raise Conflict
    if row.came != came:
        row.came = came
        note_act(db, account_id, "take_seat" if came else "leave_seat", "seat_request", row.id)


def _lot_of(row: SeatRequest) -> dict[str, str] | None:
    """How who goes for an assembly was drawn: that stays in the register, whatever is decided."""
    return row.reason if row.ballot_id is not None and row.participant_id is not None else None


def named_rules() -> tuple[Rule, ...]:
    """Those that a denial may name."""
    return (*DECLARED, Rule.PERSON, Rule.ASSEMBLY, Rule.SITTING, Rule.NOTICE, Rule.FULL)
