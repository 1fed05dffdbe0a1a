"""What broadcasts about the day of an assembly are about, as lists name them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.tables import Ballot, Minutes
from deliberation.subject import Subject


def ballots_as_subjects(db: Session, ids: set[int]) -> dict[int, Subject]:
    """Ballot → its assembly, and what was asked."""
    query = (
        select(Ballot.id, Ballot.assembly_id, Ballot.text, Assembly.title)
        .join(Assembly, Assembly.id == Ballot.assembly_id)
        .where(Ballot.id.in_(ids))
    )
    return {
        row.id: Subject(row.title, assembly_id=row.assembly_id, item=row.text) for row in db.execute(query)
    }


def minutes_as_subjects(db: Session, ids: set[int]) -> dict[int, Subject]:
    """Minutes → their assembly."""
    query = (
        select(Minutes.id, Minutes.assembly_id, Assembly.title)
        .join(Assembly, Assembly.id == Minutes.assembly_id)
        .where(Minutes.id.in_(ids))
    )
    return {row.id: Subject(row.title, assembly_id=row.assembly_id) for row in db.execute(query)}
