"""The timetable: consultations open, remind and close by themselves, once, however many look at the clock."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import at
from core.database import Database
from core.owed import owe_scrub
from core.people import Contact, enrol
from core.tables import Broadcast, Owed
from deliberation.audience.criteria import Audience
from deliberation.council.items import add_item
from deliberation.opening import plan, schedule
from rimay.timetable import Kept, Timetable
from surveys.consultations import draft_consultation
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation
from tests.bot.town import QUESTIONNAIRE
from tests.deliberation.council.sessions import wording

ZONE = ZoneInfo("America/Guayaquil")
DRAFTED = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
OPENS = datetime(2026, 11, 3, 14, 0, tzinfo=UTC)


async def scheduled(database: Database) -> int:
    """A consultation that opens on the third, reminds after two days and ends with the sixth."""

    def work(db: Session) -> int:
        for person in range(6):
            enrol(db, Contact(f"{person:032}".encode(), b"sealed"), "es", "1")
        stored = store_questionnaire(db, QUESTIONNAIRE, content=b"", file_name="a.xlsx", account_id=None)
        drafted = draft_consultation(db, questionnaire_id=stored, account_id=None)
        plan(db, drafted, audience=Audience(), closes_on=date(2026, 11, 6), remind_after=[2], account_id=None)
        schedule(db, drafted, opens_at=OPENS, zone=ZONE, threshold=5, account_id=None)
        return drafted

    with at(DRAFTED):
        return await database.run(work)


async def keep(database: Database, moment: datetime, twins: int = 1) -> list[Kept]:
    """So many workers look at the clock at once."""
    with at(moment):
        tables = [Timetable(database, ZONE, 5) for _ in range(twins)]
        return list(await asyncio.gather(*(table.keep() for table in tables)))


async def kinds(database: Database) -> list[str]:
    return await database.read(lambda db: list(db.scalars(select(Broadcast.kind).order_by(Broadcast.id))))


async def state(database: Database, consultation_id: int) -> str:
    return await database.read(lambda db: db.get_one(Consultation, consultation_id).state)


async def test_a_consultation_opens_reminds_and_closes_by_itself(database: Database) -> None:
    consultation = await scheduled(database)

    assert await keep(database, OPENS - timedelta(minutes=1)) == [Kept((), ())]
    (opened,) = await keep(database, OPENS)
    assert len(opened.broadcasts) == 1
    assert await state(database, consultation) == "open"

    await database.run(
        lambda db: db.execute(Broadcast.metadata.tables["delivery"].update().values(state="sent"))
    )
    await keep(database, OPENS + timedelta(days=2))
    assert await kinds(database) == [Kind.OPENING, Kind.UNFINISHED]

    over = datetime(2026, 11, 7, 5, 0, tzinfo=UTC)  # midnight in Ibarra
    assert await keep(database, over - timedelta(minutes=1)) == [Kept((), ())]
    assert await keep(database, over) == [Kept((), (consultation,))]
    assert await state(database, consultation) == "closed"
    assert await keep(database, over + timedelta(minutes=1)) == [Kept((), ())]


async def test_twins_do_each_thing_once(database: Database) -> None:
    consultation = await scheduled(database)

    opened = await keep(database, OPENS + timedelta(minutes=3), twins=4)
    assert sum(len(kept.broadcasts) for kept in opened) == 1

    await database.run(
        lambda db: db.execute(Broadcast.metadata.tables["delivery"].update().values(state="sent"))
    )
    reminded = await keep(database, OPENS + timedelta(days=2, minutes=3), twins=4)
    assert sum(len(kept.broadcasts) for kept in reminded) == 1

    closed = await keep(database, OPENS + timedelta(days=5), twins=4)
    assert [kept.closed for kept in closed if kept.closed] == [(consultation,)]
    assert await kinds(database) == [Kind.OPENING, Kind.UNFINISHED]


async def test_twins_say_once_that_a_decision_is_late(database: Database) -> None:
    with at(DRAFTED):
        item = await database.run(add_item, wording(), ZONE, account_id=None)
    late = DRAFTED + timedelta(days=61)
    told = [kept.broadcasts for kept in await keep(database, late, twins=3)]
    assert sorted(map(len, told)) == [0, 0, 1] and await kinds(database) == [Kind.OVERDUE]
    assert await database.read(lambda db: db.scalar(select(Broadcast.subject_id))) == item


async def test_a_scrubbing_that_was_promised_and_not_done_is_made_good(database: Database) -> None:
    with at(DRAFTED):
        await database.run(owe_scrub)
    assert await database.read(is_owed)

    await keep(database, DRAFTED + timedelta(minutes=1))
    assert await database.read(is_owed), "whoever promised it is still at it"
    await keep(database, DRAFTED + timedelta(minutes=6))
    assert not await database.read(is_owed)


def is_owed(db: Session) -> bool:
    return db.scalar(select(Owed.name)) is not None
