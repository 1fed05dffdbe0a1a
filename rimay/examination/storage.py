"""The database: its tables, its server, its clock, what waits in it, and when it was last kept elsewhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.budget import BROADCASTS
from core.clock import now
from core.database import Database
from core.settings import Settings
from core.tables import SendingBudget
from core.vitals import Vitals, take_vitals
from i18n.dates import format_number
from migrations.schema import Standing, standing
from rimay.backup.record import last_backup
from rimay.examination.danger import examine_danger
from rimay.examination.finding import Finding, note, right, wrong

_OLDEST_POSTGRESQL = 150_000
_MOST_SKEW = 2.0
_CROWDED = 0.8
_LONG_FOR_AN_UPDATE = 120.0
_LONG_FOR_DELIVERIES = 900.0
_OLD_BACKUP = timedelta(hours=50)


def examine_storage(database: Database, settings: Settings) -> Iterator[Finding]:
    """All that the database can say; if it does not answer, only that."""
    try:
        with database.snapshot() as connection:
            where = standing(connection)
            yield from _server(connection)
            if where is Standing.BEHIND:
                yield wrong("database", "cli.doctor_database_old")
                return
            if where is Standing.AHEAD:
                yield note("database", "upkeep.doctor_database_ahead")
            else:
                yield right("database", "cli.doctor_database")
            db = Session(connection)
            yield from _what_waits(db, settings)
            yield _backups(last_backup(db))
    except SQLAlchemyError:
        yield wrong("database", "cli.doctor_database_closed")


def _server(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        version = connection.scalar(text("SELECT sqlite_version()")) or ""
        yield right("server", "upkeep.doctor_sqlite", version=version)
        return
    number = int(connection.scalar(text("SHOW server_version_num")) or 0)
    version = connection.scalar(text("SHOW server_version")) or ""
    if number < _OLDEST_POSTGRESQL:
        yield wrong("server", "upkeep.doctor_postgresql_old", version=version)
    else:
        yield right("server", "upkeep.doctor_postgresql", version=version)
    used = int(connection.scalar(text("SELECT count(*) FROM pg_stat_activity")) or 0)
    most = int(connection.scalar(text("SHOW max_connections")) or 1)
    crowded = used > _CROWDED * most
    key = "upkeep.doctor_connections_many" if crowded else "upkeep.doctor_connections"
    yield (wrong if crowded else right)("connections", key, used=used, most=most)
    skew = abs((_moment(connection) - now()).total_seconds())
    if skew > _MOST_SKEW:
        yield wrong("clock", "upkeep.doctor_clock_wrong", seconds=format_number(round(skew)))
    else:
        yield right("clock", "upkeep.doctor_clock")


def _moment(connection: Connection) -> datetime:
    moment = connection.scalar(text("SELECT clock_timestamp()"))
    return moment if isinstance(moment, datetime) else now()


def _what_waits(db: Session, settings: Settings) -> Iterator[Finding]:
    vitals = take_vitals(db)
    yield right("size", "upkeep.doctor_size", megabytes=format_number(round(vitals.size / 1e6)))
    if vitals.oldest_update > _LONG_FOR_AN_UPDATE:
        minutes = round(vitals.oldest_update / 60)
        count = vitals.updates["waiting"]
        yield wrong("updates", "upkeep.doctor_updates_wait", count=count, minutes=minutes)
    else:
        yield right("updates", "upkeep.doctor_updates")
    if aside := vitals.updates["aside"]:
        yield note("aside", "upkeep.doctor_aside", count=aside)
    yield _deliveries(db, vitals, settings)
    yield examine_danger(db)


def _deliveries(db: Session, vitals: Vitals, settings: Settings) -> Finding:
    """Many wait for hours where there are many; it is wrong when nothing leaves although it is no time of quiet."""
    waiting = sum(count for (_, state), count in vitals.deliveries.items() if state == "new")
    if vitals.oldest_delivery < _LONG_FOR_DELIVERIES:
        return right("deliveries", "upkeep.doctor_deliveries")
    hours = settings.quiet_hours
    budget = db.get(SendingBudget, BROADCASTS)
    moment = now().timestamp()
    moves = budget is not None and moment - budget.changed_at / 1e6 < _LONG_FOR_DELIVERIES
    held = budget is not None and budget.quiet_until / 1e6 > moment
    if moves or held or (hours is not None and hours.end_of_quiet(now()) is not None):
        return note("deliveries", "upkeep.doctor_deliveries_wait", count=format_number(waiting))
    minutes = format_number(round(vitals.oldest_delivery / 60))
    return wrong(
        "deliveries", "upkeep.doctor_deliveries_stand", count=format_number(waiting), minutes=minutes
    )


def _backups(made_at: datetime | None) -> Finding:
    if made_at is None:
        return note("backup", "upkeep.doctor_backup_none")
    age = now() - made_at
    hours = format_number(round(age.total_seconds() / 3600))
    if age > _OLD_BACKUP:
        return wrong("backup", "upkeep.doctor_backup_old", hours=hours)
    return right("backup", "upkeep.doctor_backup", hours=hours)
