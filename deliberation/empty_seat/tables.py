"""The tables of the empty seat: the rules in force, and who asked for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Json, Table


class SeatRules(Table):
    """The rules of the empty seat, as they were set at one moment. The newest ones count; old ones stay."""

    __tablename__ = "seat_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]]
    """Each rule with its value, as `deliberation/empty_seat/rules.py` reads it."""
    legal_basis: Mapped[dict[str, str]]
    """The ordinance or law that they stand on."""
    made_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class SeatRequest(Table):
    """A request for the empty seat in an agenda item: by a person in the chat, or by an assembly's vote."""

    __tablename__ = "seat_request"
    __table_args__ = (
        Index("ix_seat_request_item", "item_id", "state"),
        Index("ix_seat_request_participant", "participant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    rules_id: Mapped[int] = mapped_column(ForeignKey("seat_rules.id"))
    """The rules that were in force when it was made."""
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """Who would sit; None: an assembly sends somebody not drawn yet, who erased themselves, or all is long over."""
    assembly_id: Mapped[int | None] = mapped_column(ForeignKey("assembly.id", ondelete="SET NULL"))
    ballot_id: Mapped[int | None] = mapped_column(ForeignKey("ballot.id", ondelete="SET NULL"))
    """The vote by which an assembly asked for it. Later rows of the same vote: who would go for it."""
    declared: Mapped[dict[str, Any]] = mapped_column(default=dict, info=PRIVATE)
    """What the person declared for the rules: {"age": true, "lives_here": true, ...}."""
    purpose: Mapped[str] = mapped_column(default="", info=PRIVATE)
    """What they want to say there, redacted."""
    state: Mapped[str] = mapped_column(String(10), default="asked")
    """asked, accredited, denied, heard (with voice and no vote) or withdrawn."""
    reasons: Mapped[list[str]] = mapped_column(default=list)
    """Names of the rules that are not met."""
    reason: Mapped[dict[str, str] | None] = mapped_column(Json)
    """Why it was denied, in plain words. Of an assembly's request: where the seed will come from, then the lot."""
    position: Mapped[str | None] = mapped_column(String(8))
    """How they would vote, where several must agree on one vote: yes, no or abstain."""
    code: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, info=PRIVATE)
    """Digest of the credential that is shown at the council's door."""
    came: Mapped[bool] = mapped_column(default=False)
    report: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What the representative reports to those they spoke for."""
    reported_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
