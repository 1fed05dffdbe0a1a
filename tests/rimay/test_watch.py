"""Whoever looks after the house sees how it is: alive, ready, in figures, and no figure names a person."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.broadcasts import Course
from core.clock import at
from core.database import Database
from core.quiet_hours import read_quiet_hours
from core.sealing import Vault
from core.settings import Settings
from core.tables import Broadcast, DeliveryChunk, WaitingUpdate
from i18n.translator import Translator
from migrations.schema import heads, upgrade
from rimay.backup.record import note_backup
from rimay.chat import Chat
from rimay.composition import open_installation
from rimay.metrics import Metrics
from rimay.metrics_port import metrics_port
from rimay.readiness import Readiness
from rimay.watch import Watch

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKEN = "a-token-of-some-length"


def lines(exposition: bytes) -> dict[str, float]:
    """Figure with its labels → value."""
    shown = (line.rpartition(" ") for line in exposition.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in shown}


async def figures(database: Database) -> dict[str, float]:
    return lines(await Metrics(database, role="web").exposition())


def broadcast(db: Session, /, number: int, *, state: str = Course.RUNNING, **chunks: int) -> None:
    """A broadcast of that age in minutes, with a chunk."""
    made = NOON - timedelta(minutes=number)
    db.add(Broadcast(id=number, kind="opening", subject_id=number, state=state, created_at=made))
    db.flush()
    db.add(DeliveryChunk(broadcast_id=number, number=0, **chunks))


async def test_deliveries_are_counted_by_kind_and_state(database: Database) -> None:
    await database.run(broadcast, 1, new=3, sent=10)
    await database.run(broadcast, 2, new=4, sending=1, blocked=2)
    with at(NOON):
        shown = await figures(database)

    assert shown['rimay_deliveries{kind="opening",state="new"}'] == 7
    assert shown['rimay_deliveries{kind="opening",state="sent"}'] == 10
    assert shown['rimay_deliveries{kind="opening",state="blocked"}'] == 2


async def test_the_age_of_the_queue_is_that_of_what_could_have_left(database: Database) -> None:
    await database.run(broadcast, 5, new=1)
    await database.run(broadcast, 50, new=1, state=Course.PAUSED)
    await database.run(broadcast, 60, sent=1)
    await database.run(broadcast, 70, new=1)
    await database.run(broadcast, 80, new=1)

    def schedule(db: Session) -> None:
        scheduled, capped = db.get_one(Broadcast, 70), db.get_one(DeliveryChunk, (80, 0))
        scheduled.send_from = NOON + timedelta(hours=1)
        capped.due_at = NOON + timedelta(days=2)

    await database.run(schedule)
    with at(NOON):
        assert (await figures(database))["rimay_delivery_oldest_due_seconds"] == 5 * 60
    with at(NOON + timedelta(minutes=61)):
        assert (await figures(database))["rimay_delivery_oldest_due_seconds"] == 66 * 60


async def test_updates_that_wait_and_the_age_of_the_oldest(database: Database) -> None:
    def wait(db: Session) -> None:
        for number, state in enumerate(("waiting", "waiting", "aside")):
            received = NOON - timedelta(seconds=30 * (number + 1))
            db.add(
                WaitingUpdate(
                    update_id=number, person=bytes(32), sealed=b"x", state=state, received_at=received
                )
            )

    await database.run(wait)
    with at(NOON):
        shown = await figures(database)
    assert shown['rimay_updates{state="waiting"}'] == 2
    assert shown['rimay_updates{state="aside"}'] == 1
    assert shown["rimay_update_oldest_seconds"] == 60


async def test_the_age_of_the_last_backup_is_shown_once_there_is_one(database: Database) -> None:
    assert "rimay_backup_age_seconds" not in await figures(database)
    with at(NOON):
        await database.run(note_backup)
    with at(NOON + timedelta(hours=30)):
        assert (await figures(database))["rimay_backup_age_seconds"] == 30 * 3600


async def test_a_queue_that_waits_for_the_morning_is_told_from_one_that_stands(settings: Settings) -> None:
    database = Database(f"sqlite:///{settings.home}/rimay.db")
    hours = read_quiet_hours("20:00-08:00", settings.zone)
    metrics = Metrics(database, role="worker", quiet_hours=hours)
    with at(NOON + timedelta(hours=2)):
        assert lines(await metrics.exposition())["rimay_quiet_hours"] == 0
    with at(NOON + timedelta(hours=14)):
        assert lines(await metrics.exposition())["rimay_quiet_hours"] == 1
    await database.dispose()


async def test_the_database_is_asked_once_for_many_who_look(database: Database) -> None:
    metrics = Metrics(database, role="web")
    await asyncio.gather(*(metrics.exposition() for _ in range(5)))
    await database.run(broadcast, 1, new=3)

    assert not any("rimay_deliveries{" in name for name in lines(await metrics.exposition()))


async def test_a_database_that_is_away_is_a_figure_as_well(settings: Settings) -> None:
    database = Database(f"sqlite:///{settings.home}/nowhere/rimay.db")
    shown = await figures(database)

    assert shown["rimay_database_up"] == 0
    assert "rimay_database_bytes" not in shown
    assert await Readiness(database).reasons() == ("starting", "database")
    await database.dispose()


async def test_turns_and_messages_are_counted_as_they_happen(database: Database) -> None:
    metrics = Metrics(database, role="serve")
    metrics.turn(0.03, "handled")
    metrics.turn(7.0, "failed")
    metrics.turn(0.0, "stored")
    metrics.passed_over()
    metrics.sent("sent")
    metrics.quiet(35.0)
    shown = lines(await metrics.exposition())

    assert shown["rimay_turn_seconds_count"] == 2
    assert shown['rimay_turn_seconds_bucket{le="0.05"}'] == 1
    assert shown['rimay_turns_total{outcome="stored"}'] == 1
    assert shown["rimay_updates_passed_over_total"] == 1
    assert shown['rimay_sends_total{outcome="sent"}'] == 1
    assert shown["rimay_quiet_asked_seconds_total"] == 35
    assert shown["rimay_database_up"] == 1
    assert shown["rimay_database_bytes"] > 0


async def test_a_turn_of_a_person_is_counted_where_it_happens(settings: Settings) -> None:
    installation = open_installation(settings)
    upgrade(installation.database.engine)
    metrics = Metrics(installation.database, role="serve")
    chat = Chat(installation, observer=metrics)
    assert chat.simulator is not None
    async with chat.running():
        await chat.simulator.say(chat.simulator.open_chat(), "/start")
    shown = lines(await metrics.exposition())
    await installation.database.dispose()

    assert shown['rimay_turns_total{outcome="handled"}'] == 1
    assert shown["rimay_turn_seconds_count"] == 1
    assert shown["rimay_turn_seconds_sum"] > 0


def versioned(db: Session, version: str) -> None:
    """The schema says of itself that it is of this revision."""
    db.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
    db.execute(text("DELETE FROM alembic_version"))
    db.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})


async def test_it_is_ready_once_it_has_started_until_it_drains_and_while_the_schema_is_there(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url)
    readiness = Readiness(database)
    assert await readiness.reasons() == ("starting", "schema")

    readiness.started = True
    await database.run(versioned, "0001")
    assert await readiness.reasons() == ("schema",)
    await database.run(versioned, heads()[0])
    assert await readiness.reasons() == ()
    await database.run(versioned, "9999")
    assert await readiness.reasons() == (), "a newer release migrated: this one goes on until it is replaced"
    readiness.draining = True
    assert await readiness.reasons() == ("draining",)
    await database.dispose()


async def test_who_has_lost_the_way_by_which_updates_come_in_is_not_ready(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.run(versioned, heads()[0])
    readiness = Readiness(database)
    readiness.started, readiness.receives = True, lambda: True
    assert await readiness.reasons() == ()

    readiness.receives = lambda: False
    assert await readiness.reasons() == ("updates",)
    await database.dispose()


@asynccontextmanager
async def web(
    settings: Settings, database: Database, vault: Vault, peer: str = "127.0.0.1"
) -> AsyncIterator[AsyncClient]:
    """The web of a process, asked from some address."""

    async def deliver(_broadcast: int) -> None: ...

    readiness = Readiness(database)
    services = Services(
        database=database,
        translator=Translator(),
        settings=settings,
        vault=vault,
        deliver=deliver,
        readiness=readiness.reasons,
        metrics=Metrics(database, role="web").exposition,
    )
    transport = ASGITransport(create_app(services), client=(peer, 5000))
    async with AsyncClient(transport=transport, base_url="http://rimay.test") as client:
        yield client


@pytest.mark.parametrize(
    ("peer", "token", "headers", "status"),
    [
        ("127.0.0.1", None, {}, 200),
        ("::1", None, {}, 200),
        ("127.0.0.1", None, {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("127.0.0.1", None, {"Forwarded": "for=192.0.2.7"}, 404),
        ("127.0.0.1", None, {"X-Real-IP": "192.0.2.7"}, 404),
        ("192.0.2.7", None, {}, 404),
        ("192.0.2.7", None, {"Authorization": "Bearer "}, 404),
        ("192.0.2.7", TOKEN, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("192.0.2.7", TOKEN, {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.7"}, 200),
        ("192.0.2.7", TOKEN, {"Authorization": "Bearer wrong"}, 404),
        ("192.0.2.7", TOKEN, {"Authorization": f"Basic {TOKEN}"}, 404),
        ("192.0.2.7", TOKEN, {}, 404),
        ("127.0.0.1", TOKEN, {"Authorization": "Bearer ñ".encode()}, 404),
        ("", None, {}, 404),
    ],
)
async def test_who_may_see_the_figures(
    sqlite_url: str,
    settings: Settings,
    vault: Vault,
    peer: str,
    token: str | None,
    headers: dict[str, str],
    status: int,
) -> None:
    settings = replace(settings, upkeep=replace(settings.upkeep, metrics_token=token))
    database = Database(sqlite_url)
    async with web(settings, database, vault, peer) as client:
        answer = await client.get("/metrics", headers=headers)
    await database.dispose()

    assert answer.status_code == status
    assert ("rimay_database_up" in answer.text) == (status == 200)


async def test_a_process_that_is_not_ready_says_why(
    sqlite_url: str, settings: Settings, vault: Vault
) -> None:
    database = Database(sqlite_url)
    async with web(settings, database, vault, "192.0.2.7") as client:
        alive, ready = await client.get("/healthz"), await client.get("/readyz")
    await database.dispose()

    assert (alive.status_code, alive.text) == (200, "ok")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "reasons": ["starting", "schema"]})


async def test_a_worker_has_a_small_port_of_its_own(sqlite_url: str, settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = Database(sqlite_url)
    watch = Watch(Metrics(database, role="worker"), Readiness(database))
    listening = replace(settings, upkeep=replace(settings.upkeep, metrics_port=port))
    where = f"http://127.0.0.1:{port}"
    async with metrics_port(listening, watch), ClientSession() as client:
        async with client.get(where + "/metrics") as answer:
            assert answer.status == 200
            assert 'rimay_info{role="worker"' in await answer.text()
        async with client.get(where + "/metrics", headers={"X-Forwarded-For": "192.0.2.7"}) as answer:
            assert answer.status == 404
        async with client.get(where + "/readyz") as answer:
            assert answer.status == 503
        async with client.get(where + "/healthz") as answer:
            assert await answer.text() == "ok"
    await database.dispose()
