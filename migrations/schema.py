"""The schema: brought up to date, and compared with what the code believes."""

import argparse
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from core.database import Database
from core.settings import read_settings
from core.tables import Table, withhold_samples


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date; a second process that does the same waits, then finds nothing to do."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7274293)")
        if standing(connection) is Standing.AHEAD:  # its process is being replaced by one of a newer release
            return
        bring(connection, "head")


def bring(connection: Connection, revision: str) -> None:
    """Bring the schema to a revision, in the transaction of who calls."""
    command.upgrade(config(connection), revision)
    if revision == "head":
        withhold_samples(Table.metadata, connection)


class Standing(StrEnum):
    """Where a schema stands beside the code."""

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    """A newer release has migrated it. Its changes only add, so that the processes before it go on."""


def standing(connection: Connection) -> Standing:
    """Where the schema stands: a revision that the code has never heard of is of a newer release."""
    found = set(MigrationContext.configure(connection).get_current_heads())
    if found == set(heads()):
        return Standing.CURRENT
    return Standing.BEHIND if found <= set(known_revisions()) else Standing.AHEAD


def revision_of(connection: Connection) -> str | None:
    """The revision of the schema; None where there is none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this code was written for."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(config()).get_heads())


@cache
def heads() -> tuple[str, ...]:
    """The newest revisions; there must be one."""
    return tuple(ScriptDirectory.from_config(config()).get_heads())


@cache
def known_revisions() -> tuple[str, ...]:
    """Every revision that this code can bring a schema to, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


def config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def main() -> None:
    """`make migration name="..."`: write the difference between the tables and the code as a new revision."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("name")
    name = parser.parse_args().name
    engine = Database(read_settings().database_url).engine
    upgrade(engine)
    with engine.begin() as connection:
        command.revision(
            config(connection),
            message=name,
            autogenerate=True,
            rev_id=f"{_next():04d}",
        )


def _next() -> int:
    return max((int(head) for head in heads()), default=0) + 1


if __name__ == "__main__":
    main()
