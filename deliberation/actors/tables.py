"""The tables of the actor map, in the terms of Open Referral's Human Services Data Specification (HSDS)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.tables import Json, Table


class Actor(Table):
    """A public or private body that serves people on the move; `organization` in HSDS."""

    __tablename__ = "actor"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    """Its identifier in files; stays the same from one import to the next."""
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    kind: Mapped[str] = mapped_column(String(16), default="public")
    """public, private, ngo, international, community or church."""
    website: Mapped[str | None] = mapped_column(String(512))
    email: Mapped[str | None] = mapped_column(String(254))
    """Of the body, never of a person."""
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Fields of HSDS that nothing here reads: they leave as they came."""
    changed_at: Mapped[datetime]


class Service(Table):
    """What an actor offers."""

    __tablename__ = "service"
    __table_args__ = (Index("ix_service_verified", "verified_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    needs: Mapped[list[str]] = mapped_column(default=list)
    """What it helps with; the names are in `needs.py`."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    requirements: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What is asked of who comes: papers, an appointment."""
    cost: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Empty: it is free."""
    status: Mapped[str] = mapped_column(String(8), default="active")
    """active, paused or ended."""
    protection: Mapped[bool] = mapped_column(default=False)
    """Whether people in danger are referred to it."""
    verified_on: Mapped[date | None]
    """The last day on which somebody checked that it is as said here."""
    reminded_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]


class ServicePlace(Table):
    """Where and when a service is given; `service_at_location` with its location, address, schedule and phone."""

    __tablename__ = "service_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    canton: Mapped[str] = mapped_column(String(64), index=True)
    """As questionnaires name cantons; "all": wherever one is."""
    address: Mapped[str] = mapped_column(String(255), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str | None] = mapped_column(String(32))
    hours: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """[{"days": ["MO", ...], "opens": "08:00", "closes": "16:30"}], as in HSDS's schedules."""
    hours_note: Mapped[dict[str, str]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)


class UnmetNeed(Table):
    """How often help was looked for in the chat, and how often none was found. Counted by month, never by whom."""

    __tablename__ = "unmet_need"
    __table_args__ = (UniqueConstraint("month", "need", "canton"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    """Its first day."""
    need: Mapped[str] = mapped_column(String(32))
    canton: Mapped[str] = mapped_column(String(64))
    asked: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
