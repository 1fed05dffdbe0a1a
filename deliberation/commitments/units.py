"""The units of government that can be put in charge of something, and the accounts that speak for them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Forbidden, NotFound, RimayError
from core.tables import Account
from deliberation.commitments.areas import AREAS
from deliberation.commitments.tables import Unit, UnitMember
from i18n.localized import Localized


class UnitUnclear(RimayError):
    """A unit has a name in both languages and an area that is on the list."""

    code = "unit_unclear"


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A unit as a list shows it. institution: empty for the provincial government itself."""

    id: int
    name: Localized
    area: str
    institution: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """An account that can speak for a unit, and whether it does."""

    account_id: int
    email: str
    speaks: bool


def list_units(db: Session) -> list[UnitCard]:
    """Those that work, in the order in which they were added."""
    query = select(Unit).where(Unit.ended_at.is_(None)).order_by(Unit.id)
    return [_card(row) for row in db.scalars(query)]


def get_unit(db: Session, unit_id: int) -> UnitCard:
    """One that works. Raises NotFound."""
    return _card(_working(db, unit_id))


def add_unit(
    db: Session, name: Localized, area: str, *, institution: str = "", account_id: int | None
) -> int:
    """A unit that can be put in charge. Raises UnitUnclear."""
    _check(name, area)
    row = Unit(name=dict(name), area=area, institution=institution)
    db.add(row)
    db.flush()
    note_act(db, account_id, "add", "unit", row.id)
    return row.id


def save_unit(
    db: Session, unit_id: int, name: Localized, area: str, *, institution: str, account_id: int | None
) -> None:
    """Call it otherwise: what it took on stays with it. Raises NotFound, UnitUnclear."""
    _check(name, area)
    row = _working(db, unit_id)
    row.name, row.area, row.institution = dict(name), area, institution
    note_act(db, account_id, "change", "unit", unit_id)


def end_unit(db: Session, unit_id: int, *, account_id: int | None) -> None:
    """It takes nothing on any more; what it took on stays to be read. Raises NotFound."""
    _working(db, unit_id).ended_at = now()
    note_act(db, account_id, "end", "unit", unit_id)


def list_speakers(db: Session, unit_id: int) -> list[Speaker]:
    """The accounts of units, each with whether it speaks for this one."""
    speaking = set(db.scalars(select(UnitMember.account_id).where(UnitMember.unit_id == unit_id)))
    query = select(Account.id, Account.email).where(Account.role == "unit").order_by(Account.email)
    return [Speaker(id, email, id in speaking) for id, email in db.execute(query)]


def name_speakers(db: Session, unit_id: int, accounts: Collection[int], *, account_id: int | None) -> None:
    """These accounts speak for it, and no other. One that is not a unit's is passed over. Raises NotFound."""
    _working(db, unit_id)
    known = {speaker.account_id for speaker in list_speakers(db, unit_id)}
    db.execute(delete(UnitMember).where(UnitMember.unit_id == unit_id))
    db.add_all(UnitMember(unit_id=unit_id, account_id=each) for each in sorted(known & set(accounts)))
    note_act(db, account_id, "name_speakers", "unit", unit_id)
    db.flush()


def units_of(db: Session, account_id: int) -> set[int]:
    """The units that an account speaks for."""
    query = select(UnitMember.unit_id).join(Unit).where(UnitMember.account_id == account_id)
    return set(db.scalars(query.where(Unit.ended_at.is_(None))))


def hold_unit(db: Session, unit_id: int) -> None:
    """Let others wait who write of this unit. Raises NotFound where it does not work."""
    _working(db, unit_id)


def require_speaker(db: Session, account_id: int, unit_id: int) -> None:
    """Raises Forbidden where the account does not speak for the unit."""
    if unit_id not in units_of(db, account_id):
        raise Forbidden


def _working(db: Session, unit_id: int) -> Unit:
    row = db.get(Unit, unit_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound
    return row


def _check(name: Localized, area: str) -> None:
    if area not in AREAS or not all(name.get(language, "").strip() for language in ("es", "qu")):
        raise UnitUnclear


def _card(row: Unit) -> UnitCard:
    return UnitCard(row.id, row.name, row.area, row.institution)
