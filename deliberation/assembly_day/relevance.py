"""Whom a message about the day of an assembly still concerns when it is sent."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.database import connection_of
from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.tables import Ballot, BallotVoter, Minutes

_BALLOT = select(Ballot.state, Ballot.assembly_id).where(Ballot.id == bindparam("ballot"))
_MINUTES = select(Minutes.assembly_id).where(Minutes.id == bindparam("minutes"))
# Of each person by their index, and sorted out afterwards, as for invitations.
_CAME = select(Invitation.participant_id, Invitation.assembly_id).where(
    Invitation.came, Invitation.participant_id.in_(bindparam("people", expanding=True))
)
_VOTED = select(BallotVoter.participant_id).where(
    BallotVoter.ballot_id == bindparam("ballot"),
    BallotVoter.participant_id.in_(bindparam("people", expanding=True)),
)


def still_voting(db: Session, ballot_id: int, people: Collection[int]) -> set[int]:
    """Who is in the room and has not voted yet, while the ballot is open."""
    connection = connection_of(db)
    found = connection.execute(_BALLOT, {"ballot": ballot_id}).one_or_none()
    if found is None or found.state != "open":
        return set()
    voted = set(connection.execute(_VOTED, {"ballot": ballot_id, "people": people}).scalars())
    return _came(db, found.assembly_id, people) - voted


def took_part(db: Session, minutes_id: int, people: Collection[int]) -> set[int]:
    """Who came to the assembly of the minutes."""
    assembly_id = connection_of(db).execute(_MINUTES, {"minutes": minutes_id}).scalar_one_or_none()
    return set() if assembly_id is None else _came(db, assembly_id, people)


def _came(db: Session, assembly_id: int, people: Collection[int]) -> set[int]:
    rows = connection_of(db).execute(_CAME, {"people": people})
    return {row.participant_id for row in rows if row.assembly_id == assembly_id}
