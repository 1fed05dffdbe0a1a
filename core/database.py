"""The database: one write transaction a use case, and a read-only twin.

SQLite has one writer thread and a few readers; PostgreSQL a pool of threads. The use cases cannot tell.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool

from core.clock import now
from core.connecting import attentive
from core.scrubbing import overwrite_log, settle_scrub, write_anew

P = ParamSpec("P")
R = TypeVar("R")

_POSTGRESQL_THREADS = 8
_SQLITE_READERS = 4
_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "secure_delete=ON",
    "cache_size=-65536",
)


_SCRUBBING = 7274294
"""PostgreSQL's lock that keeps a long look and a scrubbing apart."""


class Database:
    """Runs use cases. Only this class begins, commits and rolls back."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = _writer_engine(self.url)
        self._reading = _reader_engine(self.url)
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else _POSTGRESQL_THREADS, "database-write")
        self._readers = ThreadPoolExecutor(_SQLITE_READERS, "database-read")
        self._scrubber = self._writers if self.is_sqlite else ThreadPoolExecutor(1, "database-scrub")

    @property
    def engine(self) -> Engine:
        """For migrations and diagnosis; use cases get a `Session` instead."""
        return self._writing

    async def run(
        self,
        use_case: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a use case in one write transaction: all of it is kept, or nothing."""

        def work() -> R:
            # The transaction is the connection's: a use case that needs no objects pays for no session's own.
            with self._writing.begin() as connection, Session(connection, expire_on_commit=False) as db:
                result = use_case(db, *args, **kwargs)
                db.flush()
                return result

        return await self._in_thread(self._writers, work)

    async def read(
        self,
        use_case: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a use case that only looks; the database refuses a write."""

        def work() -> R:
            with Session(self._reading, expire_on_commit=False) as db:
                return use_case(db, *args, **kwargs)

        return await self._in_thread(self._readers, work)

    async def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
        # The thread sees the caller's context: the clock that a test holds still, say.
        return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work)

    def connections(self) -> dict[tuple[str, str], int]:
        """Connections of this process by pool (write, read) and state (used, idle)."""
        pools = {"write": self._writing.pool, "read": self._reading.pool}
        return {
            (name, state): count
            for name, pool in pools.items()
            if isinstance(pool, QueuePool)
            for state, count in (("used", pool.checkedout()), ("idle", pool.checkedin()))
        }

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Reads of one moment, however long they take and whatever is written meanwhile; a write is refused.

        It holds its thread: for a command that does nothing else.
        """
        with self._reading.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                # Scrubbing wants the tables for itself, and who waits for it would wait for this look as well.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_SCRUBBING})")
            yield connection

    @contextmanager
    def replacement(self) -> Iterator[Connection]:
        """One write transaction for a command that replaces what is stored: all of it is kept, or nothing."""
        with self._writing.begin() as connection:
            yield connection

    async def scrub(self) -> None:
        """Leave no trace of deleted rows in the files of the database. After a closing, after an erasure."""
        await self._in_thread(self._scrubber, self._scrub)

    def _scrub(self) -> None:
        begun = now()
        self._scrub_files()
        with self._writing.begin() as connection:
            settle_scrub(connection, begun)

    def _scrub_files(self) -> None:
        with self._writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.is_sqlite:
                overwrite_log(connection)
                return
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_SCRUBBING})")
            try:
                write_anew(connection)
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_SCRUBBING})")

    async def dispose(self) -> None:
        """Wait for what is running and close every connection."""
        self.close()  # not in a thread: by now the durable jobs may have shut the loop's own threads down

    def close(self) -> None:
        """The same, for a command that has no loop."""
        self._scrubber.shutdown()
        self._writers.shutdown()
        self._readers.shutdown()
        self._writing.dispose()
        self._reading.dispose()


# Every engine hides parameters: what goes wrong may be logged, what people said never is.


def _writer_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return _pool(url, _POSTGRESQL_THREADS)
    engine = create_engine(url, pool_size=1, max_overflow=1, hide_parameters=True)
    _prepare_sqlite(engine, *_SQLITE_PRAGMAS)

    @event.listens_for(engine, "begin")
    def take_the_write_lock(connection: Any) -> None:
        # A transaction that begins by reading and then writes can fail half-way; this one waits at its start.
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _reader_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return _pool(url, _SQLITE_READERS).execution_options(postgresql_readonly=True)
    engine = create_engine(url, pool_size=_SQLITE_READERS, hide_parameters=True)
    _prepare_sqlite(engine, *_SQLITE_PRAGMAS, "query_only=ON")

    @event.listens_for(engine, "begin")
    def one_moment(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _pool(url: URL, size: int) -> Engine:
    return create_engine(attentive(url), pool_size=size, pool_recycle=1800, hide_parameters=True)


def _prepare_sqlite(engine: Engine, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def connection_of(db: Session) -> Connection:
    """The connection under a use case, for statements that every turn of every chat runs and that want no objects."""
    bind = db.get_bind()
    return bind if isinstance(bind, Connection) else db.connection()


def insert_into(db: Session, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT: both databases can, each in a class of its own."""
    if db.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
