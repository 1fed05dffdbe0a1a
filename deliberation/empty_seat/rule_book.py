"""The rules as the council's ordinance has them: set with their legal basis, and changed for what comes only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound, RimayError
from deliberation.empty_seat.rules import Rules, from_json, to_json
from deliberation.empty_seat.tables import SeatRules
from i18n.localized import Localized

LANGUAGES = ("es", "qu")


class BasisMissing(RimayError):
    """No rule without the law that it stands on, in both languages."""

    code = "seat_basis_missing"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of one moment, and what they stand on."""

    id: int
    rules: Rules
    legal_basis: Localized
    made_at: datetime


def find_rules(db: Session) -> RuleBook | None:
    """The rules in force. None: nobody has set any, and the seat cannot be asked for."""
    row = db.scalar(select(SeatRules).order_by(SeatRules.id.desc()).limit(1))
    return None if row is None else _book(row)


def get_rules(db: Session, rules_id: int) -> RuleBook:
    """Those that were in force when a request was made. Raises NotFound."""
    row = db.get(SeatRules, rules_id)
    if row is None:
        raise NotFound
    return _book(row)


def list_rules(db: Session) -> list[RuleBook]:
    """All that ever were in force, the newest first."""
    return [_book(row) for row in db.scalars(select(SeatRules).order_by(SeatRules.id.desc()))]


def set_rules(db: Session, rules: Rules, legal_basis: Localized, *, account_id: int | None) -> int:
    """From now on these. Requests that were made keep theirs; the same again changes nothing."""
    if not all(legal_basis.get(language, "").strip() for language in LANGUAGES):
        raise BasisMissing
    before = find_rules(db)
    if before is not None and (before.rules, before.legal_basis) == (rules, dict(legal_basis)):
        return before.id
    row = SeatRules(rules=to_json(rules), legal_basis=dict(legal_basis), made_at=now(), account_id=account_id)
    db.add(row)
    db.flush()
    note_act(db, account_id, "set_rules", "seat_rules", row.id)
    return row.id


def _book(row: SeatRules) -> RuleBook:
    return RuleBook(row.id, from_json(row.rules), row.legal_basis, row.made_at)
