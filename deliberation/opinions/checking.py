"""An analysis worked out again from the votes that are stored: whether it says the same, bit for bit, and why not."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.opinions.findings import Findings, Task, from_parameters
from deliberation.opinions.stored_votes import read_votes
from deliberation.opinions.tables import Analysis


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """An analysis as it was stored, and what it would be worked out from today.

    complete:  whether all the votes that it saw are there, as they were
    """

    number: int
    version: str
    result: dict[str, Any]
    model: bytes
    complete: bool
    task: Task

    def verdict(self, findings: Findings | None) -> str:
        """`same`; else why not: `votes` (some were withdrawn since), `version` (other code made it) or `differs`.

        findings:  worked out from the task; None where it is not worth it since votes are gone
        """
        if not self.complete or findings is None:
            return "votes"
        if (findings.result, findings.model) == (self.result, self.model):
            return "same"
        return "differs" if self.version == version("rimay") else "version"


def read_recorded(db: Session, deliberation_id: int, number: int | None = None) -> Recorded:
    """One analysis by its number, or the newest. Raises NotFound."""
    query = select(Analysis).where(Analysis.deliberation_id == deliberation_id)
    if number is not None:
        query = query.where(Analysis.number == number)
    row = db.scalar(query.order_by(Analysis.number.desc()).limit(1))
    if row is None:
        raise NotFound
    terms, identity = from_parameters(row.parameters)
    stored = read_votes(db, deliberation_id, row.number, terms.statements)
    return Recorded(
        row.number,
        row.version,
        row.result,
        row.model,
        stored.digest == row.digest,
        Task(stored.votes, terms, identity),
    )


def are_votes_there(db: Session, deliberation_id: int, number: int) -> bool:
    """Whether all the votes that an analysis saw are there, as they were. Raises NotFound."""
    return read_recorded(db, deliberation_id, number).complete
