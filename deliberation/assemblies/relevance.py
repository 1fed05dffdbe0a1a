"""Whom a message about an assembly still concerns when it is sent: days may lie between."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import now
from core.database import connection_of
from deliberation.assemblies.tables import Assembly, Invitation

MENDED_BY_A_MOVE = (None, "date", "distance")
"""Why somebody could not come who may be able to, once it is at another time or place. None: they did not say it."""

_STANDING = select(Assembly.state, Assembly.starts_at, Assembly.sequence).where(
    Assembly.id == bindparam("assembly")
)
# Of each person by their index, and sorted out afterwards, as for consultations.
_INVITED = select(
    Invitation.participant_id, Invitation.assembly_id, Invitation.answer, Invitation.reason
).where(Invitation.participant_id.in_(bindparam("people", expanding=True)))


def still_invited(db: Session, kind: Kind, assembly_id: int, round: int, people: Collection[int]) -> set[int]:
    """Nobody after it has begun. An invitation to who has not answered no, a reminder to who comes.

    The last change is for who has not declined, and, where the assembly was moved, for who could not come because of
    the date or the way, or did not say why. Who answered an invitation before it came, because they found it in the
    list, need not be invited once more.
    """
    connection = connection_of(db)
    found = connection.execute(_STANDING, {"assembly": assembly_id}).one_or_none()
    if found is None or found.starts_at <= now():
        return set()
    if kind is Kind.CHANGED:
        wanted = {"none", "yes", "waiting", "lapsed"} if round == found.sequence else set()
    elif found.state == "cancelled":
        wanted = set()
    else:
        wanted = {"yes"} if kind is Kind.REMINDER else {"none", "waiting"}
    moved = kind is Kind.CHANGED and bool(wanted) and was_moved(found.state, found.sequence)
    rows = connection.execute(_INVITED, {"people": people})
    return {
        row.participant_id
        for row in rows
        if row.assembly_id == assembly_id
        and (row.answer in wanted or (moved and row.answer == "no" and row.reason in MENDED_BY_A_MOVE))
    }


def was_moved(state: str, sequence: int) -> bool:
    """Whether an assembly that has changed so often was moved, and not just called off."""
    return sequence > (1 if state == "cancelled" else 0)
