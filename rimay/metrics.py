"""What Prometheus reads: counts, ages and durations. No label names a person."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.clock import now, ticks
from core.database import Database
from core.quiet_hours import QuietHours
from core.vitals import Vitals, take_vitals
from rimay.backup.record import last_backup

L = TypeVar("L", bound=tuple[str, ...])

_FRESH = 5.0
"""Seconds for which what was read from the database is shown again: a scrape costs nothing then."""
_PATIENCE = 5.0
_TURN_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics(Collector):
    """The figures of this process, and those of the database that all processes share. It is an `Observer`."""

    def __init__(self, database: Database, *, role: str, quiet_hours: QuietHours | None = None) -> None:
        self._database = database
        self._quiet_hours = quiet_hours
        self._registry = CollectorRegistry()
        self._reading = asyncio.Lock()
        self._read_at: float | None = None
        self._vitals: Vitals | None = None
        self._latency = 0.0
        self._backup_age: float | None = None
        self._turns = self._counter("rimay_turns", "Updates of people, by what became of them", "outcome")
        self._seconds = Histogram(
            "rimay_turn_seconds",
            "How long it took to handle an update of a person",
            buckets=_TURN_BUCKETS,
            registry=self._registry,
        )
        self._passed_over = self._counter(
            "rimay_updates_passed_over", "Updates not kept, because too many of the same person waited"
        )
        self._sends = self._counter(
            "rimay_sends", "Messages of broadcasts, by what became of them", "outcome"
        )
        self._quiet = self._counter("rimay_quiet_asked_seconds", "Seconds of quiet that Telegram asked for")
        about = Gauge(
            "rimay_info",
            "The release and the role of this process",
            ["version", "role"],
            registry=self._registry,
        )
        about.labels(version("rimay"), role).set(1)
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self._registry)

    # An observer

    def turn(self, seconds: float, outcome: str) -> None:
        """An update was handled, stored, or failed."""
        self._turns.labels(outcome).inc()
        if outcome != "stored":
            self._seconds.observe(seconds)

    def passed_over(self) -> None:
        """An update was not kept."""
        self._passed_over.inc()

    def sent(self, outcome: str) -> None:
        """A message of a broadcast came to its state."""
        self._sends.labels(outcome).inc()

    def quiet(self, seconds: float) -> None:
        """Telegram asked for quiet of that length."""
        self._quiet.inc(seconds)

    # What is shown

    async def exposition(self) -> bytes:
        """Everything, as Prometheus reads it. A database that is away is a figure as well."""
        async with self._reading:
            if self._read_at is None or ticks() - self._read_at > _FRESH:
                await self._read()
                self._read_at = ticks()
        return generate_latest(self._registry)

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                begun = ticks()
                await self._database.read(_answer)
                self._latency = ticks() - begun
                made_at = await self._database.read(last_backup)
                self._backup_age = None if made_at is None else (now() - made_at).total_seconds()
                self._vitals = await self._database.read(take_vitals)
        except (SQLAlchemyError, TimeoutError):
            self._vitals = None

    def collect(self) -> Iterable[Metric]:
        """What the database said when it was last asked."""
        yield _one("rimay_database_up", "Whether the database answers", float(self._vitals is not None))
        yield _many(
            "rimay_database_connections",
            "Connections of this process to the database",
            ("pool", "state"),
            self._database.connections(),
        )
        hours = self._quiet_hours
        silent = hours is not None and hours.end_of_quiet(now()) is not None
        yield _one("rimay_quiet_hours", "Whether it is a time of the day without broadcasts", float(silent))
        if self._vitals is None:
            return
        yield _one("rimay_database_latency_seconds", "How long SELECT 1 took, with its way", self._latency)
        yield _one("rimay_database_bytes", "Size of the database", self._vitals.size)
        yield _many(
            "rimay_deliveries",
            "Deliveries by kind of broadcast and state",
            ("kind", "state"),
            self._vitals.deliveries,
        )
        yield _one(
            "rimay_delivery_oldest_due_seconds",
            "Since when the longest waiting delivery could have left",
            self._vitals.oldest_delivery,
        )
        updates = {(state,): count for state, count in self._vitals.updates.items()}
        yield _many("rimay_updates", "Updates of people that wait, or were set aside", ("state",), updates)
        yield _one(
            "rimay_update_oldest_seconds", "Age of the oldest waiting update", self._vitals.oldest_update
        )
        if self._backup_age is not None:
            yield _one("rimay_backup_age_seconds", "Age of the last backup", self._backup_age)


def _answer(db: Session) -> None:
    db.execute(text("SELECT 1"))


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _many(name: str, what: str, labels: Sequence[str], values: Mapping[L, int]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for given, value in sorted(values.items()):
        family.add_metric(given, value)
    return family
