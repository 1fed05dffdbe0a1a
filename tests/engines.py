"""Engines that outlive a test: what one test compiled, and the connections that it opened, serve the next one too.

A test has a database to itself and ends with it. Without this it would also begin by compiling every statement anew,
and on a server by asking fresh connections to learn every table.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

import core.database

_KEPT = 1
"""Engines of a kind that wait for a database: each holds connections, and a server takes a hundred from all tests."""


class Memory:
    """What engines of one kind have compiled. It hangs on their dialect, so they share that as well."""

    def __init__(self) -> None:
        self._compiled: dict[Any, Any] = {}
        self._dialect: Dialect | None = None

    def learn(self, engine: Engine) -> None:
        """Get to know whom engines of this kind talk to. It leaves a connection open."""
        if self._dialect is None:
            with engine.connect():
                self._dialect = engine.dialect

    def share(self, engine: Engine) -> Engine:
        """The same engine, and it knows what the others know."""
        if self._dialect is not None:
            engine.dialect = self._dialect
            engine.update_execution_options(compiled_cache=self._compiled)
        return engine


class Shelf:
    """Where engines of a server wait for the next test on the same database."""

    def __init__(self, build: Callable[[URL], Engine], memory: Memory) -> None:
        self._build = build
        self._memory = memory
        self._waiting: dict[URL, list[Engine]] = defaultdict(list)
        self._leaving: list[Engine] = []

    def lend(self, url: URL) -> Engine:
        """An engine that nobody else has. Whoever disposes of it puts it back, where others have the database next."""
        if "application_name" not in url.query:
            return self._memory.share(self._build(url))
        self._let_go()
        waiting = self._waiting[url.difference_update_query(["application_name"])]
        engine = next(_sound(waiting), None) or self._make(url)
        lent = engine.execution_options()  # what is kept in the process goes by the engine, or by its address
        lent.url = url
        lent.dispose = lambda close=True: self._put_back(waiting, engine)  # type: ignore[method-assign]
        return lent

    def _put_back(self, waiting: list[Engine], engine: Engine) -> None:
        (waiting if len(waiting) < _KEPT else self._leaving).append(engine)
        self._let_go()

    def _let_go(self) -> None:
        """Close those that nobody uses: a connection that comes back to a pool that is gone would stay open."""
        used = [engine for engine in self._leaving if _in_use(engine)]
        for engine in self._leaving:
            if engine not in used:
                engine.dispose()
        self._leaving = used

    def _make(self, url: URL) -> Engine:
        engine = self._build(url)
        self._memory.learn(engine)
        return self._memory.share(engine)

    def clear(self) -> None:
        """Close every connection."""
        for engines in (*self._waiting.values(), self._leaving):
            for engine in engines:
                engine.dispose()
        self._waiting.clear()
        self._leaving.clear()


@pytest.fixture(scope="session", autouse=True)
def lasting_engines() -> Any:
    """Every `Database` of the tests takes its engines from here."""
    writer, reader = core.database._writer_engine, core.database._reader_engine
    files, servers = Memory(), Memory()
    example = create_engine("sqlite://")
    files.learn(example)
    example.dispose()
    shelves = {"write": Shelf(writer, servers), "read": Shelf(reader, servers)}

    def lend(kind: str, build: Callable[[URL], Engine], url: URL) -> Engine:
        is_file = url.get_backend_name() == "sqlite"
        return files.share(build(url)) if is_file else shelves[kind].lend(url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core.database, "_writer_engine", lambda url: lend("write", writer, url))
        patch.setattr(core.database, "_reader_engine", lambda url: lend("read", reader, url))
        yield
    for shelf in shelves.values():
        shelf.clear()


def _in_use(engine: Engine) -> bool:
    return isinstance(engine.pool, QueuePool) and engine.pool.checkedout() > 0


def _sound(waiting: list[Engine]) -> Iterator[Engine]:
    """Those whose connections are as good as new: a test may have broken them."""
    while waiting:
        engine = waiting.pop()
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            engine.dispose()
        else:
            yield engine
