"""A backup holds what one moment of the database held, and a restore puts all of it back or changes nothing."""

import gzip
import resource
import threading
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pyrage
import pytest
from alembic import command
from pyrage import x25519
from sqlalchemy import create_engine, delete, insert, select, update
from sqlalchemy.orm import Session

from core.broadcasts import Course, Kind
from core.clock import at, now
from core.database import Database
from core.sealing import open_vault, secret_of
from core.settings import Settings
from core.tables import AuditEvent, Broadcast, DeliveryChunk, Participant, Table
from migrations.schema import config, is_current
from rimay.backup.envelope import seal
from rimay.backup.keys import identities_in, key_file, sealing_of
from rimay.backup.overtaken import Overtaken
from rimay.backup.refusals import (
    InUse,
    NoKey,
    NotEmpty,
    NothingToKeep,
    OtherSecret,
    Unwritable,
    WrongKey,
)
from rimay.backup.restoring import restore
from rimay.backup.shelf import new_file
from rimay.backup.writing import lines_of
from rimay.timetable import Timetable
from surveys.consultations import list_due_openings
from surveys.reminders import list_due_reminders
from surveys.tables import Consultation
from tests.rimay.copies import keep, put_back
from tests.rimay.houses import NewHouse, rows_of, settle

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(params=BACKENDS)
def settled(request: pytest.FixtureRequest, new_house: NewHouse) -> Settings:
    """An installation with rows of every kind in every table."""
    settings = new_house(request.param)
    settle(settings)
    return settings


@pytest.fixture
def copy(settled: Settings, tmp_path: Path) -> Path:
    """A backup of it."""
    return keep(settled, tmp_path / "copy.age")


@pytest.mark.parametrize("target", BACKENDS)
def test_every_row_of_every_table_comes_back_on_either_database(
    settled: Settings, copy: Path, new_house: NewHouse, target: str
) -> None:
    other = new_house(target)
    restored = put_back(other, copy, key_file(settled))

    before, after = rows_of(settled), rows_of(other)
    assert set(before) == set(Table.metadata.tables), "a table that a backup forgets"
    assert all(before.values())
    assert after == {**before, "broadcast": after["broadcast"]}
    assert restored.rows == sum(map(len, before.values()))
    database = Database(other.database_url)
    assert is_current(database.engine)
    database.close()


def test_what_was_sealed_is_opened_by_the_key_that_came_along(
    settled: Settings, copy: Path, new_house: NewHouse
) -> None:
    sealed = open_vault(settled).seal("Ana")
    other = new_house("sqlite")
    put_back(other, copy, key_file(settled))

    assert open_vault(other).open(sealed) == "Ana"
    assert other.key_file.stat().st_mode & 0o777 == 0o600
    assert key_file(settled).stat().st_mode & 0o777 == 0o600


async def test_what_is_added_after_a_restore_takes_new_numbers(
    settled: Settings, copy: Path, new_house: NewHouse
) -> None:
    other = new_house("postgresql")
    put_back(other, copy, key_file(settled))
    database = Database(other.database_url)
    values = {"language": "es", "profile": {}, "consent_version": "1", "reachable": True}
    added = insert(Participant).values(**values, consented_on=rows_of(other)["participant"][0][6])
    key = await database.run(lambda db: db.execute(added.returning(Participant.id)).scalar_one())
    await database.dispose()

    assert key == 4


def test_what_others_write_meanwhile_is_not_half_in_the_backup(
    settled: Settings, tmp_path: Path, new_house: NewHouse
) -> None:
    """A writer moves a deed from one table to the other, both in one transaction: no backup may see one of them."""
    stop = threading.Event()
    database = Database(settled.database_url)

    def move(number: int) -> None:
        with database.replacement() as connection:
            act = {"id": number, "at": now(), "act": "moved", "subject": "chunk"}
            connection.execute(insert(AuditEvent).values(act))
            connection.execute(update(DeliveryChunk).where(DeliveryChunk.number == 1).values(left=number))

    def write() -> None:
        for number in count(1001):
            if stop.is_set():
                return
            move(number)

    move(1000)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [keep(settled, tmp_path / f"copy-{number}.age") for number in range(5)]
    finally:
        stop.set()
        writer.join()
        database.close()

    seen = [_last_and_left(new_house("sqlite"), path, key_file(settled)) for path in copies]
    assert all(last == left for last, left in seen)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0], "nobody wrote while the backups were made"


def _last_and_left(other: Settings, path: Path, key: Path) -> tuple[int | None, int | None]:
    """The number in either place, as a restored backup has them."""
    put_back(other, path, key)
    database = Database(other.database_url)
    with database.snapshot() as connection:
        last = connection.scalar(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1))
        left = connection.scalar(select(DeliveryChunk.left).where(DeliveryChunk.number == 1))
    database.close()
    return last, left


async def test_what_was_going_out_is_held_after_a_restore(
    settled: Settings, copy: Path, new_house: NewHouse
) -> None:
    database = Database(settled.database_url)

    def arrange(db: Session) -> None:
        db.execute(update(Broadcast).values(state=Course.RUNNING))
        db.execute(update(DeliveryChunk).values(new=0, sending=0))
        db.execute(update(DeliveryChunk).where(DeliveryChunk.broadcast_id == 1).values(new=3))

    await database.run(arrange)
    await database.dispose()
    other = new_house("sqlite")
    restored = put_back(other, keep(settled, copy.with_name("again.age")), key_file(settled))

    assert restored.paused == 1
    found = Database(other.database_url)
    states = await found.read(lambda db: list(db.execute(select(Broadcast.id, Broadcast.state))))
    await found.dispose()
    held, left_out = [(1, "paused"), (2, "running"), (3, "running")], (4, "running")
    assert sorted(map(tuple, states)) == [*held, left_out], (
        "the last stands for a question that is not asked again"
    )


async def test_what_came_due_after_the_copy_is_not_done_again_by_the_timetable(
    settled: Settings, copy: Path, new_house: NewHouse
) -> None:
    """The house that broke may have opened the draft, and sent the first two reminders; the third is to come."""
    database = Database(settled.database_url)

    def arrange(db: Session) -> None:
        db.execute(update(Consultation).values(state="closed", opens_at=None))
        due, open_, planned = db.scalars(select(Consultation).order_by(Consultation.id))
        due.state, due.opens_at, due.audience = "draft", now() - timedelta(minutes=1), None
        open_.state, open_.opened_at, open_.closes_on = "open", now() - timedelta(days=5), None
        open_.remind_after = [2, 4, 6]
        planned.state, planned.opens_at = "draft", now() + timedelta(days=1)
        planned.closes_on = None
        db.execute(delete(Broadcast).where(Broadcast.kind == Kind.UNFINISHED))

    await database.run(arrange)
    await database.dispose()
    other = new_house("sqlite")
    restored = put_back(other, keep(settled, copy.with_name("again.age")), key_file(settled))

    assert restored.overtaken == Overtaken(openings=1, reminders=1, news=1), "also a commitment to ask about"
    found = Database(other.database_url)
    kept = await Timetable(found, other.zone, 5).keep()
    with at(now() + timedelta(days=1, hours=1)):
        due = await found.read(list_due_reminders, other.zone), await found.read(list_due_openings)
    await found.dispose()
    assert kept.broadcasts == ()
    assert due == ([2], [3]), "what had not come due is done at its time"


def test_a_database_that_holds_something_is_replaced_only_on_demand(settled: Settings, copy: Path) -> None:
    before = rows_of(settled)
    with pytest.raises(NotEmpty):
        put_back(settled, copy, key_file(settled))
    assert rows_of(settled) == before

    database = Database(settled.database_url)
    with database.replacement() as connection:
        connection.execute(update(Participant).values(language="qu"))
    database.close()
    put_back(settled, copy, key_file(settled), over=True)
    assert rows_of(settled)["participant"] == before["participant"]


def test_the_key_that_was_there_before_is_kept_beside(
    settled: Settings, copy: Path, new_house: NewHouse
) -> None:
    other = new_house("sqlite")
    former = secret_of(other)
    restored = put_back(other, copy, key_file(settled))

    assert restored.former_key is not None
    assert restored.former_key.read_text() == former
    assert secret_of(other) == secret_of(settled)


def test_another_key_in_the_environment_is_refused(
    settled: Settings, copy: Path, new_house: NewHouse
) -> None:
    other = replace(new_house("sqlite"), secret_key="A" * 43 + "=")

    with pytest.raises(OtherSecret):
        put_back(other, copy, key_file(settled))
    assert not (other.home / "rimay.db").exists()


def test_a_database_in_use_is_not_restored_over(settled: Settings, copy: Path) -> None:
    database = Database(settled.database_url)
    with database.snapshot() as connection:
        connection.execute(select(Participant.id)).first()
        with pytest.raises(InUse):
            put_back(settled, copy, key_file(settled), over=True)
    database.close()


def test_another_key_opens_nothing(settled: Settings, copy: Path, new_house: NewHouse) -> None:
    other = new_house("sqlite")
    sealing_of(other)

    with pytest.raises(WrongKey):
        put_back(other, copy, key_file(other))
    with pytest.raises(NoKey):
        put_back(other, copy, other.home / "nowhere.key")


def test_who_was_given_as_recipient_opens_it_and_the_house_cannot(
    settled: Settings, tmp_path: Path, new_house: NewHouse
) -> None:
    province, treasurer = x25519.Identity.generate(), x25519.Identity.generate()
    recipients = str(province.to_public()), str(treasurer.to_public())
    sealed_for_others = replace(settled, upkeep=replace(settled.upkeep, backup_recipients=recipients))
    path = keep(sealed_for_others, tmp_path / "copy.age")

    assert not key_file(settled).exists()
    for identity in (province, treasurer):
        kept = tmp_path / "elsewhere.key"
        kept.write_text(f"# a comment\n{identity}\n")
        other = new_house("sqlite")
        put_back(other, path, kept)
        assert rows_of(other)["participant"] == rows_of(settled)["participant"]


def test_a_database_without_tables_gives_no_backup(new_house: NewHouse, tmp_path: Path) -> None:
    with pytest.raises(NothingToKeep):
        keep(new_house("sqlite"), tmp_path / "copy.age")
    assert not list(tmp_path.glob("copy.age*"))


def test_what_is_interrupted_leaves_no_file(settled: Settings, tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    database = Database(settled.database_url)
    with (
        pytest.raises(KeyboardInterrupt),
        database.snapshot() as connection,
        new_file(tmp_path / "c.age") as out,
    ):
        seal(lines_of(connection, "", interrupt), out, sealing_of(settled).recipients)
    database.close()
    assert not list(tmp_path.glob("c.age*"))


def test_a_disk_that_is_full_is_a_refusal_and_leaves_no_file(new_house: NewHouse, tmp_path: Path) -> None:
    settled = new_house("postgresql")  # whose own files are another process's
    settle(settled)
    sealing_of(settled)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, before[1]))
    try:
        with pytest.raises(Unwritable):
            keep(settled, tmp_path / "c.age")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.glob("c.age*"))


def test_a_restore_that_is_interrupted_changes_nothing(settled: Settings, copy: Path) -> None:
    before = rows_of(settled)

    def interrupt(done: int, total: int) -> None:
        if done > total * 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(settled, copy, identities_in(key_file(settled)), replace=True, note=interrupt)
    assert rows_of(settled) == before


def test_nothing_that_people_said_can_be_read_in_the_file(settled: Settings, copy: Path) -> None:
    content = copy.read_bytes()

    assert b"killka" not in content
    assert secret_of(settled).encode() not in content


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backup_of_an_older_release_is_brought_up_to_date(
    new_house: NewHouse, tmp_path: Path, backend: str
) -> None:
    old, target = new_house("sqlite"), new_house(backend)
    engine = create_engine(old.database_url)
    with engine.begin() as connection:
        command.upgrade(config(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO questionnaire (id, name, title, definition, workbook, file_name, created_at)"
            " VALUES (1, 'n', '{}', '{}', x'504B', 'n.xlsx', '2026-01-02 03:04:05')"
        )
    engine.dispose()
    put_back(target, keep(old, tmp_path / "old.age"), key_file(old))

    database = Database(target.database_url)
    assert is_current(database.engine)
    with database.snapshot() as connection:
        found = connection.exec_driver_sql("SELECT id, name, number FROM questionnaire").all()
    database.close()
    assert found == [(1, "n", 1)]


def test_any_program_for_age_and_gzip_opens_it(settled: Settings, copy: Path) -> None:
    identity = identities_in(key_file(settled))
    lines = gzip.decompress(pyrage.decrypt(copy.read_bytes(), list(identity))).splitlines()

    assert lines[0].startswith(b'{"rimay_backup":1,')
    assert lines[1] == b'{"table":"' + next(iter(rows_of(settled))).encode() + b'"}'
