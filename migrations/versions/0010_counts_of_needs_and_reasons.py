"""An assembly keeps counts of needs and reasons, so that invitations can forget them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Forward."""
    op.add_column("assembly", sa.Column("tallied", JSON, nullable=True))


def downgrade() -> None:
    """Back."""
    raise RuntimeError("revision 0010 has no way back: restore a backup from before it")
