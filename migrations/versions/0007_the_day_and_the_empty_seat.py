"""The day of an assembly, its ballots and minutes, and the empty seat."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_day()
    _create_empty_seat()
    _extend_assemblies()


def _create_day() -> None:
    op.create_table(
        "door",
        sa.Column("id", ID, nullable=False),
        sa.Column("assembly_id", ID, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("others", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_door_assembly_id", "door", ["assembly_id"])
    op.create_table(
        "ballot",
        sa.Column("id", ID, nullable=False),
        sa.Column("assembly_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("statement_id", ID, nullable=True),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("options", JSON, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("hands", JSON, nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assembly_id", "number"),
    )
    op.create_table(
        "ballot_vote",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("ballot_id", ID, nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_vote_ballot_id", "ballot_vote", ["ballot_id"])
    op.create_table(
        "ballot_voter",
        sa.Column("ballot_id", ID, autoincrement=False, nullable=False),
        sa.Column("participant_id", ID, autoincrement=False, nullable=False),
        sa.Column("vote_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ballot_id", "participant_id"),
        sa.UniqueConstraint("vote_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_voter_participant", "ballot_voter", ["participant_id"])
    op.create_table(
        "minutes",
        sa.Column("id", ID, nullable=False),
        sa.Column("assembly_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("turn", ID, nullable=False),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_also_by", ID, nullable=True),
        sa.Column("first_confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["confirmed_also_by"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assembly_id", "number"),
    )


def _create_empty_seat() -> None:
    op.create_table(
        "seat_rules",
        sa.Column("id", ID, nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("legal_basis", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "seat_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("rules_id", ID, nullable=False),
        sa.Column("participant_id", ID, nullable=True),
        sa.Column("assembly_id", ID, nullable=True),
        sa.Column("ballot_id", ID, nullable=True),
        sa.Column("declared", JSON, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("reason", JSON, nullable=True),
        sa.Column("position", sa.String(8), nullable=True),
        sa.Column("code", sa.LargeBinary(length=32), nullable=True),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("report", JSON, nullable=True),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["rules_id"],
            ["seat_rules.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_seat_request_item", "seat_request", ["item_id", "state"])
    op.create_index("ix_seat_request_participant", "seat_request", ["participant_id"])


def _extend_assemblies() -> None:
    op.add_column("assembly", sa.Column("join_code", sa.String(16), nullable=True))
    op.add_column("assembly", sa.Column("costs", JSON, nullable=True))
    op.create_index("ix_assembly_join_code", "assembly", ["join_code"], unique=True)
    op.add_column("invitation", sa.Column("code_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0007 has no way back: restore a backup from before it")
