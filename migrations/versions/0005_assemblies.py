"""Assemblies: what an invitation tells, how people come in, the lottery with its tickets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _extend_assemblies()
    _extend_invitations()
    _create_draws()


def _extend_assemblies() -> None:
    op.add_column("assembly", sa.Column("state", sa.String(9), nullable=False, server_default="planned"))
    op.add_column("assembly", sa.Column("agenda", JSON, nullable=True))
    op.add_column("assembly", sa.Column("covers", JSON, nullable=True))
    op.add_column("assembly", sa.Column("map_link", sa.String(512), nullable=True))
    op.add_column("assembly", sa.Column("call_link", sa.String(512), nullable=True))
    op.add_column("assembly", sa.Column("languages", JSON, nullable=False, server_default="[]"))
    op.add_column("assembly", sa.Column("way", sa.String(8), nullable=False, server_default="open"))
    op.add_column("assembly", sa.Column("audience", JSON, nullable=True))
    op.add_column("assembly", sa.Column("quotas", JSON, nullable=True))
    op.add_column("assembly", sa.Column("reference", JSON, nullable=True))
    op.add_column("assembly", sa.Column("sequence", ID, nullable=False, server_default="0"))
    op.add_column("assembly", sa.Column("answer_days", ID, nullable=False, server_default="3"))


def _extend_invitations() -> None:
    walk_in: sa.Column[bool] = sa.Column("walk_in", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("invitation", sa.Column("answer_by", MOMENT, nullable=True))
    op.add_column("invitation", sa.Column("reason", sa.String(16), nullable=True))
    op.add_column("invitation", sa.Column("wave", ID, nullable=False, server_default="0"))
    op.add_column("invitation", walk_in)
    op.add_column("invitation", sa.Column("code", sa.LargeBinary(32), nullable=True))
    op.create_index("ix_invitation_code", "invitation", ["code"], unique=True)


def _create_draws() -> None:
    op.create_table(
        "draw",
        sa.Column("id", ID, nullable=False),
        sa.Column("assembly_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("seats", ID, nullable=False),
        sa.Column("quotas", JSON, nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("source_at", MOMENT, nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("seed", sa.String(255), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.Column("file", JSON, nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assembly_id", "number"),
    )
    op.create_table(
        "draw_ticket",
        sa.Column("draw_id", ID, autoincrement=False, nullable=False),
        sa.Column("ticket", sa.String(16), nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("features", JSON, nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draw_id", "ticket"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draw_ticket_participant", "draw_ticket", ["participant_id"])


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0005 has no way back: restore a backup from before it")
