"""The table of audiences that were given a name."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import Table


class Segment(Table):
    """An audience that was given a name, to be asked again. It holds what people share, never who they are."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    audience: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
