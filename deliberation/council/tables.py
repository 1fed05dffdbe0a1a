"""The tables of the council: what is put to it, and what it decides."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import Json, Table
from deliberation.replies import ReplyCount


class Sitting(Table):
    """A meeting of the council or of another body that decides, with its agenda and its limited minutes."""

    __tablename__ = "sitting"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
    body: Mapped[str] = mapped_column(String(160))
    """Which council or body it is."""
    place: Mapped[str] = mapped_column(String(255))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    """That there are for these items."""
    notice_days: Mapped[int] = mapped_column(default=2)
    """Days between the convocation and the sitting, at the least."""
    rule: Mapped[str] = mapped_column(String(16), default="phragmen")
    """By which the items were chosen and put in order."""
    choice: Mapped[dict[str, Any] | None]
    """What the rule said: order, minutes, what was left out and who is left with nothing."""
    state: Mapped[str] = mapped_column(String(10), default="planned")
    """planned, convened, held or cancelled."""
    letter_number: Mapped[str | None] = mapped_column(String(64))
    """Of the official letter."""
    convened_at: Mapped[datetime | None]
    """When the letter left and the agenda was published."""
    held_at: Mapped[datetime | None]
    record: Mapped[dict[str, Any] | None]
    """What was said at the sitting beside the decisions: who opened it, the quorum, notes in both languages."""
    created_at: Mapped[datetime]


class AgendaItem(Table):
    """A point put to the council, with the evidence it rests on."""

    __tablename__ = "agenda_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int | None] = mapped_column(
        ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    evidence: Mapped[dict[str, Any]]
    """{"path", "value", "count" (None under the threshold), "of"}: what anyone can recompute from the results."""
    source: Mapped[str] = mapped_column(String(12), default="answers", server_default="answers")
    """answers (of a consultation), statement, theme, agreement (of an assembly), or council."""
    deliberation_id: Mapped[int | None] = mapped_column(
        ForeignKey("deliberation.id", ondelete="CASCADE"), index=True
    )
    assembly_id: Mapped[int | None] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"), index=True)
    request: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What is asked of the council, in one sentence, where an organiser wrote it."""
    minutes: Mapped[int] = mapped_column(default=15, server_default="15")
    """That it needs."""
    competence: Mapped[str | None] = mapped_column(String(16))
    """Which level of government may decide: parish, canton, province, region or state."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="SET NULL"))
    """In charge of it."""
    sdg: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    proposed: Mapped[dict[str, str] | None] = mapped_column(Json)
    """The commitment that the Unit proposes."""
    state: Mapped[str] = mapped_column(String(10), default="confirmed", server_default="confirmed")
    """proposed (by the results), confirmed (by an organiser), or withdrawn."""
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id", ondelete="SET NULL"), index=True)
    place_in_sitting: Mapped[int | None]
    """From 1 on, in the order of the agenda."""
    decide_by: Mapped[date | None]
    """The day by which a decision is due."""
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    """The item that was deferred and comes back as this one."""


class Decision(Table):
    """What the council decided on an item, with the reason in plain words in both languages."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), unique=True)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[dict[str, str]]
    decided_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    sent_to: Mapped[dict[str, str] | None] = mapped_column(Json)
    """The body that it was sent to, where another one must decide."""
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id", ondelete="SET NULL"))


class Satisfaction(ReplyCount):
    """How many contributors say that a decision answers what they said."""

    __tablename__ = "satisfaction"
    __table_args__ = (UniqueConstraint("decision_id", "reply"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"))
