"""Where a year was talked over: assemblies that were held, as their confirmed minutes tell of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.ballot_results import BallotKind, from_json
from deliberation.assembly_day.tables import Minutes
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class AssemblyLine:
    """An assembly that is over.

    minutes_id: its newest confirmed minutes; None as long as there are none, and then nothing is known of it
    came:       None also where they were a few
    agreed:     the proposals that passed
    """

    id: int
    title: Localized
    place: str
    starts_at: datetime
    minutes_id: int | None
    came: int | None
    agreed: tuple[Localized, ...]


def assemblies_of(db: Session, first: datetime, last: datetime) -> Iterator[AssemblyLine]:
    """In the order in which they were held."""
    query = (
        select(Assembly)
        .where(Assembly.starts_at >= first, Assembly.starts_at < last, Assembly.ends_at <= now())
        .where(Assembly.state != "cancelled")
        .order_by(Assembly.starts_at, Assembly.id)
    )
    minutes = _minutes(db)
    for row in db.scalars(query):
        minutes_id, content = minutes.get(row.id, (None, {}))
        yield AssemblyLine(
            id=row.id,
            title=row.title,
            place=row.place,
            starts_at=row.starts_at,
            minutes_id=minutes_id,
            came=content.get("attendance", {}).get("total"),
            agreed=tuple(_agreed(content)),
        )


def _minutes(db: Session) -> dict[int, tuple[int, Mapping[str, Any]]]:
    """Assembly → the newest of its minutes that two people confirmed."""
    query = select(Minutes.assembly_id, Minutes.id, Minutes.content).where(Minutes.confirmed_at.is_not(None))
    return {
        assembly: (minutes_id, content)
        for assembly, minutes_id, content in db.execute(query.order_by(Minutes.number))
    }


def _agreed(content: Mapping[str, Any]) -> Iterator[Localized]:
    for ballot in content.get("ballots", ()):
        if ballot["kind"] == BallotKind.PROPOSAL and from_json(ballot["result"]).passed:
            yield ballot["text"]
