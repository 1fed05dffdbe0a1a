"""How the durable jobs reach their SQLite file."""

import sqlite3
from typing import Any

from core.clock import now

_KNOWS_MILLISECONDS = (3, 42)


class JobsConnection(sqlite3.Connection):
    """A connection that does not make the readers wait for the writer, on a SQLite of any age."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA journal_mode=WAL")
        self.execute("PRAGMA synchronous=NORMAL")
        if sqlite3.sqlite_version_info < _KNOWS_MILLISECONDS:
            # A Python of 3.12 or later is taken for a sign of a newer SQLite, which on Debian 12 it is not.
            self.create_function("unixepoch", 1, _seconds)


def _seconds(_precision: str) -> float:
    return round(now().timestamp(), 3)
