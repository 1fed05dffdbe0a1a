"""The council's sittings, units with what they take on, and the map of actors."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CONTRACT = True
"""agenda_item.consultation_id may be empty from now on. The release before writes none that are."""

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_council()
    _extend_agenda()
    _create_commitments()
    _create_actors()


def _create_council() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("body", sa.String(160), nullable=False),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", ID, nullable=False),
        sa.Column("notice_days", ID, nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("choice", JSON, nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("letter_number", sa.String(64), nullable=True),
        sa.Column("convened_at", MOMENT, nullable=True),
        sa.Column("held_at", MOMENT, nullable=True),
        sa.Column("record", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unit",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("area", sa.String(24), nullable=False),
        sa.Column("institution", sa.String(160), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unit_member",
        sa.Column("unit_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("unit_id", "account_id"),
    )
    op.create_table(
        "programme",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("inclusion", sa.String(8), nullable=False),
        sa.Column("included_since", sa.Date(), nullable=True),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("evidence_link", sa.String(512), nullable=True),
        sa.Column("sdg", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_programme_unit_id", "programme", ["unit_id"])
    op.create_table(
        "observation",
        sa.Column("id", ID, nullable=False),
        sa.Column("year", ID, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("assembly_id", ID, nullable=True),
        sa.Column("text", JSON, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("answer", JSON, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_commitments() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("target", JSON, nullable=False),
        sa.Column("indicator", JSON, nullable=False),
        sa.Column("measured_in", JSON, nullable=False),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("goal", sa.Double(), nullable=True),
        sa.Column("budget_line", sa.String(120), nullable=False),
        sa.Column("budget", ID, nullable=True),
        sa.Column("sdg", JSON, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("reason", JSON, nullable=True),
        sa.Column("follow_up", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_commitment_decision_id", "commitment", ["decision_id"])
    op.create_index("ix_commitment_unit_id", "commitment", ["unit_id"])
    op.create_table(
        "commitment_reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("reply", sa.String(8), nullable=False),
        sa.Column("count", ID, nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("commitment_id", "reply"),
    )
    op.create_table(
        "progress",
        sa.Column("id", ID, nullable=False),
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("note", JSON, nullable=False),
        sa.Column("link", sa.String(512), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("proof_type", sa.String(128), nullable=True),
        sa.Column("proof_name", sa.String(255), nullable=True),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_progress_commitment_id", "progress", ["commitment_id"])


def _create_actors() -> None:
    op.create_table(
        "actor",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", JSON, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("website", sa.String(512), nullable=True),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_table(
        "service",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("description", JSON, nullable=False),
        sa.Column("needs", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("requirements", JSON, nullable=False),
        sa.Column("cost", JSON, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("protection", sa.Boolean(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("ix_service_actor_id", "service", ["actor_id"])
    op.create_index("ix_service_verified", "service", ["verified_on"])
    op.create_table(
        "service_place",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("canton", sa.String(64), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("phone", sa.String(32), nullable=True),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("hours_note", JSON, nullable=False),
        sa.Column("extra", JSON, nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("ix_service_place_canton", "service_place", ["canton"])
    op.create_index("ix_service_place_service_id", "service_place", ["service_id"])
    op.create_table(
        "unmet_need",
        sa.Column("id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("need", sa.String(32), nullable=False),
        sa.Column("canton", sa.String(64), nullable=False),
        sa.Column("asked", ID, nullable=False),
        sa.Column("found", ID, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("month", "need", "canton"),
    )


def _extend_agenda() -> None:
    op.add_column("agenda_item", sa.Column("source", sa.String(12), nullable=False, server_default="answers"))
    op.add_column("agenda_item", sa.Column("request", JSON, nullable=True))
    op.add_column("agenda_item", sa.Column("minutes", ID, nullable=False, server_default="15"))
    op.add_column("agenda_item", sa.Column("competence", sa.String(16), nullable=True))
    op.add_column("agenda_item", sa.Column("sdg", JSON, nullable=False, server_default="[]"))
    op.add_column("agenda_item", sa.Column("proposed", JSON, nullable=True))
    op.add_column(
        "agenda_item", sa.Column("state", sa.String(10), nullable=False, server_default="confirmed")
    )
    op.add_column("agenda_item", sa.Column("place_in_sitting", ID, nullable=True))
    op.add_column("agenda_item", sa.Column("decide_by", sa.Date(), nullable=True))
    _refer(
        "agenda_item",
        {
            "deliberation_id": ("deliberation", "CASCADE"),
            "assembly_id": ("assembly", "CASCADE"),
            "unit_id": ("unit", "SET NULL"),
            "sitting_id": ("sitting", "SET NULL"),
            "continues_id": ("agenda_item", "SET NULL"),
        },
    )
    for column in ("assembly_id", "deliberation_id", "sitting_id"):
        op.create_index(f"ix_agenda_item_{column}", "agenda_item", [column])
    _free_items_of_a_consultation()
    op.add_column("decision", sa.Column("sent_to", JSON, nullable=True))
    _refer("decision", {"sitting_id": ("sitting", "SET NULL")})


def _refer(table: str, columns: dict[str, tuple[str, str]]) -> None:
    """Columns that refer to other tables: {name: (table, what happens when its row is deleted)}."""
    for column in columns:
        op.add_column(table, sa.Column(column, ID, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        keys = (
            f"FOREIGN KEY({name}) REFERENCES {to} (id) ON DELETE {act}" for name, (to, act) in columns.items()
        )
        _write_definition(table, "PRIMARY KEY (id)", ", \n\t".join(("PRIMARY KEY (id)", *keys)))
        return
    for name, (to, act) in columns.items():
        op.create_foreign_key(None, table, to, [name], ["id"], ondelete=act)


def _free_items_of_a_consultation() -> None:
    """An item may come from statements or an assembly alone."""
    if op.get_bind().dialect.name == "sqlite":
        _write_definition("agenda_item", "consultation_id INTEGER NOT NULL", "consultation_id INTEGER")
    else:
        op.alter_column("agenda_item", "consultation_id", nullable=True)


def _write_definition(table: str, old: str, new: str) -> None:
    """Change the text of a definition, as SQLite's documentation of ALTER TABLE describes for constraints.

    SQLite changes no column and adds no constraint. Making the table anew would delete what refers to its rows.
    """
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :name AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new, "name": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
    if changed.rowcount != 1:
        raise RuntimeError(f"the definition of {table} is not as expected")


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0006 has no way back: restore a backup from before it")
