"""A backup is read, by somebody who trusts none of it: whoever knows the public key could have written the file."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rimay.backup.envelope import Lines
from rimay.backup.manifest import Head, Layout, read_head, value_of
from rimay.backup.refusals import Damaged
from rimay.backup.rows import read

_AT_ONCE = 1000
_BYTES_AT_ONCE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table."""

    table: Layout
    rows: Sequence[dict[str, Any]]


class Copy:
    """A backup from its first line on. Raises Damaged at the first thing that is not as it must be."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.head: Head = read_head(lines.take())

    def batches(self) -> Iterator[Batch]:
        """Every row, in order. Only when the last has been given is it known that the file is whole."""
        digests = {}
        for table in self.head.tables:
            if value_of(self._lines.take()) != {"table": table.name}:
                raise Damaged
            digest = hashlib.sha256()
            yield from self._rows(table, digest)
            digests[table.name] = digest.hexdigest()
        if value_of(self._lines.take()) != {"digests": digests} or self._lines.take():
            raise Damaged

    def _rows(self, table: Layout, digest: "hashlib._Hash") -> Iterator[Batch]:
        rows: list[dict[str, Any]] = []
        weight = 0
        for _ in range(table.rows):
            line = self._lines.take()
            digest.update(line)
            rows.append(_row(table, line))
            weight += len(line)
            if len(rows) == _AT_ONCE or weight > _BYTES_AT_ONCE:
                yield Batch(table, rows)
                rows, weight = [], 0
        if rows:
            yield Batch(table, rows)


def _row(table: Layout, line: bytes) -> dict[str, Any]:
    values = value_of(line)
    if not isinstance(values, list) or len(values) != len(table.columns):
        raise Damaged
    try:
        return {
            name: read(kind, value) for (name, kind), value in zip(table.columns.items(), values, strict=True)
        }
    except (ValueError, RecursionError) as error:
        raise Damaged from error
