"""Whether a message still concerns who is about to get it: days may lie between deciding to send and sending."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import now
from core.tables import Broadcast
from deliberation.tables import Assembly
from surveys.reminders import still_asked


def still_wanted(db: Session, broadcast_id: int, people: Collection[int], zone: ZoneInfo) -> set[int]:
    """Those of some recipients whom the broadcast still concerns; the others are passed over."""
    broadcast = db.get_one(Broadcast, broadcast_id)
    kind = Kind(broadcast.kind)
    match kind:
        case Kind.OPENING | Kind.UNFINISHED:
            return still_asked(db, kind, broadcast.subject_id, people, zone)
        case Kind.INVITATION | Kind.REMINDER:
            ahead = db.get_one(Assembly, broadcast.subject_id).starts_at > now()
            return set(people) if ahead else set()
        case Kind.DECISION:
            return set(people)
