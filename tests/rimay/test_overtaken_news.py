"""What people were to hear before a copy is put back is left out: the house that broke may have told them."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.commitments.lights import months_after
from deliberation.council.items import withdraw_item
from deliberation.opinions.moderation import accept_statement
from rimay.backup.overtaken import Overtaken, pass_over
from rimay.timetable import Timetable
from tests.deliberation.asked import person
from tests.deliberation.commitments.promises import DUE, promised
from tests.deliberation.council.sessions import NOW, TWENTY, ZONE, named, proposed, took_part
from tests.deliberation.opinions import ballots

DAY = timedelta(days=1)


async def passed_over(database: Database, moment: datetime) -> Overtaken:
    """What a restore leaves out at that moment, of which the timetable then says nothing, that day or the next."""
    with at(moment), database.replacement() as connection:
        overtaken = pass_over(connection, ZONE, None)
    for later in (timedelta(minutes=1), DAY):
        with at(moment + later):
            assert (await Timetable(database, ZONE, 5).keep()).broadcasts == ()
    return overtaken


async def test_that_there_is_no_decision_yet(database: Database) -> None:
    def work(db: Session) -> None:
        consultation_id = named(db, TWENTY)
        took_part(db, consultation_id)
        _, *others = proposed(db, consultation_id)
        for other in others:
            withdraw_item(db, other, account_id=None)

    with at(NOW):
        await database.run(work)
    assert await passed_over(database, NOW + 61 * DAY) == Overtaken(openings=0, reminders=0, news=1)


async def test_whether_they_noticed_what_was_promised(database: Database) -> None:
    with at(NOW):
        await database.run(promised)
    then = datetime.combine(months_after(DUE, 3), time(10), ZONE)
    assert await passed_over(database, then) == Overtaken(openings=0, reminders=0, news=3), (
        "and of two items without a decision"
    )


async def test_that_what_they_proposed_was_read(database: Database) -> None:
    def work(db: Session) -> int:
        person(db, "es")
        deliberation_id = ballots.opened(db)
        voter = ballots.take_part(db, deliberation_id, 1, "5a" * 16)
        return ballots.proposed(db, deliberation_id, "Que haya un parque nuevo", author_id=voter)

    with at(ballots.MOMENT):
        statement_id = await database.run(work)
        await database.run(accept_statement, statement_id, account_id=None)
    later = ballots.MOMENT + timedelta(minutes=11)
    assert await passed_over(database, later) == Overtaken(openings=0, reminders=0, news=1)
