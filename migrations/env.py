"""How Alembic reaches the tables. It is run by `migrations.schema`, with a connection already open."""

from alembic import context

import deliberation.tables
import surveys.tables
from core.tables import Table

_ROOMS = (surveys.tables, deliberation.tables)
"""Importing a room makes its tables known."""

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    include_name=lambda name, kind, _parents: kind != "schema" or name is None,
)
with context.begin_transaction():
    context.run_migrations()
