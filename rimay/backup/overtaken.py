"""What the timetable may have done after a copy was made is not done again once the copy is put back."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from core.clock import now
from core.quiet_hours import QuietHours
from deliberation.assemblies.reminding import pass_over_assembly_reminders
from deliberation.commitments.follow_up import pass_over_follow_ups
from deliberation.council.deadlines import pass_over_overdue
from deliberation.opinions.telling import pass_over_authors
from surveys.reminders import pass_over_reminders
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Overtaken:
    """How many consultations lost the date on which they would have opened, and of how many a reminder was due.

    Of assemblies the same, among the reminders. `news`: statements that were judged, items without a decision in their
    time, and commitments to ask about, of which people were to hear.
    """

    openings: int
    reminders: int
    news: int


def pass_over(connection: Connection, zone: ZoneInfo, quiet_hours: QuietHours | None) -> Overtaken:
    """Leave what is due by now to people: whom it has reached already, nobody here can know."""
    due = Consultation.state == "draft", Consultation.opens_at <= now()
    openings = connection.execute(update(Consultation).where(*due).values(opens_at=None)).rowcount
    with Session(connection) as db:
        reminders = pass_over_reminders(db, zone) + pass_over_assembly_reminders(db, quiet_hours)
        news = pass_over_authors(db) + pass_over_overdue(db, zone) + pass_over_follow_ups(db, zone)
        db.flush()
    return Overtaken(openings, reminders, news)
