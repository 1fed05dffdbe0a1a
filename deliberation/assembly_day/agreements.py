"""What an assembly agreed on: the proposals that passed. They may become items of the council's agenda."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assembly_day.ballot_results import BallotKind, from_json
from deliberation.assembly_day.tables import Ballot, Minutes
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Agreement:
    """A proposal that passed.

    voters:           None where they are too few to be told
    yes, no, abstain: None where too few voted in secret for the counts to be told
    minutes_id:       the newest confirmed minutes that hold it; None as long as there are none
    """

    ballot_id: int
    title: Localized
    voters: int | None
    yes: int | None
    no: int | None
    abstain: int | None
    statement_id: int | None
    minutes_id: int | None


def agreements_of(db: Session, assembly_id: int) -> list[Agreement]:
    """The proposals of an assembly that passed, in the order in which it voted on them."""
    query = select(Ballot).where(Ballot.assembly_id == assembly_id, Ballot.kind == BallotKind.PROPOSAL)
    recorded = _recorded(db, assembly_id)
    return [
        _agreement(ballot, recorded.get(ballot.id))
        for ballot in db.scalars(query.order_by(Ballot.number))
        if ballot.result is not None and from_json(ballot.result).passed
    ]


def _agreement(ballot: Ballot, minutes_id: int | None) -> Agreement:
    result = from_json(ballot.result or {})
    counts = result.counts or {}
    return Agreement(
        ballot_id=ballot.id,
        title=ballot.text,
        voters=result.voters,
        yes=counts.get("yes"),
        no=counts.get("no"),
        abstain=counts.get("abstain"),
        statement_id=ballot.statement_id,
        minutes_id=minutes_id,
    )


def _recorded(db: Session, assembly_id: int) -> dict[int, int]:
    """Ballot → the newest confirmed minutes that hold it."""
    query = select(Minutes.id, Minutes.content).where(
        Minutes.assembly_id == assembly_id, Minutes.confirmed_at.is_not(None)
    )
    return {
        ballot["id"]: minutes_id
        for minutes_id, content in db.execute(query.order_by(Minutes.number))
        for ballot in content["ballots"]
    }
