"""The tables of assemblies: who was invited, and the lottery of the seats."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import PRIVATE, Json, Table

HOUSEHOLD = "household"
"""Among what is kept of somebody by name of category: with whom they live. No category is called so."""


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
    state: Mapped[str] = mapped_column(String(9), default="planned", server_default="planned")
    """planned or cancelled."""
    agenda: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What will be talked about."""
    covers: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What is paid or provided to who comes."""
    map_link: Mapped[str | None] = mapped_column(String(512))
    call_link: Mapped[str | None] = mapped_column(String(512))
    languages: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """In which languages interpreters help."""
    way: Mapped[str] = mapped_column(String(8), default="open", server_default="open")
    """How people come in: open (everyone who may be invited), segment, or lottery."""
    audience: Mapped[dict[str, Any] | None]
    """Who may be invited, by profile; None: everyone who agreed to be."""
    quotas: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    """[{"category", "value", "min", "max"}] of a lottery."""
    reference: Mapped[dict[str, Any] | None]
    """{category: {value: people}} of the population that the panel should look like, as an organiser entered it."""
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts its changes, for calendars that hold it already."""
    answer_days: Mapped[int] = mapped_column(default=3, server_default="3")
    """Days in which an invited person answers before the seat goes to another."""
    join_code: Mapped[str | None] = mapped_column(String(16), unique=True, index=True)
    """In the link and QR on the wall: who comes in without an invitation joins by it."""
    costs: Mapped[dict[str, Any] | None]
    """{need: dollars for each person}, as an organiser entered them."""
    tallied: Mapped[dict[str, Any] | None]
    """What is left of needs and reasons once they are forgotten: {"people", "nothing", "needs": {need: people},
    "reasons": {reason: people}}."""


class Invitation(Table):
    """A person invited to an assembly, what they answered, and whether they came."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("assembly_id", "participant_id"),
        Index("ix_invitation_answer", "assembly_id", "answer"),
        Index("ix_invitation_code", "code", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(8), default="none")
    """none, yes, waiting (the seats were taken) or no."""
    needs: Mapped[list[str]] = mapped_column(default=list)
    came: Mapped[bool] = mapped_column(default=False)
    answer_by: Mapped[datetime | None]
    """When the seat goes to another, if nothing was answered; then the answer is lapsed."""
    reason: Mapped[str | None] = mapped_column(String(16))
    """Why somebody cannot come, where they said so."""
    wave: Mapped[int] = mapped_column(default=0, server_default="0")
    """0: drawn or invited first; later ones took empty seats."""
    walk_in: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Came without an invitation and joined on the day."""
    code: Mapped[bytes | None] = mapped_column(LargeBinary(32), info=PRIVATE)
    """Digest of the personal code that is shown at the door."""
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=PRIVATE)
    """The code itself, to be shown to its owner again."""


class Draw(Table):
    """A lottery of the seats of an assembly: the pool committed first, the seed from a public source afterwards."""

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"))
    number: Mapped[int]
    seats: Mapped[int]
    """Of the assembly. How many people are drawn for them is in the file: as many, or more."""
    quotas: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """For the seats. Those that the panel is drawn by are in the file."""
    source: Mapped[str] = mapped_column(String(255))
    """Where the seed will be published, named in advance."""
    source_at: Mapped[datetime]
    """When it will be."""
    commitment: Mapped[str] = mapped_column(String(64))
    """Of the pool, as it was published before the draw."""
    committed_at: Mapped[datetime]
    seed: Mapped[str | None] = mapped_column(String(255))
    drawn_at: Mapped[datetime | None]
    file: Mapped[dict[str, Any] | None]
    """What is published of it: anyone can verify it. People are tickets."""


class DrawTicket(Table):
    """A person in the pool of a draw, under a random ticket that is shown to them alone."""

    __tablename__ = "draw_ticket"
    __table_args__ = (Index("ix_draw_ticket_participant", "participant_id"), {"sqlite_with_rowid": False})

    draw_id: Mapped[int] = mapped_column(
        ForeignKey("draw.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ticket: Mapped[str] = mapped_column(String(16), primary_key=True, info=PRIVATE)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    salt: Mapped[str] = mapped_column(String(32), info=PRIVATE)
    features: Mapped[dict[str, str]] = mapped_column(info=PRIVATE)
    """The values of the quotas' categories, as they were when the pool was committed; and HOUSEHOLD, salted."""
    selected: Mapped[bool] = mapped_column(default=False)
