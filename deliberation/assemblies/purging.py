"""What is kept of invitations when an assembly is long over: who came, and of needs and reasons the counts."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.owed import owe_scrub
from deliberation.assemblies.needs_cost import find_asked
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assemblies.turnout_report import find_reasons, list_answered

_KEPT = timedelta(days=60)
"""After its end: what people need is paid by then, and both reports are read."""


def purge_invitations(db: Session) -> None:
    """Forget what people needed and why they could not come. Twice changes nothing.

    The reports of cost and turnout go on as they were: the assembly keeps the counts that they show. That somebody came
    stays with them: they hear what became of it, and may sit for those who were there.
    """
    over = Assembly.ends_at <= now() - _KEPT, Assembly.tallied.is_(None)
    # A twin waits, and then finds nothing to count.
    for assembly in db.scalars(select(Assembly).where(*over).order_by(Assembly.id).with_for_update()).all():
        asked = find_asked(db, assembly)
        assembly.tallied = {
            "people": asked.people,
            "nothing": asked.nothing,
            "needs": dict(asked.needs),
            "reasons": dict(find_reasons(assembly, list_answered(db, assembly))),
        }
        mine = Invitation.assembly_id == assembly.id
        db.execute(update(Invitation).where(mine).values(needs=[], reason=None))
        owe_scrub(db)
