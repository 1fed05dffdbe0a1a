"""A backup is put back: read to its end first, then everything in one transaction, or nothing."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyrage import x25519
from sqlalchemy import Connection, Table, exists, func, or_, select, text, update
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from core.broadcasts import Course
from core.clock import now
from core.database import Database
from core.settings import Settings
from core.tables import Broadcast, DeliveryChunk
from migrations.schema import bring, known_revisions
from rimay.backup.envelope import opened
from rimay.backup.manifest import Head
from rimay.backup.overtaken import Overtaken, pass_over
from rimay.backup.reading import Copy
from rimay.backup.refusals import Damaged, Newer, NotEmpty, OtherSecret
from rimay.backup.rows import Kind, columns_of, tables_of
from rimay.backup.vacancy import clear, ensure_unused, holds_something
from rimay.backup.writing import Note


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    paused:     broadcasts that were going out
    overtaken:  what had come due by the timetable, and is left to people
    former_key: where the key before is kept
    """

    made_at: datetime
    rows: int
    paused: int
    overtaken: Overtaken
    former_key: Path | None


def verify(path: Path, identities: Sequence[x25519.Identity], note: Note) -> Head:
    """Read the file to its end and touch nothing. Raises what is wrong with it."""
    with opened(path, identities) as lines:
        copy, done = Copy(lines), 0
        if copy.head.schema not in known_revisions():
            raise Newer
        if len(_secret(copy.head.secret)) != 32:
            raise Damaged
        for batch in copy.batches():
            done += len(batch.rows)
            note(done, 2 * copy.head.rows)
        return copy.head


def restore(
    settings: Settings, path: Path, identities: Sequence[x25519.Identity], *, replace: bool, note: Note
) -> Restored:
    """Put a backup back. What was there before is replaced if `replace` says so, else the restore is refused."""
    head = verify(path, identities, note)
    if settings.secret_key is not None and _secret(settings.secret_key) != _secret(head.secret):
        raise OtherSecret
    database = Database(settings.database_url)
    try:
        ensure_unused(database)
        with database.replacement() as connection:
            if holds_something(connection) and not replace:
                raise NotEmpty
            clear(connection)
            _fill(connection, path, identities, head, note)
            paused = _pause(connection)
            overtaken = pass_over(connection, settings.zone, settings.quiet_hours)
    finally:
        database.close()
    former_key = None if settings.secret_key else _keep(settings, head.secret)
    return Restored(head.made_at, head.rows, paused, overtaken, former_key)


def _fill(
    connection: Connection, path: Path, identities: Sequence[x25519.Identity], head: Head, note: Note
) -> None:
    """Make the tables of the file's own revision, load its rows, and only then go on to those of today."""
    bring(connection, head.schema)
    tables = {table.name: table for table in tables_of(connection)}
    if {name: columns_of(table) for name, table in tables.items()} != {
        layout.name: dict(layout.columns) for layout in head.tables
    }:
        raise Damaged
    try:
        with opened(path, identities) as lines:
            copy, done = Copy(lines), head.rows
            if copy.head != head:
                raise Damaged
            for batch in copy.batches():
                connection.execute(tables[batch.table.name].insert(), batch.rows)
                done += len(batch.rows)
                note(done, 2 * head.rows)
    except (IntegrityError, DataError, StatementError) as error:
        # Never from a backup that this house made: no message, it would quote the row.
        raise Damaged from error
    _continue_counting(connection, list(tables.values()))
    bring(connection, "head")


def _continue_counting(connection: Connection, tables: Sequence[Table]) -> None:
    """PostgreSQL hands out identifiers by counters, which rows that bring theirs along do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is None or column.info["kind"] is not Kind.INTEGER:
            continue
        counter = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
        last = connection.scalar(select(func.max(column)))
        if counter is not None and last is not None:
            connection.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})


def _pause(connection: Connection) -> int:
    """Hold what was going out: whom it reached after the copy was made, nobody here can know."""
    unfinished = or_(DeliveryChunk.new > 0, DeliveryChunk.sending > 0)
    going_out = (
        Broadcast.state == Course.RUNNING,
        exists().where(DeliveryChunk.broadcast_id == Broadcast.id, unfinished),
    )
    return connection.execute(update(Broadcast).where(*going_out).values(state=Course.PAUSED)).rowcount


def _secret(text_of_it: str) -> bytes:
    try:
        return base64.b64decode(text_of_it, validate=True)
    except ValueError as error:
        raise Damaged from error


def _keep(settings: Settings, secret: str) -> Path | None:
    """Put the key in its place; where another was before, that one stays beside it."""
    path, former = settings.key_file, None
    if path.exists():
        if _secret(path.read_text().strip()) == _secret(secret):
            return None
        former = path.with_name(f"{path.name}.until-{now():%Y%m%dT%H%M%S}")
        os.link(path, former)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secret)
    os.replace(draft, path)
    return former
