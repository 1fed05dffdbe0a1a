"""The tables of the surveys: what is asked, who took part, and what was answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Table


class StoredQuestionnaire(Table):
    """A questionnaire as it was uploaded, and as it is asked. Never changed: an edit is another version."""

    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire.id"), index=True)
    """The first version of it; None where this is the first."""
    number: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the versions."""
    name: Mapped[str] = mapped_column(String(128))
    title: Mapped[dict[str, str]]
    definition: Mapped[dict[str, Any]]
    workbook: Mapped[bytes]
    file_name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]


class QuestionnaireFile(Table):
    """A file that came with a workbook: a list of choices, a picture, a recording."""

    __tablename__ = "questionnaire_file"
    __table_args__ = (UniqueConstraint("questionnaire_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(128))
    content: Mapped[bytes]
    file_id: Mapped[str | None] = mapped_column(String(255))
    """Under which Telegram has it already."""


class Draft(Table):
    """A questionnaire being written in the console: the sheets of its workbook as they stand."""

    __tablename__ = "questionnaire_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire.id"))
    """The version that it began from; None for a new questionnaire."""
    sheets: Mapped[dict[str, Any]]
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the changes: who saves over a change that they have not seen is told."""
    changed_at: Mapped[datetime]


class LibraryQuestion(Table):
    """A question that an organiser kept for the next questionnaire, with its choices."""

    __tablename__ = "library_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
    sheets: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Recording(Table):
    """A text as it is heard, found by the digest of language and text: made once, whichever question says it."""

    __tablename__ = "recording"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    content: Mapped[bytes]
    """Opus in Ogg, as Telegram plays voice messages."""
    spoken_by: Mapped[str] = mapped_column(String(8))
    """person or machine; a person's recording takes the machine's place."""
    file_id: Mapped[str | None] = mapped_column(String(255))
    """Under which Telegram has it already."""


class Consultation(Table):
    """One questionnaire sent to an audience, with opening and closing dates."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    title: Mapped[dict[str, str]]
    state: Mapped[str] = mapped_column(String(8), default="draft")
    audience: Mapped[dict[str, Any] | None]
    """Who is asked, by profile; None: everyone reachable."""
    opens_at: Mapped[datetime | None]
    """When it opens by itself."""
    remind_after: Mapped[list[int]] = mapped_column(default=list, server_default="[]")
    """Days after the opening on which those who have not finished are reminded."""
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
    may_remind: Mapped[bool] = mapped_column(default=True, server_default=true())
    """False once the person asked not to be reminded of it."""


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
    questionnaire_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire.id"))
    """The version that is answered, whichever the consultation asks by now; None: the consultation's own."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    mode: Mapped[str] = mapped_column(String(8), default="chat", server_default="chat")
    """chat, tablet (a facilitator asked) or paper."""
    language: Mapped[str] = mapped_column(String(8))
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the questions shown; the buttons carry it, so that a stale or repeated tap is known as such."""
    progress: Mapped[dict[str, Any] | None] = mapped_column(info=PRIVATE)
    answers: Mapped[dict[str, Any] | None] = mapped_column(info=PRIVATE)
    may_quote: Mapped[bool | None]
    finished_on: Mapped[date | None]


class Attachment(Table):
    """A file that somebody answered with: a photo, a voice note. Sealed; its name in the world is forgotten."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_consultation", "consultation_id", "path"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PRIVATE)
    response_id: Mapped[str] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), index=True, info=PRIVATE
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(128))
    size: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(info=PRIVATE)


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
    """none: a voice note in which nobody could make out anything."""
    text: Mapped[str] = mapped_column(info=PRIVATE)
    original: Mapped[bytes] = mapped_column(info=PRIVATE)
    attachment_id: Mapped[str | None] = mapped_column(String(32), info=PRIVATE)
    """The voice note that was the answer; the text is empty until somebody has written it down."""
    translation: Mapped[str | None] = mapped_column(info=PRIVATE)
    """What an interpreter made of it in the other language, redacted."""
    quote: Mapped[str] = mapped_column(String(8), default="none")
    """none, approved or refused: an organiser decides, and only where the author allowed it."""
