"""Who contributed to an item, by whichever way: they hear what becomes of it, each once."""

from typing import Any

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from core.tables import Participant
from deliberation.assemblies.tables import Invitation
from deliberation.council.tables import AgendaItem
from deliberation.opinions.tables import Turnout
from surveys.tables import Participation


def contributors_of(item: AgendaItem) -> Select[int]:
    """The ids of who finished its consultation, voted in its deliberation or came to its assembly.

    Somebody who contributed in two ways is in it once.
    """
    finished = select(Participation.participant_id).where(
        Participation.consultation_id == item.consultation_id, Participation.state == "finished"
    )
    voted = select(Turnout.participant_id).where(
        Turnout.deliberation_id == item.deliberation_id, Turnout.state == "voted"
    )
    came = select(Invitation.participant_id).where(
        Invitation.assembly_id == item.assembly_id, Invitation.came
    )
    together = union(finished, voted, came).subquery()
    return select(together.c.participant_id)


def count_contributors(db: Session, item: AgendaItem) -> int:
    """How many a message about it would reach."""
    query: Select[Any] = select(func.count()).select_from(Participant)
    mine = Participant.id.in_(contributors_of(item))
    return int(db.scalar(query.where(Participant.reachable, mine)) or 0)
