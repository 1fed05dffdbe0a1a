"""Opinions: statements put to the vote, voters and their votes, and what the maths made of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_deliberations()
    _create_statements()
    _create_votes()
    _create_analyses()


def _create_deliberations() -> None:
    op.create_table(
        "deliberation",
        sa.Column("id", ID, nullable=False),
        sa.Column("consultation_id", ID, nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("question", JSON, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("takes_statements", sa.Boolean(), nullable=False),
        sa.Column("audience", JSON, nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("round", ID, nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "voter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("deliberation_id", ID, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("turn", ID, nullable=False),
        sa.Column("showing", ID, nullable=True),
        sa.Column("opinion_group", ID, nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("membership", sa.Double(), nullable=True),
        sa.Column("placed_in", ID, nullable=True),
        sa.ForeignKeyConstraint(["deliberation_id"], ["deliberation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voter_deliberation_id", "voter", ["deliberation_id"])
    op.create_table(
        "turnout",
        sa.Column("id", ID, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("deliberation_id", ID, nullable=False),
        sa.Column("voter_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["deliberation_id"], ["deliberation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("participant_id", "deliberation_id"),
        sa.UniqueConstraint("voter_id"),
    )
    op.create_index("ix_turnout_deliberation", "turnout", ["deliberation_id", "state"])


def _create_statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", ID, nullable=False),
        sa.Column("deliberation_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("translated", JSON, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("seed", sa.Boolean(), nullable=False),
        sa.Column("about_person", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("recording", sa.LargeBinary(), nullable=True),
        sa.Column("recording_type", sa.String(length=128), nullable=True),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["voter.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["deliberation_id"], ["deliberation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["merged_into"], ["statement.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("deliberation_id", "number"),
    )
    op.create_index("ix_statement_author_id", "statement", ["author_id"])
    op.create_index("ix_statement_state", "statement", ["deliberation_id", "state"])


def _create_votes() -> None:
    op.create_table(
        "vote",
        sa.Column("voter_id", sa.String(length=32), nullable=False),
        sa.Column("statement_id", ID, autoincrement=False, nullable=False),
        sa.Column("since", ID, autoincrement=False, nullable=False),
        sa.Column("until", ID, nullable=True),
        sa.Column("value", ID, nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("voter_id", "statement_id", "since"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vote_statement", "vote", ["statement_id"])
    op.create_table(
        "vote_tally",
        sa.Column("statement_id", ID, autoincrement=False, nullable=False),
        sa.Column("slot", ID, autoincrement=False, nullable=False),
        sa.Column("agree", ID, nullable=False),
        sa.Column("disagree", ID, nullable=False),
        sa.Column("passed", ID, nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement_id", "slot"),
    )


def _create_analyses() -> None:
    op.create_table(
        "analysis",
        sa.Column("id", ID, nullable=False),
        sa.Column("deliberation_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("people", ID, nullable=False),
        sa.Column("statements", ID, nullable=False),
        sa.Column("votes", ID, nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("model", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["deliberation_id"], ["deliberation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("deliberation_id", "number"),
    )
    op.create_table(
        "opinion_group",
        sa.Column("deliberation_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.ForeignKeyConstraint(["deliberation_id"], ["deliberation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("deliberation_id", "number"),
    )


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0004 has no way back: restore a backup from before it")
