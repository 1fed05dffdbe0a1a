"""Reach: audiences, ways in, chunks of deliveries with their counts, the budget of all workers, updates that wait."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATES = ("new", "sending", "sent", "blocked", "failed", "skipped", "left")


def upgrade() -> None:
    """Forward."""
    op.add_column("broadcast", sa.Column("state", sa.String(10), nullable=False, server_default="running"))
    op.add_column("broadcast", sa.Column("send_from", MOMENT, nullable=True))
    op.add_column("delivery", sa.Column("due_at", MOMENT, nullable=True))
    op.add_column("delivery", sa.Column("claimed_at", MOMENT, nullable=True))
    op.create_index("ix_delivery_participant", "delivery", ["participant_id", "settled_at"])
    op.add_column("seen_update", sa.Column("seen_on", sa.Date(), nullable=True))
    op.create_index("ix_seen_update_seen_on", "seen_update", ["seen_on"])
    may_remind: sa.Column[bool] = sa.Column(
        "may_remind", sa.Boolean(), nullable=False, server_default=sa.true()
    )
    op.add_column("participation", may_remind)
    op.add_column("consultation", sa.Column("audience", JSON, nullable=True))
    op.add_column("consultation", sa.Column("opens_at", MOMENT, nullable=True))
    op.add_column("consultation", sa.Column("remind_after", JSON, nullable=False, server_default="[]"))
    _create_delivery_tables()
    _create_ways_in()


def _create_delivery_tables() -> None:
    op.create_table(
        "delivery_chunk",
        sa.Column("broadcast_id", ID, nullable=False, autoincrement=False),
        sa.Column("number", ID, nullable=False, autoincrement=False),
        *(sa.Column(state, ID, nullable=False) for state in STATES),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("broadcast_id", "number"),
    )
    counts = ", ".join(f"sum(CASE WHEN state = '{state}' THEN 1 ELSE 0 END)" for state in STATES)
    names = ", ".join(f'"{state}"' for state in STATES)
    op.execute(
        f"INSERT INTO delivery_chunk (broadcast_id, number, {names})"
        f" SELECT broadcast_id, chunk, {counts} FROM delivery GROUP BY broadcast_id, chunk"
    )
    op.create_table(
        "sending_budget",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("next_at", ID, nullable=False),
        sa.Column("quiet_until", ID, nullable=False),
        sa.Column("changed_at", ID, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_ways_in() -> None:
    op.create_table(
        "owed",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "waiting_update",
        sa.Column("update_id", ID, nullable=False, autoincrement=False),
        sa.Column("person", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", ID, nullable=False),
        sa.Column("fault", sa.String(64), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("update_id"),
    )
    op.create_index("ix_waiting_update_person", "waiting_update", ["state", "person", "update_id"])
    op.create_table(
        "entry_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("came", ID, nullable=False),
        sa.Column("enrolled", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "segment",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0003 has no way back: restore a backup from before it")
