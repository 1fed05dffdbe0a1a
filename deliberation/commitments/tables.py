"""The tables of what units of government take on: commitments, their progress, programmes, observations."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import Json, Table
from deliberation.replies import ReplyCount


class Unit(Table):
    """A unit of government: who answers for an agenda item, a commitment or a programme."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]
    area: Mapped[str] = mapped_column(String(24))
    """Food sovereignty, health, domestic violence and disability, economic development, ...; see `areas.py`."""
    institution: Mapped[str] = mapped_column(String(160), default="")
    """The ministry or government that it belongs to; empty: the provincial government."""
    ended_at: Mapped[datetime | None]


class UnitMember(Table):
    """That an account speaks for a unit."""

    __tablename__ = "unit_member"

    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Programme(Table):
    """A programme of a unit, and whether it includes people on the move by now."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    inclusion: Mapped[str] = mapped_column(String(8), default="no")
    """yes, partly or no."""
    included_since: Mapped[date | None]
    evidence: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What shows it."""
    evidence_link: Mapped[str | None] = mapped_column(String(512))
    sdg: Mapped[list[str]] = mapped_column(default=list)
    changed_at: Mapped[datetime]


class Commitment(Table):
    """What a unit took on after a decision: target, indicator, budget line and the day by which it is due."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), index=True)
    """None: taken on without a decision of the council."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    text: Mapped[dict[str, str]]
    target: Mapped[dict[str, str]]
    indicator: Mapped[dict[str, str]]
    measured_in: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What the indicator counts: people, hours, dollars."""
    baseline: Mapped[float | None]
    goal: Mapped[float | None]
    budget_line: Mapped[str] = mapped_column(String(120), default="")
    budget: Mapped[int | None]
    """In whole dollars."""
    sdg: Mapped[list[str]] = mapped_column(default=list)
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    dropped_on: Mapped[date | None]
    reason: Mapped[dict[str, str] | None] = mapped_column(Json)
    """Why it was dropped or its day put off, in plain words."""
    follow_up: Mapped[int] = mapped_column(default=3)
    """Months after the due day in which contributors are asked whether they noticed it; 0: never."""
    created_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class Progress(Table):
    """What a unit reports of a commitment, with its proof. Never changed: a correction is another report."""

    __tablename__ = "progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    value: Mapped[float | None]
    """Of the indicator."""
    note: Mapped[dict[str, str]]
    link: Mapped[str | None] = mapped_column(String(512))
    proof: Mapped[bytes | None]
    proof_type: Mapped[str | None] = mapped_column(String(128))
    proof_name: Mapped[str | None] = mapped_column(String(255))
    finished: Mapped[bool] = mapped_column(default=False)
    """It says that the commitment is kept."""
    reported_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class CommitmentReply(ReplyCount):
    """How many contributors say, months later, that they have noticed it."""

    __tablename__ = "commitment_reply"
    __table_args__ = (UniqueConstraint("commitment_id", "reply"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id", ondelete="CASCADE"))


class Observation(Table):
    """What a citizen observed of the year's account, and what was answered. It names nobody."""

    __tablename__ = "observation"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(16))
    """assembly, chat, letter or session."""
    assembly_id: Mapped[int | None] = mapped_column(ForeignKey("assembly.id", ondelete="SET NULL"))
    text: Mapped[dict[str, str]]
    """Redacted."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="SET NULL"))
    answer: Mapped[dict[str, str] | None] = mapped_column(Json)
    due_on: Mapped[date | None]
    received_on: Mapped[date]
    answered_on: Mapped[date | None]
