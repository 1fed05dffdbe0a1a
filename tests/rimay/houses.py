"""Installations with a home and a database of their own, and rows of every kind in every table."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    create_engine,
    null,
    text,
)
from sqlalchemy.engine import URL

from core.database import Database
from core.settings import Settings, read_settings
from core.tables import Moment, Table
from migrations.schema import upgrade
from rimay.backup.rows import Kind, tables_of

NewHouse = Callable[[str], Settings]
"""A fresh installation on `sqlite` or `postgresql`, its database without tables."""

Rows = dict[str, list[tuple[Any, ...]]]

_SENTENCE = "«Ñawpa» 'wata' \"killka\" \\ \n\t %s {0} 🙂"


@contextmanager
def postgresql_database(server: URL) -> Iterator[str]:
    """The address of a database that is there while the block runs."""
    name = f"rimay_house_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        yield server.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def settle(settings: Settings, *, copies: int = 3) -> None:
    """Make the tables and put some rows in each."""
    database = Database(settings.database_url)
    upgrade(database.engine)
    with database.replacement() as connection:
        for table in Table.metadata.sorted_tables:
            rows = [{c.name: _value(c, number) for c in table.columns} for number in range(1, copies + 1)]
            for row in rows:
                connection.execute(table.insert().values(row))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(seqrelid, 100) FROM pg_sequence")).all()
    database.close()


def _value(column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return (
            None
            if column.nullable and number == 1
            else _value(next(iter(column.foreign_keys)).column, number)
        )
    if column.nullable and number == 2:
        return null()
    match column.type:
        case Boolean():
            return number % 2 == 0
        case Integer():
            return number
        case Float():
            return number + 0.1
        case LargeBinary():
            return bytes(range(number, number + 32))
        case Moment():
            return datetime(2026, 3, 1, 4, 5, 6, 789_012, UTC) + timedelta(days=number)
        case Date():
            return date(2026, 2, number)
        case JSON():
            return [None, {}, {"ñ": [1, 2.5, None, True, _SENTENCE], "a": {}}][number % 3]
        case String(length=length):
            return f"{number}{_SENTENCE}"[: length or None]
    raise TypeError(column.type)


def rows_of(settings: Settings) -> Rows:
    """Every row of every table, in the order of the keys; JSON as what it says."""
    database = Database(settings.database_url)
    found: Rows = {}
    with database.snapshot() as connection:
        for table in tables_of(connection):
            kinds = [column.info["kind"] for column in table.columns]
            rows = connection.execute(table.select().order_by(*table.primary_key.columns))
            found[table.name] = [tuple(map(_plain, kinds, row)) for row in rows]
    database.close()
    return found


def _plain(kind: Kind, value: Any) -> Any:
    return ("JSON", json.loads(value)) if kind is Kind.JSON and value is not None else value


def house_in(home: Path, **environment: str) -> Settings:
    """The settings of an installation whose home is a folder."""
    home.mkdir(parents=True, exist_ok=True)
    return read_settings({"RIMAY_HOME": str(home), **environment})
