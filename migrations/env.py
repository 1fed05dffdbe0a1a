"""How Alembic reaches the tables. It is run by `migrations.schema`, with a connection already open."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, BigInteger

import deliberation.tables
import surveys.tables
from core.tables import Moment, Table

_ROOMS = (surveys.tables, deliberation.tables)
"""Importing a room makes its tables known."""

connection = context.config.attributes["connection"]


def render(kind: str, value: object, _autogenerate: AutogenContext) -> str | Literal[False]:
    """A revision must not change when the code does: our own types are written as what they are stored as."""
    if kind != "type":
        return False
    match value:
        case Moment():
            return "sa.DateTime(timezone=True)"
        case JSON():
            return "JSON"
        case BigInteger():
            return "ID"
    return False


context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    compare_type=True,
    render_item=render,
    render_as_batch=connection.dialect.name == "sqlite",
    include_name=lambda name, kind, _parents: kind != "schema" or name is None,
)
with context.begin_transaction():
    context.run_migrations()
