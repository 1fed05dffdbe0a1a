"""The tables of the core: people, accounts, messages out, and what was done."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite, which knows no zones, stores it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again, whatever the database kept."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


PRIVATE = {"private": True}
"""Marks columns that hold what names people or what they said."""

Json = JSON().with_variant(JSONB(), "postgresql")
Id = BigInteger().with_variant(Integer(), "sqlite")


class Table(DeclarativeBase):
    """What every stored thing derives from."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        dict[str, Any]: Json,
        dict[str, str]: Json,
        list[str]: Json,
        list[int]: Json,
        int: Id,
        bytes: LargeBinary(),
    }


@event.listens_for(Table.metadata, "after_create")
def withhold_samples(_metadata: object, connection: Connection, **_how: object) -> None:
    """Keep private columns out of PostgreSQL's statistics: its samples of values outlive the rows by months."""
    if connection.dialect.name != "postgresql":
        return
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("private"):
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ALTER {column.name} SET STATISTICS 0")


class Participant(Table):
    """Someone who takes part. Only the sealed chat id names them; erasing empties every column."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, info=PRIVATE)
    chat_sealed: Mapped[bytes | None] = mapped_column(info=PRIVATE)
    language: Mapped[str] = mapped_column(String(8))
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict, info=PRIVATE)
    consent_version: Mapped[str] = mapped_column(String(16))
    consented_on: Mapped[date]
    reachable: Mapped[bool] = mapped_column(default=True)
    """False once the person left or blocked the bot: nothing is sent any more."""


class SeenUpdate(Table):
    """An update that changed something already; when it comes again it changes nothing."""

    __tablename__ = "seen_update"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen_on: Mapped[date | None] = mapped_column(index=True)
    """Telegram gives up an update after a day: older marks are swept away."""


class Owed(Table):
    """Work that a transaction has promised and that is done after it, by whoever lives then."""

    __tablename__ = "owed"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime]


class WaitingUpdate(Table):
    """An update that is kept until its turn, or set aside after it failed too often. What it says is sealed."""

    __tablename__ = "waiting_update"
    __table_args__ = (Index("ix_waiting_update_person", "state", "person", "update_id"),)

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[bytes] = mapped_column(LargeBinary(32), info=PRIVATE)
    """The blind index of the chat: a person's updates are taken in order."""
    sealed: Mapped[bytes] = mapped_column(info=PRIVATE)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, or aside: three tries failed, and a person decides."""
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(String(64))
    """The name of what went wrong, never its words."""
    received_at: Mapped[datetime]


class EntryLink(Table):
    """A way in that is handed out at a place or by a partner: only counts of who came by it, never who."""

    __tablename__ = "entry_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    place: Mapped[str] = mapped_column(String(120))
    came: Mapped[int] = mapped_column(default=0)
    enrolled: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """No longer handed out; who still comes by it is let in and counted."""


class Account(Table):
    """A login of an organiser, interpreter, council member or unit. Participants have none."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime]


class SignIn(Table):
    """An account signed in on a browser; only the digest of its cookie is kept."""

    __tablename__ = "sign_in"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    form_token: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class AuditEvent(Table):
    """Who did what to what, when. Never what was said, never by whom it was said."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    act: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(48))
    subject_id: Mapped[int | None]


class Broadcast(Table):
    """One message for many: what it is about, and in which state its sending is."""

    __tablename__ = "broadcast"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    """A second reminder is another round of the same kind on the same subject."""
    state: Mapped[str] = mapped_column(String(10), default="running", server_default="running")
    """running, paused or cancelled."""
    send_from: Mapped[datetime | None]
    """Nothing leaves before that moment."""
    created_at: Mapped[datetime]


class DeliveryChunk(Table):
    """Recipients that one durable job reaches, counted by state: the counts of a million rows are read at once."""

    __tablename__ = "delivery_chunk"

    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    new: Mapped[int] = mapped_column(default=0)
    sending: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """The earliest moment at which one of those that wait may leave; None: at once."""


class SendingBudget(Table):
    """What all workers together may send: when the next message may leave, and until when Telegram asked for quiet."""

    __tablename__ = "sending_budget"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    next_at: Mapped[int] = mapped_column(default=0)
    """Microseconds since 1970, by the clock of the database, as the others."""
    quiet_until: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[int] = mapped_column(default=0)


class Delivery(Table):
    """One message to one participant. Holds ids, never text and never a chat id."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "participant_id"),
        Index("ix_delivery_claim", "broadcast_id", "chunk", "state"),
        Index("ix_delivery_participant", "participant_id", "settled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    chunk: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="new")
    reason: Mapped[str | None] = mapped_column(String(48))
    due_at: Mapped[datetime | None]
    """Not before that moment: the person has had enough messages this week."""
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    replied: Mapped[bool] = mapped_column(default=False)
