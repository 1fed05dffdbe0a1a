"""A backup is written: everything that one moment of the database holds."""

import hashlib
from collections.abc import Callable, Iterator
from importlib.metadata import version

from sqlalchemy import Connection, Table, Text, cast, func, select

from core.clock import now
from migrations.schema import revision_of
from rimay.backup.manifest import Head, Layout, head_line, line_of
from rimay.backup.refusals import NothingToKeep
from rimay.backup.rows import Kind, columns_of, tables_of, written

Note = Callable[[int, int], None]
"""Told now and then how many rows are done, and of how many."""

_AT_ONCE = 2000
_BYTES_AT_ONCE = 8 * 1024 * 1024


def lines_of(connection: Connection, secret: str, note: Note) -> Iterator[bytes]:
    """Every line of a backup: the head, the tables with their rows in the order of their keys, the digests."""
    schema = revision_of(connection)
    tables = tables_of(connection)
    if schema is None or not tables:
        raise NothingToKeep
    layouts = tuple(_layout(connection, table) for table in tables)
    head = Head(now(), version("rimay"), schema, secret, layouts)
    yield head_line(head)
    digests, done = {}, 0
    for table, layout in zip(tables, layouts, strict=True):
        yield line_of({"table": table.name})
        digest = hashlib.sha256()
        for lines in _batches(connection, table):
            for line in lines:
                digest.update(line)
                yield line
            done += len(lines)
            note(done, head.rows)
        digests[layout.name] = digest.hexdigest()
    yield line_of({"digests": digests})


def _layout(connection: Connection, table: Table) -> Layout:
    rows = connection.scalar(select(func.count()).select_from(table)) or 0
    return Layout(table.name, columns_of(table), rows)


def _batches(connection: Connection, table: Table) -> Iterator[list[bytes]]:
    """Rows as lines, as many at once as weigh a few megabytes."""
    kinds = list(columns_of(table).values())
    query = select(table).order_by(*table.primary_key.columns)
    size = _rows_at_once(connection, table)
    with connection.execution_options(yield_per=size).execute(query) as result:
        for rows in result.partitions():
            yield [
                line_of([written(kind, value) for kind, value in zip(kinds, row, strict=True)])
                for row in rows
            ]


def _rows_at_once(connection: Connection, table: Table) -> int:
    """By the heaviest row: files of many megabytes stand in tables beside small ones."""
    heavy = [column for column in table.columns if column.info["kind"] in (Kind.BYTES, Kind.JSON, Kind.TEXT)]
    weights = [
        func.coalesce(func.length(column if column.info["kind"] is Kind.BYTES else cast(column, Text)), 0)
        for column in heavy
    ]
    if not weights:
        return _AT_ONCE
    heaviest = connection.scalar(select(func.max(sum(weights[1:], weights[0])))) or 0
    return max(1, min(_AT_ONCE, _BYTES_AT_ONCE // (heaviest + 1)))
