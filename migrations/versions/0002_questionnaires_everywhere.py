"""Questionnaires everywhere: versions, files, drafts, recordings, attachments, and the mode of a response.

Columns are added in place. Alembic's way on SQLite, to write a table anew and drop the old one, would take with it
what hangs on it: dropping `response` deletes every voice.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "library_question",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("sheets", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "recording",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("spoken_by", sa.String(length=8), nullable=False),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "questionnaire_draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("questionnaire_id", ID, nullable=True),
        sa.Column("sheets", JSON, nullable=False),
        sa.Column("turn", ID, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["questionnaire_id"], ["questionnaire.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "questionnaire_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("questionnaire_id", ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["questionnaire_id"], ["questionnaire.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("questionnaire_id", "name"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attachment_consultation", "attachment", ["consultation_id", "path"])
    op.create_index("ix_attachment_response_id", "attachment", ["response_id"])
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    _add("questionnaire", f"first_id {number} REFERENCES questionnaire (id)")
    _add("questionnaire", f"number {number} NOT NULL DEFAULT 1")
    op.create_index("ix_questionnaire_first_id", "questionnaire", ["first_id"])
    _add("response", f"questionnaire_id {number} REFERENCES questionnaire (id)")
    _add("response", "mode VARCHAR(8) NOT NULL DEFAULT 'chat'")
    _add("voice", "attachment_id VARCHAR(32)")
    _add("voice", "translation VARCHAR")


def _add(table: str, column: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    """Back."""
    # SQLite cannot drop a column that refers to another table without dropping its own table (see above).
    raise RuntimeError("revision 0002 has no way back: restore a backup from before it")
