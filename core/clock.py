"""The one place that asks the time. Tests set it with `at`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from time import monotonic
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def ticks() -> float:
    """Seconds by a clock that nobody sets: for how long something takes. The clock of asyncio's loop is the same."""
    return monotonic()


def today(zone: ZoneInfo) -> date:
    """The date that a person in `zone` reads on the wall."""
    return now().astimezone(zone).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the time still at `moment` inside the block."""
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
