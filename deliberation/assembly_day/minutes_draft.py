"""What the minutes say that was recorded, as it stands at one moment: where and when, who came, what was voted.

What is put into minutes may be published: it is under disclosure control from here on.
"""

from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.room import Present, count_present
from deliberation.assembly_day.tables import Ballot

Recorded = dict[str, Any]


def recorded_of(db: Session, assembly_id: int, threshold: int) -> Recorded:
    """{"facts", "attendance", "ballots"} of an assembly. Raises NotFound."""
    assembly = db.get(Assembly, assembly_id)
    if assembly is None:
        raise NotFound
    closed = select(Ballot).where(Ballot.assembly_id == assembly_id, Ballot.state == "closed")
    return {
        "facts": _facts(assembly),
        "attendance": _attendance(count_present(db, assembly_id), threshold),
        "ballots": [_ballot(row) for row in db.scalars(closed.order_by(Ballot.number))],
    }


def _facts(assembly: Assembly) -> Recorded:
    return {
        "title": assembly.title,
        "purpose": assembly.purpose,
        "agenda": assembly.agenda or {},
        "place": assembly.place,
        "starts_at": assembly.starts_at.astimezone(UTC).isoformat(),
        "ends_at": assembly.ends_at.astimezone(UTC).isoformat(),
    }


def _attendance(present: Present, threshold: int) -> Recorded:
    """How many, None for a few. Of those without a telephone only where neither they nor the others are few."""
    few = 0 < present.total < threshold
    apart = min(present.came, present.others) >= threshold
    return {
        "total": None if few else present.total,
        "others": present.others if apart else None,
        "threshold": threshold,
    }


def _ballot(row: Ballot) -> Recorded:
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "text": row.text,
        "options": row.options,
        "result": row.result,
    }
