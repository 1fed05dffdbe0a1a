"""Whether a database is free to take a backup in: nobody works on it, and it holds nothing."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, exists, inspect, select, text

from core.database import Database
from rimay.backup.refusals import InUse
from rimay.backup.rows import tables_of

_PATIENCE = 2.0


def ensure_unused(database: Database) -> None:
    """Raises InUse while another process has the database open."""
    if database.is_sqlite:
        _ensure_unused_file(Path(str(database.url.database)))
        return
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with database.snapshot() as connection:
        if connection.scalar(query):
            raise InUse


def _ensure_unused_file(path: Path) -> None:
    """SQLite leaves its log only for who is alone with the file."""
    if not path.exists():
        return
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise InUse from error
    finally:
        connection.close()


def holds_something(connection: Connection) -> bool:
    """Whether any table has a row."""
    tables = tables_of(connection)
    return any(connection.scalar(select(exists().select_from(table))) for table in tables)


def clear(connection: Connection) -> None:
    """Leave no table."""
    for table in reversed(tables_of(connection)):
        table.drop(connection)
    if inspect(connection).has_table("alembic_version"):
        connection.exec_driver_sql("DROP TABLE alembic_version")
