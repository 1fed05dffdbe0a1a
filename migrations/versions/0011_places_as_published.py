"""A voter keeps the place that the published analysis gave them, whatever a newer one says."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLUMNS: dict[str, sa.types.TypeEngine[int] | sa.types.TypeEngine[float]] = {
    "shown_group": ID,
    "shown_x": sa.Double(),
    "shown_y": sa.Double(),
    "shown_in": ID,
}


def upgrade() -> None:
    """Forward. Whose place is that of a published analysis keeps it."""
    for name, kind in _COLUMNS.items():
        op.add_column("voter", sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE voter SET shown_group = opinion_group, shown_x = x, shown_y = y, shown_in = placed_in"
        " WHERE EXISTS (SELECT 1 FROM analysis WHERE analysis.deliberation_id = voter.deliberation_id"
        " AND analysis.number = voter.placed_in AND analysis.published_at IS NOT NULL)"
    )


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0011 has no way back: restore a backup from before it")
