"""The doctor looks at everything that has to be right, and says what to do where it is not."""

import json
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.botapi import BotApi
from bot.botapi_server import BotApiServer
from core.broadcasts import Course
from core.clock import at, now
from core.database import Database
from core.quiet_hours import read_quiet_hours
from core.settings import Settings
from core.tables import Broadcast, DeliveryChunk, SendingBudget, WaitingUpdate
from i18n.translator import Translator
from rimay.backup.keys import sealing_of
from rimay.backup.record import note_backup
from rimay.command_line import app
from rimay.examination.finding import Finding, Grade
from rimay.examination.machine import examine_machine
from rimay.examination.reach import examine_reach
from rimay.examination.storage import examine_storage
from tests.rimay.houses import NewHouse, settle

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(params=BACKENDS)
def settled(request: pytest.FixtureRequest, new_house: NewHouse) -> Settings:
    """An installation in which nothing waits."""
    settings = replace(new_house(request.param), quiet_hours=None)
    settle(settings, copies=0)
    return settings


def graded(findings: list[Finding]) -> dict[str, Grade]:
    """Each sentence has to be there, and to be filled."""
    for finding in findings:
        assert Translator().text(finding.key, "qu", **finding.params)
    return {finding.name: finding.grade for finding in findings}


def storage(settings: Settings) -> dict[str, Grade]:
    database = Database(settings.database_url)
    try:
        return graded(list(examine_storage(database, settings)))
    finally:
        database.close()


def change(settings: Settings, *rows: object, query: str | None = None) -> None:
    """Put something into the database."""
    database = Database(settings.database_url)
    with database.replacement() as connection, Session(connection) as db:
        for row in rows:
            db.add(row)
            db.flush()
        if query is not None:
            connection.execute(text(query))
    database.close()


def test_nothing_is_wrong_with_a_new_house(settled: Settings) -> None:
    found = storage(settled)

    assert {grade for name, grade in found.items() if name != "backup"} == {Grade.RIGHT}
    assert found["backup"] is Grade.NOTE
    if settled.database_url.startswith("postgresql"):
        assert {"connections", "clock", "server"} <= set(found)


def test_tables_of_an_older_release_are_wrong_and_of_a_newer_one_are_not(settled: Settings) -> None:
    change(settled, query="UPDATE alembic_version SET version_num = '0001'")
    assert storage(settled)["database"] is Grade.WRONG
    change(settled, query="UPDATE alembic_version SET version_num = '9999'")
    assert storage(settled)["database"] is Grade.NOTE


def test_a_database_that_does_not_answer_is_said_once(new_house: NewHouse) -> None:
    settings = replace(new_house("sqlite"), database_url="postgresql+psycopg://nobody@127.0.0.1:9/x")

    assert storage(settings) == {"database": Grade.WRONG}


def test_somebody_who_waits_for_minutes_is_wrong(settled: Settings) -> None:
    old = {"person": bytes(32), "sealed": b"x", "received_at": now() - timedelta(minutes=5)}
    change(settled, WaitingUpdate(update_id=1, state="aside", **old))
    assert (storage(settled)["updates"], storage(settled)["aside"]) == (Grade.RIGHT, Grade.NOTE)
    change(settled, WaitingUpdate(update_id=2, state="waiting", **old))
    assert storage(settled)["updates"] is Grade.WRONG


def test_deliveries_that_stand_still_are_wrong_and_those_that_have_a_reason_are_not(
    settled: Settings,
) -> None:
    made = now() - timedelta(days=2)
    change(
        settled,
        Broadcast(id=1, kind="opening", subject_id=1, state=Course.RUNNING, created_at=made),
        DeliveryChunk(broadcast_id=1, number=0, new=5),
    )
    assert storage(settled)["deliveries"] is Grade.WRONG

    quiet = replace(settled, quiet_hours=read_quiet_hours("00:00-23:59", settled.zone))
    with at(datetime.now(UTC).replace(hour=17)):
        assert storage(quiet)["deliveries"] is Grade.NOTE
    change(settled, SendingBudget(name="broadcasts", changed_at=int(now().timestamp() * 1e6)))
    assert storage(settled)["deliveries"] is Grade.NOTE


async def test_a_backup_that_is_days_old_is_wrong(settled: Settings) -> None:
    database = Database(settled.database_url)
    await database.run(note_backup)
    await database.dispose()

    assert storage(settled)["backup"] is Grade.RIGHT
    with at(now() + timedelta(days=3)):
        assert storage(settled)["backup"] is Grade.WRONG


def test_keys_that_others_may_read_are_wrong(new_house: NewHouse) -> None:
    settings = new_house("sqlite")
    settings.key_file.touch(0o600)
    sealing_of(settings)
    assert graded(list(examine_machine(settings)))["key"] is Grade.RIGHT
    (settings.home / "backup.key").chmod(0o644)
    assert graded(list(examine_machine(settings)))["key"] is Grade.WRONG
    (settings.home / "backup.key").chmod(stat.S_IRUSR)
    settings.key_file.chmod(0o640)
    assert graded(list(examine_machine(settings)))["key"] is Grade.WRONG


def test_where_the_demonstration_lives_is_said(new_house: NewHouse) -> None:
    settings = new_house("sqlite")
    settings.key_file.touch(0o600)
    (settings.home / "demo").mkdir()
    (settings.home / "demo" / "rimay.db").touch()

    found = {finding.name: finding for finding in examine_machine(settings)}
    assert found["demo"].params == {"folder": str(settings.home / "demo")}


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(BotApi()) as server:
        yield server


async def test_telegram_is_asked_whether_it_knows_the_bot(telegram: BotApiServer, settings: Settings) -> None:
    known = replace(settings, telegram_token=telegram.api.token, telegram_api=telegram.base_url)
    found = graded(await examine_reach(known))
    assert (found["chat"], found["webhook"]) == (Grade.RIGHT, Grade.RIGHT)

    assert graded(await examine_reach(replace(known, telegram_token="1:another")))["chat"] is Grade.WRONG
    silent = replace(known, telegram_api="http://127.0.0.1:9/bot", public_url="https://127.0.0.1:9")
    found = graded(await examine_reach(silent))
    assert (found["chat"], found["public_url"]) == (Grade.WRONG, Grade.WRONG)


async def test_a_port_that_something_else_holds_is_wrong(telegram: BotApiServer, settings: Settings) -> None:
    port = int(telegram.address.rpartition(":")[2])

    assert graded(await examine_reach(replace(settings, port=port)))["port"] is Grade.WRONG


def test_the_command_lists_all_and_fails_where_something_is_wrong(
    settled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIMAY_HOME", str(settled.home))
    monkeypatch.setenv("RIMAY_DATABASE_URL", settled.database_url)
    monkeypatch.setenv("RIMAY_PORT", "8907")
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 0
    assert {"database", "key", "home", "port", "chat", "backup"} <= {
        line["name"] for line in json.loads(done.output)
    }

    monkeypatch.setenv("RIMAY_PUBLIC_URL", "https://rimay.example")
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "✗ Hay RIMAY_PUBLIC_URL pero falta RIMAY_TELEGRAM_TOKEN" in done.output
