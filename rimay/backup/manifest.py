"""What a backup says of itself: at its beginning what follows, at its end the digests of what went by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rimay.backup.refusals import Damaged, Newer, NotABackup
from rimay.backup.rows import Kind

FORMAT = 1
_MOST_TABLES = 1000


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of the backup: its columns in the order of the values of each row, and how many rows there are."""

    name: str
    columns: Mapping[str, Kind]
    rows: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first line. `schema` is the revision of the tables; `secret` the key that sealed what is in them."""

    made_at: datetime
    program: str
    schema: str
    secret: str
    tables: tuple[Layout, ...]

    @property
    def rows(self) -> int:
        """How many rows follow."""
        return sum(table.rows for table in self.tables)


def head_line(head: Head) -> bytes:
    """The first line."""
    tables = [
        {"name": table.name, "rows": table.rows, "columns": dict(table.columns)} for table in head.tables
    ]
    return line_of(
        {
            "rimay_backup": FORMAT,
            "made_at": head.made_at.isoformat(),
            "program": head.program,
            "schema": head.schema,
            "secret": head.secret,
            "tables": tables,
        }
    )


def read_head(line: bytes) -> Head:
    """The first line, read by somebody who does not know who wrote it."""
    given = value_of(line)
    if not isinstance(given, dict) or "rimay_backup" not in given:
        raise NotABackup
    if given["rimay_backup"] != FORMAT:
        raise Newer
    try:
        head = Head(
            made_at=datetime.fromisoformat(given["made_at"]),
            program=str(given["program"]),
            schema=str(given["schema"]),
            secret=str(given["secret"]),
            tables=tuple(_layout(table) for table in given["tables"][:_MOST_TABLES]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged from error
    if len({table.name for table in head.tables}) != len(given["tables"]) or head.made_at.tzinfo is None:
        raise Damaged
    return head


def _layout(given: Any) -> Layout:
    columns = {str(name): Kind(kind) for name, kind in given["columns"].items()}
    rows = given["rows"]
    if type(rows) is not int or rows < 0:
        raise ValueError("no count of rows")
    return Layout(str(given["name"]), columns, rows)


def line_of(value: Any) -> bytes:
    """A value on a line of its own."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def value_of(line: bytes) -> Any:
    """What a line holds."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Damaged from error
