"""What is published of replies to decisions and commitments, beside what is counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNTS = {"satisfaction": "decision_id", "commitment_reply": "commitment_id"}
_FEW = 5
"""Fewer replies than that were on no page of the release before, unless its threshold was set lower."""


def upgrade() -> None:
    """Forward. What everybody could see up to now stays published."""
    for table, subject in _COUNTS.items():
        op.add_column(table, sa.Column("released", ID, nullable=False, server_default="0"))
        counts = sa.table(table, *(sa.column(name) for name in (subject, "count", "released")))
        enough = sa.select(counts.c[subject]).group_by(counts.c[subject])
        enough = enough.having(sa.func.sum(counts.c.count) >= _FEW)
        op.execute(counts.update().where(counts.c[subject].in_(enough)).values(released=counts.c.count))


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0009 has no way back: restore a backup from before it")
