"""The tables of the day itself: who lets people in, what the room voted, and the minutes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Json, Table


class Door(Table):
    """A helper's telephone at the entrance: a link without an account, good for one assembly."""

    __tablename__ = "door"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    """Which door it is; never who stands there."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Of the secret in the link."""
    others: Mapped[int] = mapped_column(default=0)
    """People who came in and have no telephone, as the helper counted them. The telephone sends the whole count."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Ballot(Table):
    """A question put to the room: a proposal, or the order of the agenda."""

    __tablename__ = "ballot"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    """proposal (yes, no, abstain), order (which points matter most), or delegate (who asks for the empty seat)."""
    text: Mapped[dict[str, str]]
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id", ondelete="SET NULL"))
    """The statement that it puts to the room, if any."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    """The agenda item that it is about, if any."""
    options: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """[{"value", "label": {language: words}, ...}]; empty for a proposal."""
    state: Mapped[str] = mapped_column(String(8), default="draft")
    """draft, open or closed."""
    hands: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{value: people} who voted by show of hands, as the organiser counted them."""
    result: Mapped[dict[str, Any] | None]
    """What came out, once it is closed: {"voters", "counts": {value: people}, None where too few voted in secret},
    and "passed" (proposal, delegate) or "order": [values]; {"void": true} where nothing was counted, with
    "few" where that was because too few voted in secret."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class BallotVoter(Table):
    """That a person has voted on a ballot. `vote_id` is dropped when it closes."""

    __tablename__ = "ballot_voter"
    __table_args__ = (
        Index("ix_ballot_voter_participant", "participant_id"),
        {"sqlite_with_rowid": False},
    )

    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballot.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    vote_id: Mapped[str | None] = mapped_column(String(32), unique=True, info=PRIVATE)


class BallotVote(Table):
    """What somebody voted, under a random id, while the ballot is open. At closing it is added up and deleted."""

    __tablename__ = "ballot_vote"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PRIVATE)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"), index=True)
    choices: Mapped[list[str]] = mapped_column(info=PRIVATE)


class Minutes(Table):
    """The minutes of an assembly: drafted from what was recorded, binding once two people have confirmed them."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    """Counts the versions: confirmed minutes are never changed, a correction is another version."""
    content: Mapped[dict[str, Any]]
    """What they say. Recorded: {"facts", "attendance", "ballots"}; by hand, in both languages: {"dissent": {ballot:
    reasons}, "notes", "corrects": {"id", "number", "why"} or None}; {"confirmed": [{"role", "at"}]}. What was agreed is
    what passed."""
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the changes: a confirmation is of what was on the screen, and falls when it is changed."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    """The first of the two."""
    confirmed_also_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    first_confirmed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When the second person confirmed them."""
    changed_at: Mapped[datetime]
