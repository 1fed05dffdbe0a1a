"""The units of government that can be put in charge of something."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import RimayError
from deliberation.commitments.areas import AREAS
from deliberation.commitments.tables import Unit
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


def list_units(db: Session) -> list[UnitCard]:
    """Those that work, in the order in which they were added."""
    query = select(Unit).where(Unit.ended_at.is_(None)).order_by(Unit.id)
    return [UnitCard(row.id, row.name, row.area, row.institution) for row in db.scalars(query)]


def add_unit(
    db: Session, name: Localized, area: str, *, institution: str = "", account_id: int | None
) -> int:
    """A unit that can be put in charge. Raises UnitUnclear."""
    if area not in AREAS or not all(name.get(language, "").strip() for language in ("es", "qu")):
        raise UnitUnclear
    row = Unit(name=dict(name), area=area, institution=institution)
    db.add(row)
    db.flush()
    note_act(db, account_id, "add", "unit", row.id)
    return row.id
