"""Scrubbing: what was deleted is gone from the files of the database, too (docs/decisions/0008)."""

import logging
import time
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Exists, delete, exists, or_, select

from core.clock import now
from core.tables import Broadcast, Delivery, DeliveryChunk, Owed, Participant, Table

SCRUB = "scrub"
"""What a transaction that deletes something promises (core/owed.py)."""
SCRUB_DELIVERIES = "scrub-deliveries"
"""The same, where it deletes deliveries that tell something of a person."""
_PATIENCE = 60.0
"""Seconds to wait for those who may still see what was deleted."""
_LOOK_AGAIN = 0.05

_log = logging.getLogger("rimay.database")


def settle_scrub(connection: Connection, begun: datetime, name: str = SCRUB) -> None:
    """What was promised before a scrubbing began is kept."""
    connection.execute(delete(Owed).where(Owed.name == name, Owed.since <= begun))


def is_sending() -> Exists:
    """Whether deliveries are being claimed now: whoever wrote their table anew would hold that up."""
    due = or_(DeliveryChunk.due_at.is_(None), DeliveryChunk.due_at <= now())
    running = select(Broadcast.id).where(Broadcast.state == "running")
    return exists().where(DeliveryChunk.new > 0, due, DeliveryChunk.broadcast_id.in_(running))


def overwrite_log(connection: Connection) -> None:
    """SQLite overwrites what is deleted (secure_delete), but its log still holds the old pages."""
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def write_anew(connection: Connection) -> None:
    """PostgreSQL: a plain VACUUM leaves old rows readable in the free space of pages; this writes the tables anew.

    Rows that some transaction may still see would be written anew, too: those transactions are waited for.
    """
    horizon = connection.exec_driver_sql("SELECT pg_current_xact_id()::xid::text").scalar_one()
    until = time.monotonic() + _PATIENCE
    while _someone_looks_back(connection, horizon):
        if time.monotonic() > until:
            _log.warning("a look that takes long may keep deleted rows in the files until the next scrubbing")
            break
        time.sleep(_LOOK_AGAIN)
    tables, begun = _tables_about_people(), now()
    promised = exists().where(Owed.name == SCRUB_DELIVERIES)
    with_deliveries = bool(connection.scalar(select(promised & ~is_sending())))
    if with_deliveries:
        tables.append(Delivery.__tablename__)
    if used := _used(connection, tables):
        connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(used)}")
    if with_deliveries:
        settle_scrub(connection, begun, SCRUB_DELIVERIES)


def _tables_about_people() -> list[str]:
    """Where a row tells something of a person. A delivery tells ids alone, and there may be millions of them: they are
    written anew only where it was promised, and while none is sent.
    """
    tables = [table for table in Table.metadata.sorted_tables if table.name != Delivery.__tablename__]
    return [table.name for table in tables if any(_tells_of_people(column) for column in table.columns)]


def _used(connection: Connection, tables: list[str]) -> list[str]:
    """Those in whose files something has ever been: an index without any entry has a page, the rest has none."""
    query = """
        SELECT c.relname FROM pg_class c
        WHERE c.oid = ANY (SELECT to_regclass(name) FROM unnest(%(tables)s::text[]) AS name)
        AND pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) + (
            SELECT coalesce(sum(pg_relation_size(i.indexrelid) - current_setting('block_size')::int), 0)
            FROM pg_index i WHERE i.indrelid IN (c.oid, c.reltoastrelid)
        ) > 0
        ORDER BY c.relname
    """
    return list(connection.exec_driver_sql(query, {"tables": tables}).scalars())


def _tells_of_people(column: Column[Any]) -> bool:
    person = Participant.__tablename__
    return "private" in column.info or any(key.column.table.name == person for key in column.foreign_keys)


def _someone_looks_back(connection: Connection, horizon: str) -> bool:
    """Whether a transaction goes on that was there before the horizon.

    Who writes in another database of the server counts as well: a look begun meanwhile goes back to before them.
    """
    query = """
        SELECT EXISTS (
            SELECT FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND (
                age(backend_xid) > age(%(horizon)s::xid)
                OR datname = current_database() AND age(backend_xmin) > age(%(horizon)s::xid)
            )
        )
    """
    return bool(connection.exec_driver_sql(query, {"horizon": horizon}).scalar())
