"""What a database keeps on the disk, byte by byte: where nothing that was deleted may be found."""

from pathlib import Path

from sqlalchemy import text

from core.database import Database


def kept_bytes(database: Database) -> bytes:
    """Every byte that the database keeps: its files on SQLite, its tables' files on PostgreSQL."""
    if database.is_sqlite:
        path = Path(str(database.url.database))
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    query = text(
        "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't') "
        "AND (relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace) OR relname = 'pg_statistic')"
    )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        return b"".join(bytes(row[0]) for row in connection.execute(query))
