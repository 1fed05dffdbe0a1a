"""Analyses of a deliberation's votes: immutable, numbered, to be worked out again by anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.tables import Analysis


@dataclass(frozen=True, slots=True)
class AnalysisCard:
    """What an analysis found, and what of.

    result:  groups, statements and the map, as `findings.py` writes them; exact counts, which leave the house only
             through disclosure control
    """

    id: int
    deliberation_id: int
    number: int
    people: int
    statements: int
    votes: int
    parameters: dict[str, Any]
    version: str
    made_at: datetime
    published_at: datetime | None
    result: dict[str, Any]


def find_analysis(
    db: Session, deliberation_id: int, number: int | None = None, *, published: bool = False
) -> AnalysisCard | None:
    """One by its number, or the newest; of those that are published only, if so asked."""
    query = select(*_COLUMNS).where(Analysis.deliberation_id == deliberation_id)
    if number is not None:
        query = query.where(Analysis.number == number)
    if published:
        query = query.where(Analysis.published_at.is_not(None))
    row = db.execute(query.order_by(Analysis.number.desc()).limit(1)).one_or_none()
    return None if row is None else AnalysisCard(*row)


_COLUMNS = (
    Analysis.id,
    Analysis.deliberation_id,
    Analysis.number,
    Analysis.people,
    Analysis.statements,
    Analysis.votes,
    Analysis.parameters,
    Analysis.version,
    Analysis.made_at,
    Analysis.published_at,
    Analysis.result,
)
