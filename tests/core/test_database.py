"""One transaction a use case: all of it is kept, or nothing; a read writes nothing; what is deleted is gone."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import at, now
from core.database import Database, insert_into
from core.owed import is_scrub_owed, owe_scrub_of_deliveries
from core.tables import Broadcast, Delivery, DeliveryChunk, Participant, SeenUpdate, Table
from surveys.tables import Consultation, Response, StoredQuestionnaire, Voice
from tests.core.kept import kept_bytes

SECRET = "ñawi-palabra-que-nadie-debe-encontrar"


def see(db: Session, update_id: int) -> None:
    db.add(SeenUpdate(update_id=update_id))
    db.flush()


def seen(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(SeenUpdate)) or 0


async def test_what_a_use_case_wrote_is_kept_when_it_returns(database: Database) -> None:
    await database.run(see, 1)

    assert await database.read(seen) == 1


async def test_nothing_is_kept_of_a_use_case_that_fails(database: Database) -> None:
    def fail(db: Session) -> None:
        see(db, 1)
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await database.run(fail)

    assert await database.read(seen) == 0


async def test_a_reading_use_case_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.read(see, 1)

    assert await database.read(seen) == 0


async def test_the_read_only_twin_still_refuses_after_it_has_read(database: Database) -> None:
    for _ in range(20):  # every connection of the pool
        await database.read(seen)
    for _ in range(8):
        with pytest.raises(DBAPIError):
            await database.read(see, 1)


async def test_use_cases_at_once_do_not_lose_each_others_work(database: Database) -> None:
    await asyncio.gather(*(database.run(see, number) for number in range(40)))

    assert await database.read(seen) == 40


async def test_use_cases_see_the_clock_of_their_caller(database: Database) -> None:
    moment = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    with at(moment):
        assert await database.run(lambda _db: now()) == moment
        assert await database.read(lambda _db: now()) == moment


async def test_an_insert_can_pass_over_what_is_there(database: Database) -> None:
    def twice(db: Session) -> None:
        for _ in range(2):
            db.execute(insert_into(db, SeenUpdate).values(update_id=7).on_conflict_do_nothing())

    await database.run(twice)

    assert await database.read(seen) == 1


async def test_foreign_keys_hold(database: Database) -> None:
    def orphan(db: Session) -> None:
        db.add(Response(id="0" * 32, consultation_id=999, language="es"))

    with pytest.raises(DBAPIError):
        await database.run(orphan)


async def test_what_goes_wrong_is_told_without_what_was_said(database: Database) -> None:
    def fail(db: Session) -> None:
        db.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": SECRET})

    with pytest.raises(DBAPIError) as trouble:
        await database.run(fail)

    assert SECRET not in str(trouble.value)


# What is deleted is gone from the files


def plant(db: Session) -> None:
    """Rows that hold the secret everywhere where people's words and identifiers can be."""
    stored = StoredQuestionnaire(
        name="n", title={}, definition={}, workbook=b"", file_name="n.xlsx", created_at=now()
    )
    db.add(stored)
    db.flush()
    consultation = Consultation(questionnaire_id=stored.id, title={}, state="open")
    db.add(consultation)
    db.flush()
    for number in range(200):
        key = f"{number:032x}"
        db.add(
            Response(id=f"{number:031x}k", consultation_id=consultation.id, language="es")
        )  # this one stays
        db.add(
            Response(
                id=key,
                consultation_id=consultation.id,
                language="es",
                progress={"answers": {"words": f"{SECRET} {number} " + "palabra " * (number % 60)}},
                answers={"words": SECRET},
            )
        )
        db.flush()
        db.add(
            Voice(
                id=key,
                response_id=key,
                consultation_id=consultation.id,
                path="words",
                language="es",
                text=SECRET * (1 + number % 90),
                original=SECRET.encode(),
            )
        )
    db.add(
        Participant(
            chat_index=SECRET.encode()[:32],
            chat_sealed=SECRET.encode(),
            language="es",
            profile={"invite": SECRET},
            consent_version="1",
            consented_on=date(2026, 11, 23),
        )
    )


def erase_all(db: Session) -> None:
    """Some of it is overwritten first, as a conversation does."""
    db.execute(update(Response).values(progress=None))
    db.execute(delete(Voice))
    db.execute(delete(Response).where(Response.id.not_like("%k")))
    db.execute(delete(Participant))


def sample(database: Database) -> None:
    """What PostgreSQL does now and then by itself: it keeps samples of the values of each column."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


async def test_scrubbing_leaves_no_trace_of_what_was_deleted(database: Database) -> None:
    await database.run(plant)
    sample(database)
    assert SECRET.encode() in kept_bytes(database)

    await database.run(erase_all)
    await database.scrub()

    assert SECRET.encode() not in kept_bytes(database)


async def test_scrubbing_leaves_no_trace_while_others_read(database: Database) -> None:
    await database.run(plant)
    await database.run(erase_all)

    def look_slowly(db: Session) -> int:
        count = seen(db)
        time.sleep(0.3)
        return count

    await asyncio.gather(database.scrub(), *(database.read(look_slowly) for _ in range(3)))

    assert SECRET.encode() not in kept_bytes(database)


async def test_a_snapshot_sees_one_moment_and_refuses_a_write(database: Database) -> None:
    await database.run(see, 1)
    how_many = select(func.count()).select_from(SeenUpdate)

    with database.snapshot() as connection:
        assert connection.scalar(how_many) == 1
        await database.run(see, 2)
        assert connection.scalar(how_many) == 1
        with pytest.raises(DBAPIError):
            connection.execute(delete(SeenUpdate))
    assert await database.read(seen) == 2


async def test_nobody_waits_for_a_scrubbing_that_waits_for_a_snapshot(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    await database.run(plant)
    with database.snapshot() as connection:
        connection.execute(select(Response.id)).all()
        scrubbing = asyncio.ensure_future(database.scrub())
        async with asyncio.timeout(20):
            while not await database.read(waits_for_its_turn):
                await asyncio.sleep(0.01)
            await database.run(erase_all)
        assert not scrubbing.done()
    await scrubbing
    await database.dispose()


def waits_for_its_turn(db: Session) -> bool:
    """Whether a scrubbing is waiting."""
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(db.scalar(text(query)))


async def test_scrubbing_waits_for_who_may_still_see_what_was_deleted(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    await database.run(plant)
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as looking:
        looking.execute(
            select(SeenUpdate.update_id)
        ).all()  # of another table, and yet its snapshot holds all
        await database.run(erase_all)
        scrubbing = asyncio.ensure_future(database.scrub())
        await asyncio.sleep(0.3)
        assert not scrubbing.done()
    await scrubbing

    assert SECRET.encode() not in kept_bytes(database)
    await database.dispose()


async def test_a_table_that_plain_cleaning_emptied_is_written_anew_as_well(bare_url: str) -> None:
    """No row is left of it, and no page: its index still holds what was in it."""
    database = Database(bare_url)
    Table.metadata.create_all(database.engine)
    await database.run(plant)
    await database.run(erase_all)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (TRUNCATE)"))
    await database.scrub()
    assert SECRET.encode() not in kept_bytes(database)
    await database.dispose()


async def test_deliveries_are_written_anew_where_it_was_promised_and_none_is_sent(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url)

    def place(db: Session) -> str:
        return str(db.scalar(text("SELECT pg_relation_filepath('delivery')")))

    def send(db: Session) -> None:
        broadcast = Broadcast(kind=Kind.STATEMENTS, subject_id=1, created_at=now())
        db.add(broadcast)
        db.flush()
        db.add(DeliveryChunk(broadcast_id=broadcast.id, number=1, new=1))
        person = Participant(chat_index=b"i" * 32, chat_sealed=b"s", language="es", consent_version="1")
        person.consented_on = date(2026, 11, 23)
        db.add(person)
        db.flush()
        db.add(Delivery(broadcast_id=broadcast.id, participant_id=person.id, chunk=1))

    before = await database.read(place)
    await database.scrub()
    assert await database.read(place) == before, "nobody promised it"
    with at(now() - timedelta(minutes=10)):
        await database.run(owe_scrub_of_deliveries)
        await database.run(send)
    await database.scrub()
    assert await database.read(place) == before, "a broadcast is on its way"
    assert not await database.read(is_scrub_owed)
    await database.run(lambda db: db.execute(update(DeliveryChunk).values(new=0, sent=1)))
    assert await database.read(is_scrub_owed)
    await database.scrub()
    assert await database.read(place) != before
    assert not await database.read(is_scrub_owed)
    await database.dispose()
