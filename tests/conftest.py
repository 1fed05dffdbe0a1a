"""What every test may ask for: a database of its own, the catalogues, a vault, the settings.

A test that takes `database` runs twice, on SQLite and on PostgreSQL. The address of a PostgreSQL server where
databases may be created is in RIMAY_TEST_POSTGRESQL; where none listens, those runs are skipped and say so.
"""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import OperationalError

import deliberation.tables  # noqa: F401  (the metadata knows a table once its module is imported)
import surveys.tables  # noqa: F401
from core.database import Database
from core.sealing import Vault
from core.settings import Settings, read_settings
from core.tables import Table
from i18n.translator import Translator
from tests.engines import lasting_engines  # noqa: F401  (a fixture of every test)

POSTGRESQL = os.environ.get("RIMAY_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/test")
BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(params=BACKENDS)
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """An empty database with every table, on each backend in turn; identifiers begin at 1."""
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    yield database
    await database.dispose()


@pytest.fixture(params=BACKENDS)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table: for migrations, and for what makes its own tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    with _new_postgresql(request.getfixturevalue("postgresql_server")) as url:
        yield _written(url)


@pytest.fixture(scope="session")
def translator() -> Translator:
    """The catalogues; a key that is missing fails the test."""
    return Translator()


@pytest.fixture(scope="session")
def vault() -> Vault:
    """A vault whose key is the same in every run."""
    return Vault(bytes(range(32)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a fresh installation whose home is the test's own folder. It works at night, too."""
    return read_settings({"RIMAY_HOME": str(tmp_path), "RIMAY_QUIET_HOURS": "off"})


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite database with every table, in the test's own folder, where `settings` look for it."""
    path = tmp_path / "rimay.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(_postgresql_database: URL, _emptying: Engine) -> Iterator[str]:
    """An empty PostgreSQL database with every table. Emptied afterwards: the tests take turns with one."""
    # What is kept in the process by address and identifier must not outlive the test that stored it.
    yield _written(_postgresql_database.update_query_dict({"application_name": secrets.token_hex(6)}))
    with _emptying.connect() as connection:
        _empty(connection)


@pytest.fixture(scope="session")
def postgresql_server() -> URL:
    """A server on which databases may be created, else the test is skipped."""
    url = make_url(POSTGRESQL).set(drivername="postgresql+psycopg")
    try:
        with _connected(url):
            return url
    except OperationalError:
        where = f"{url.host}:{url.port}"
        pytest.skip(f"PostgreSQL does not listen on {where} (RIMAY_TEST_POSTGRESQL may name another server)")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "rimay.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        Table.metadata.create_all(connection)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgresql_database(postgresql_server: URL) -> Iterator[URL]:
    with _new_postgresql(postgresql_server) as url:
        with _connected(url) as connection:
            Table.metadata.create_all(connection)
        yield url


@pytest.fixture(scope="session")
def _emptying(_postgresql_database: URL) -> Iterator[Engine]:
    """It outlives a test that cuts every connection."""
    engine = create_engine(_postgresql_database, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    yield engine
    engine.dispose()


@contextmanager
def _new_postgresql(server: URL) -> Iterator[URL]:
    name = f"rimay_test_{secrets.token_hex(6)}"
    with _connected(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        # A test that cuts the power has a server of its own.
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        yield server.set(database=name)
    finally:
        with _connected(server) as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _empty(connection: Connection) -> None:
    """Delete what the test stored. Truncating makes new files for every table and is ten times slower."""
    tables = ", ".join(f"EXISTS (SELECT FROM {table.name})" for table in Table.metadata.sorted_tables)
    filled = connection.execute(text(f"SELECT {tables}")).one()
    for table, used in zip(reversed(Table.metadata.sorted_tables), reversed(filled), strict=True):
        if used:
            connection.execute(table.delete())
    connection.execute(text("SELECT setval(seqrelid, 1, false) FROM pg_sequence")).all()


def _written(url: URL) -> str:
    return url.render_as_string(hide_password=False)
