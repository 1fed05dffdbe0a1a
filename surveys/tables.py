"""The tables of the surveys: what is asked, who took part, and what was answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Table


class StoredQuestionnaire(Table):
    """A questionnaire as it was uploaded, and as it is asked. Never changed: an edit is another version."""

    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    title: Mapped[dict[str, str]]
    definition: Mapped[dict[str, Any]]
    workbook: Mapped[bytes]
    file_name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]


class Consultation(Table):
    """One questionnaire sent to an audience, with opening and closing dates."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    title: Mapped[dict[str, str]]
    state: Mapped[str] = mapped_column(String(8), default="draft")
    closes_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Participation(Table):
    """That a person takes part in a consultation. `response_id` is dropped when it closes."""

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("participant_id", "consultation_id"),
        Index("ix_participation_consultation", "consultation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    response_id: Mapped[str | None] = mapped_column(String(32), unique=True, info=PRIVATE)
    state: Mapped[str] = mapped_column(String(8), default="asked")
    """asked, started or finished; it stays when the link is dropped, so that the outcome reaches the person."""
    current: Mapped[bool] = mapped_column(default=False)
    """The consultation that the person's next message answers; at most one a person."""


class Response(Table):
    """One person's set of answers, under a random id that says nothing of its author.

    While the consultation is open `progress` is where its author stands in the dialogue. At closing the
    responses are written anew in random order, under fresh ids: not even their place on the disk tells.
    """

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_consultation", "consultation_id", "state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PRIVATE)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    language: Mapped[str] = mapped_column(String(8))
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the questions shown; the buttons carry it, so that a stale or repeated tap is known as such."""
    progress: Mapped[dict[str, Any] | None] = mapped_column(info=PRIVATE)
    answers: Mapped[dict[str, Any] | None] = mapped_column(info=PRIVATE)
    may_quote: Mapped[bool | None]
    finished_on: Mapped[date | None]


class Voice(Table):
    """An open answer: redacted for reading; the original is sealed."""

    __tablename__ = "voice"
    __table_args__ = (
        Index("ix_voice_consultation", "consultation_id", "path"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PRIVATE)
    response_id: Mapped[str] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), index=True, info=PRIVATE
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(info=PRIVATE)
    original: Mapped[bytes] = mapped_column(info=PRIVATE)
    quote: Mapped[str] = mapped_column(String(8), default="none")
    """none, approved or refused: an organiser decides, and only where the author allowed it."""
