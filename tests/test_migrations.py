"""The migrations lead to exactly the tables that the code believes in, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from core.tables import Table
from migrations.schema import heads, is_current, upgrade


def test_there_is_one_newest_revision() -> None:
    assert len(heads()) == 1


def test_upgrading_an_empty_database_gives_the_tables_of_the_code(bare_url: str) -> None:
    engine = create_engine(bare_url)
    upgrade(engine)
    upgrade(engine)
    assert is_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()
