"""What a message says of an assembly: no counts, which would cost every chunk of a broadcast a look at everybody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from surveys.questionnaire import Localized


@dataclass(frozen=True, slots=True)
class AssemblyHeadline:
    """An assembly as who is invited knows it.

    agenda, covers: what will be talked about, what is paid or provided; empty where nothing was said of it
    languages:      in which of them interpreters help
    sequence:       counts its changes, for calendars that hold it already
    """

    id: int
    title: Localized
    purpose: Localized
    place: str
    starts_at: datetime
    ends_at: datetime
    agenda: Localized
    covers: Localized
    map_link: str | None
    call_link: str | None
    languages: tuple[str, ...]
    by_lottery: bool
    is_cancelled: bool
    sequence: int
    answer_days: int


def get_assembly_headline(db: Session, assembly_id: int) -> AssemblyHeadline:
    """Raises NotFound."""
    row = db.get(Assembly, assembly_id)
    if row is None:
        raise NotFound
    return headline_of(row)


def headline_of(row: Assembly) -> AssemblyHeadline:
    """The headline of an assembly that is at hand."""
    return AssemblyHeadline(
        id=row.id,
        title=row.title,
        purpose=row.purpose,
        place=row.place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        agenda=row.agenda or {},
        covers=row.covers or {},
        map_link=row.map_link,
        call_link=row.call_link,
        languages=tuple(row.languages),
        by_lottery=row.way == "lottery",
        is_cancelled=row.state == "cancelled",
        sequence=row.sequence,
        answer_days=row.answer_days,
    )
