"""The tables of opinion: statements, votes on them, and what the maths made of the votes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Table


class Deliberation(Table):
    """Statements put to the vote, from the opening until it is closed for good."""

    __tablename__ = "deliberation"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id", ondelete="SET NULL"))
    """The consultation that it goes on from, if any."""
    title: Mapped[dict[str, str]]
    question: Mapped[dict[str, str]]
    """What it is about, as people read it before they vote."""
    state: Mapped[str] = mapped_column(String(8), default="draft")
    """draft, open or closed."""
    takes_statements: Mapped[bool] = mapped_column(default=True)
    """Whether people may add statements of their own."""
    audience: Mapped[dict[str, Any] | None]
    """Who is asked, by profile; None: everyone reachable."""
    closes_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(default=1)
    """The number of the next analysis. Votes are written with it: which of them an analysis saw stays known."""


class Statement(Table):
    """A sentence put to the vote: of the organisers (a seed), or of somebody who votes."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("deliberation_id", "number"),
        Index("ix_statement_state", "deliberation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deliberation_id: Mapped[int] = mapped_column(ForeignKey("deliberation.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Its name in public, from 1 on in each deliberation."""
    language: Mapped[str] = mapped_column(String(8))
    """The author's."""
    text: Mapped[dict[str, str]] = mapped_column(info=PRIVATE)
    """By language, redacted; empty while a spoken one waits to be written down."""
    translated: Mapped[list[str]] = mapped_column(default=list)
    """The languages in which an interpreter has written it."""
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, accepted, rejected or merged."""
    seed: Mapped[bool] = mapped_column(default=False)
    about_person: Mapped[bool] = mapped_column(default=False)
    """It asks about the person and not for an opinion: it makes no group."""
    reason: Mapped[str | None] = mapped_column(String(16))
    """Why it was rejected."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("statement.id", ondelete="SET NULL"))
    flags: Mapped[list[str]] = mapped_column(default=list)
    """Kinds of personal data that were found in it."""
    original: Mapped[bytes | None] = mapped_column(info=PRIVATE)
    """As it was sent, sealed; gone once it is judged."""
    recording: Mapped[bytes | None] = mapped_column(info=PRIVATE)
    """The voice note, sealed; gone once it is judged."""
    recording_type: Mapped[str | None] = mapped_column(String(128))
    author_id: Mapped[str | None] = mapped_column(
        ForeignKey("voter.id", ondelete="SET NULL"), index=True, info=PRIVATE
    )
    """Who is to be told what became of it; dropped when the deliberation closes."""
    told: Mapped[bool] = mapped_column(default=False)
    """Whether a message to its author is on its way, or there is nobody to tell."""
    judged_at: Mapped[datetime | None]


class Turnout(Table):
    """That a person takes part in a deliberation. `voter_id` is dropped when it closes."""

    __tablename__ = "turnout"
    __table_args__ = (
        UniqueConstraint("participant_id", "deliberation_id"),
        Index("ix_turnout_deliberation", "deliberation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    deliberation_id: Mapped[int] = mapped_column(ForeignKey("deliberation.id", ondelete="CASCADE"))
    voter_id: Mapped[str | None] = mapped_column(String(32), unique=True, info=PRIVATE)
    state: Mapped[str] = mapped_column(String(8), default="asked")
    """asked or voted; it stays when the link is dropped, so that the outcome reaches the person."""
    writing: Mapped[bool] = mapped_column(default=False)
    """Whether the person's next message is a statement of theirs; of one deliberation at most."""


class Voter(Table):
    """Whose votes are whose, under a random id that says nothing of the person; written anew at closing.

    Where the last analysis and the last published one placed them is kept here; where earlier ones did is worked out
    again from the votes.
    """

    __tablename__ = "voter"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PRIVATE)
    deliberation_id: Mapped[int] = mapped_column(
        ForeignKey("deliberation.id", ondelete="CASCADE"), index=True
    )
    language: Mapped[str] = mapped_column(String(8))
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the statements shown: a stale or repeated tap is known as such."""
    showing: Mapped[int | None]
    """The statement on the screen. It may be gone by now."""
    opinion_group: Mapped[int | None]
    """The number of the opinion group, which stays the same from one analysis to the next."""
    x: Mapped[float | None]
    y: Mapped[float | None]
    membership: Mapped[float | None]
    """How surely they belong to the group."""
    placed_in: Mapped[int | None]
    """The number of the analysis that placed them."""
    shown_group: Mapped[int | None]
    """Where the last analysis that was published placed them, which is what they are shown; a newer one that nobody
    has published yet takes nothing away from it."""
    shown_x: Mapped[float | None]
    shown_y: Mapped[float | None]
    shown_in: Mapped[int | None]


class Vote(Table):
    """What a voter says to a statement, from one analysis to another.

    A vote that is changed before an analysis has seen it is written over; else it ends and another begins. So each
    analysis can be worked out again from the votes that it saw, and no moment is kept.
    """

    __tablename__ = "vote"
    __table_args__ = (Index("ix_vote_statement", "statement_id"), {"sqlite_with_rowid": False})

    voter_id: Mapped[str] = mapped_column(
        ForeignKey("voter.id", ondelete="CASCADE"), primary_key=True, info=PRIVATE
    )
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    since: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the first analysis that sees it."""
    until: Mapped[int | None]
    """The number of the first analysis that does not see it any more; None while it counts."""
    value: Mapped[int]
    """1 agree, 0 pass, -1 disagree."""


class VoteTally(Table):
    """The votes that count on a statement, added up. In several slots: who votes at once does not wait for another."""

    __tablename__ = "vote_tally"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)


class Analysis(Table):
    """What the maths made of the votes at one moment. Never changed: votes that come later make another."""

    __tablename__ = "analysis"
    __table_args__ = (UniqueConstraint("deliberation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deliberation_id: Mapped[int] = mapped_column(ForeignKey("deliberation.id", ondelete="CASCADE"))
    number: Mapped[int]
    people: Mapped[int]
    statements: Mapped[int]
    votes: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    version: Mapped[str] = mapped_column(String(32))
    """Of the code."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of the votes that it saw: whether they are still all there."""
    result: Mapped[dict[str, Any]]
    """Groups, statements and the map in cells; no person."""
    model: Mapped[bytes]
    """What it learnt of the statements, for choosing the next one."""
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """When an organiser showed it to the council."""


class OpinionGroup(Table):
    """The name that an organiser gave to an opinion group. Its number, letter and colour stay between analyses."""

    __tablename__ = "opinion_group"

    deliberation_id: Mapped[int] = mapped_column(
        ForeignKey("deliberation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[dict[str, str]]
