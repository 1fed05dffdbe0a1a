"""Themes of open answers, who coded what, cases of protection, summaries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_themes()
    _create_readings()


def _create_themes() -> None:
    op.create_table(
        "codebook",
        sa.Column("id", ID, nullable=False),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("carried_from", ID, nullable=True),
        sa.Column("suggestion", JSON, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("turn", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["carried_from"], ["codebook.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_codebook_consultation_id", "codebook", ["consultation_id"])
    op.create_table(
        "theme",
        sa.Column("id", ID, nullable=False),
        sa.Column("codebook_id", ID, nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("carried_from", ID, nullable=True),
        sa.ForeignKeyConstraint(["carried_from"], ["theme.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["codebook_id"], ["codebook.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["merged_into"], ["theme.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_theme_codebook_id", "theme", ["codebook_id"])
    op.create_table(
        "coding",
        sa.Column("codebook_id", ID, autoincrement=False, nullable=False),
        sa.Column("voice_id", sa.String(32), nullable=False),
        sa.Column("coder", ID, autoincrement=False, nullable=False),
        sa.Column("theme_id", ID, nullable=True),
        sa.Column("certainty", sa.Double(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["codebook_id"], ["codebook.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("codebook_id", "voice_id", "coder"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_coding_theme_id", "coding", ["theme_id"])
    op.create_index("ix_coding_voice", "coding", ["voice_id"])
    op.create_table(
        "theme_quote",
        sa.Column("id", ID, nullable=False),
        sa.Column("theme_id", ID, nullable=False),
        sa.Column("voice_id", sa.String(32), nullable=False),
        sa.Column("stand", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("judged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("theme_id", "voice_id"),
    )
    op.create_index("ix_theme_quote_voice_id", "theme_quote", ["voice_id"])


def _create_readings() -> None:
    op.create_table(
        "voice_reading",
        sa.Column("voice_id", sa.String(32), nullable=False),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("voice_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voice_reading_consultation", "voice_reading", ["consultation_id"])
    op.create_table(
        "protection_case",
        sa.Column("id", ID, nullable=False),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("voice_id", sa.String(32), nullable=True),
        sa.Column("danger", sa.String(24), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("voice_id"),
    )
    op.create_index("ix_protection_case_consultation_id", "protection_case", ["consultation_id"])
    op.create_index("ix_protection_case_state", "protection_case", ["state"])
    op.create_table(
        "voice_summary",
        sa.Column("id", ID, nullable=False),
        sa.Column("codebook_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("sentences", JSON, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["codebook_id"], ["codebook.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("codebook_id", "number"),
    )


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0008 has no way back: restore a backup from before it")
