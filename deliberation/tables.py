"""The tables of the deliberation: assemblies, what is put to the council, and what it decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import Table


class Segment(Table):
    """An audience that was given a name, to be asked again. It holds what people share, never who they are."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    audience: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Assembly(Table):
    """A meeting that participants are invited into."""

    __tablename__ = "assembly"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    title: Mapped[dict[str, str]]
    purpose: Mapped[dict[str, str]]
    place: Mapped[str] = mapped_column(String(255))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int]
    invited_at: Mapped[datetime | None]


class Invitation(Table):
    """A person invited to an assembly, what they answered, and whether they came."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("assembly_id", "participant_id"),
        Index("ix_invitation_answer", "assembly_id", "answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(8), default="none")
    """none, yes, waiting (the seats were taken) or no."""
    needs: Mapped[list[str]] = mapped_column(default=list)
    came: Mapped[bool] = mapped_column(default=False)


class AgendaItem(Table):
    """A point put to the council, with the evidence it rests on."""

    __tablename__ = "agenda_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    evidence: Mapped[dict[str, Any]]
    """{"path", "value", "count" (None under the threshold), "of"}: what anyone can recompute from the results."""


class Decision(Table):
    """What the council decided on an item, with the reason in plain words in both languages."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), unique=True)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[dict[str, str]]
    decided_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class Satisfaction(Table):
    """How many contributors say that a decision answers what they said. Counted, never by whom.

    The delivery row remembers that the person has replied; this table only adds up.
    """

    __tablename__ = "satisfaction"
    __table_args__ = (UniqueConstraint("decision_id", "reply"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"))
    reply: Mapped[str] = mapped_column(String(8))
    count: Mapped[int] = mapped_column(default=0)
