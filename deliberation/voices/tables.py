"""The tables of the voices: themes and who coded what, cases of protection, summaries."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Json, Table


class Codebook(Table):
    """Themes with their definitions, as one consultation leaves them and the next may take them up."""

    __tablename__ = "codebook"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    path: Mapped[str] = mapped_column(String(255))
    """The open question whose answers it sorts; "*": all of the consultation together."""
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("codebook.id", ondelete="SET NULL"))
    suggestion: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the machine proposed, as it proposed it: method, parameters, seed, version, key words, sizes."""
    settled_at: Mapped[datetime | None]
    """When an organiser said that the themes are the themes."""
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the changes: who saves over a change that they have not seen is told."""
    created_at: Mapped[datetime]


class Theme(Table):
    """What answers have in common, under a name that a person gave or accepted."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    codebook_id: Mapped[int] = mapped_column(ForeignKey("codebook.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]]
    definition: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What belongs in it and what does not, for who codes."""
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By language: the key words that set it apart."""
    state: Mapped[str] = mapped_column(String(10), default="suggested")
    """suggested by the machine, accepted by a person, or merged."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"))
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"))
    """The theme of an earlier consultation that it goes on from: the same one over time."""


class Coding(Table):
    """That a coder puts an answer under a theme. The machine is coder 0; what it says is a suggestion."""

    __tablename__ = "coding"
    __table_args__ = (Index("ix_coding_voice", "voice_id"), {"sqlite_with_rowid": False})

    codebook_id: Mapped[int] = mapped_column(
        ForeignKey("codebook.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    voice_id: Mapped[str] = mapped_column(
        ForeignKey("voice.id", ondelete="CASCADE"), primary_key=True, info=PRIVATE
    )
    coder: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The id of an account; 0: the machine."""
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    """None: unsure, or belongs to none."""
    certainty: Mapped[float | None]
    """Of the machine, between 0 and 1."""
    sample: Mapped[bool] = mapped_column(default=False)
    """It is of the sample that two people code without seeing each other's."""


class VoiceReading(Table):
    """What the machine read in an answer, kept so that a page need not read all of them again."""

    __tablename__ = "voice_reading"
    __table_args__ = (
        Index("ix_voice_reading_consultation", "consultation_id"),
        {"sqlite_with_rowid": False},
    )

    voice_id: Mapped[str] = mapped_column(
        ForeignKey("voice.id", ondelete="CASCADE"), primary_key=True, info=PRIVATE
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    """es, qu, mixed or other."""
    kind: Mapped[str] = mapped_column(String(12))
    """need, request, proposal, experience, thanks or other."""
    flags: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    """Of the rules: older readings are made again."""


class ProtectionCase(Table):
    """An answer that speaks of danger: shown to a person within minutes, never counted in a chart."""

    __tablename__ = "protection_case"
    __table_args__ = (Index("ix_protection_case_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    voice_id: Mapped[str | None] = mapped_column(
        ForeignKey("voice.id", ondelete="SET NULL"), unique=True, info=PRIVATE
    )
    """None once the answer is gone."""
    danger: Mapped[str] = mapped_column(String(24))
    """Of which kind: the lists of `protection.py` name it."""
    state: Mapped[str] = mapped_column(String(10), default="new")
    """new, seen, referred or set aside (no danger after all)."""
    raised_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    """Who looked at it."""
    told: Mapped[bool] = mapped_column(default=False)
    """Whether the referral card is on its way to who wrote it, where they still can be reached."""


class VoiceSummary(Table):
    """A summary of the voices, sentence by sentence, each with the answers that it is computed from."""

    __tablename__ = "voice_summary"
    __table_args__ = (UniqueConstraint("codebook_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    codebook_id: Mapped[int] = mapped_column(ForeignKey("codebook.id", ondelete="CASCADE"))
    number: Mapped[int]
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(Json, info=PRIVATE)
    """[{"rule", "facts", "answers": [ids], "wording": {language: words} where a person changed it}]."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of the answers and codings that it was computed from."""
    made_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class ThemeQuote(Table):
    """An answer chosen to speak for a theme: what is typical, or the dissent. A person approves it."""

    __tablename__ = "theme_quote"
    __table_args__ = (UniqueConstraint("theme_id", "voice_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    voice_id: Mapped[str] = mapped_column(
        ForeignKey("voice.id", ondelete="CASCADE"), index=True, info=PRIVATE
    )
    stand: Mapped[str] = mapped_column(String(8))
    """typical or dissent."""
    state: Mapped[str] = mapped_column(String(10), default="suggested")
    """suggested, approved or refused."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    judged_at: Mapped[datetime | None]
