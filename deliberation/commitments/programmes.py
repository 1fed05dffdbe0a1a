"""The register: programmes of units, and whether they include people on the move by now."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now, today
from core.errors import NotFound, RimayError
from deliberation.commitments.tables import Programme, Unit
from deliberation.commitments.units import hold_unit
from deliberation.council.decisions import in_both
from deliberation.council.goals import GOALS
from i18n.localized import Localized

INCLUSIONS = ("yes", "partly", "no")


class ProgrammeUnclear(RimayError):
    """A programme has a name in both languages; that it includes somebody is shown, and since when."""

    code = "programme_unclear"


@dataclass(frozen=True, slots=True)
class ProgrammeText:
    """What is written of a programme. evidence: what shows that it includes people, in both languages."""

    unit_id: int
    name: Localized
    inclusion: str
    included_since: date | None
    evidence: Localized
    evidence_link: str | None
    sdg: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A programme as the register shows it."""

    id: int
    unit_id: int
    unit: Localized
    name: Localized
    inclusion: str
    included_since: date | None
    evidence: Localized
    evidence_link: str | None
    sdg: tuple[str, ...]
    changed_at: datetime

    @property
    def proven(self) -> bool:
        """Whether something shows that it includes people."""
        return self.inclusion != "no" and bool(self.evidence or self.evidence_link)


def list_programmes(db: Session) -> list[ProgrammeCard]:
    """Unit by unit, those of units that work."""
    query = select(Programme, Unit.name).join(Unit, Unit.id == Programme.unit_id)
    rows = db.execute(query.where(Unit.ended_at.is_(None)).order_by(Unit.id, Programme.id))
    return [_card(row, unit) for row, unit in rows]


def get_programme(db: Session, programme_id: int) -> ProgrammeCard:
    """Raises NotFound."""
    row = db.get(Programme, programme_id)
    if row is None:
        raise NotFound
    return _card(row, db.get_one(Unit, row.unit_id).name)


def save_programme(
    db: Session, programme_id: int | None, written: ProgrammeText, zone: ZoneInfo, *, account_id: int | None
) -> int:
    """Write one anew, or a new one; a new one that is sent twice is one. Its unit stays.

    Raises NotFound, ProgrammeUnclear.
    """
    _check(written, zone)
    hold_unit(db, written.unit_id)
    if programme_id is None and (twin := _find_twin(db, written)) is not None:
        return twin
    row = Programme(unit_id=written.unit_id) if programme_id is None else db.get(Programme, programme_id)
    if row is None or row.unit_id != written.unit_id:
        raise NotFound
    included = written.inclusion != "no"
    row.name = dict(written.name)
    row.inclusion = written.inclusion
    row.included_since = written.included_since if included else None
    row.evidence = dict(written.evidence) if included else {}
    row.evidence_link = written.evidence_link if included else None
    row.sdg = list(written.sdg)
    row.changed_at = now()
    db.add(row)
    db.flush()
    note_act(db, account_id, "save", "programme", row.id)
    return row.id


def _find_twin(db: Session, written: ProgrammeText) -> int | None:
    """The same programme, if it is there."""
    said = (written.name, written.inclusion)
    query = select(Programme).where(Programme.unit_id == written.unit_id)
    return next((row.id for row in db.scalars(query) if (row.name, row.inclusion) == said), None)


def delete_programme(db: Session, programme_id: int, *, account_id: int | None) -> None:
    """Take it off the register. Raises NotFound."""
    row = db.get(Programme, programme_id)
    if row is None:
        raise NotFound
    db.delete(row)
    note_act(db, account_id, "delete", "programme", programme_id)


def _check(written: ProgrammeText, zone: ZoneInfo) -> None:
    since = written.included_since
    told = written.inclusion == "no" or (
        since is not None and since <= today(zone) and (in_both(written.evidence) or written.evidence_link)
    )
    known = written.inclusion in INCLUSIONS and set(written.sdg) <= set(GOALS)
    if not (known and told and in_both(written.name)):
        raise ProgrammeUnclear


def _card(row: Programme, unit: Localized) -> ProgrammeCard:
    return ProgrammeCard(
        id=row.id,
        unit_id=row.unit_id,
        unit=unit,
        name=row.name,
        inclusion=row.inclusion,
        included_since=row.included_since,
        evidence=row.evidence,
        evidence_link=row.evidence_link,
        sdg=tuple(row.sdg),
        changed_at=row.changed_at,
    )
