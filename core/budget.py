"""What all workers together may send: moments at which messages may leave, given out in the order they are asked for.

Counted by the clock of the database, one for all workers. It may be put forward or back: nothing stops for longer
than a moment by that, and the rate is kept by each worker's own pace (bot/pace.py), which knows no wall clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, extract, func, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.database import connection_of, insert_into
from core.tables import SendingBudget, Table

BROADCASTS = "broadcasts"

_SECOND = 1_000_000
_HORIZON = 2 * _SECOND
"""Moments further ahead are not given out: few are held by a worker that dies, or when Telegram asks for quiet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a budget is, in microseconds since 1970.

    next_at:     when the next message may leave
    quiet_until: Telegram asked for quiet until then
    changed_at:  what the clock showed when this was written
    """

    next_at: int = 0
    quiet_until: int = 0
    changed_at: int = 0

    def seen_at(self, moment: int) -> "Standing":
        """The same by a clock that may have been put back meanwhile: what was a second away stays a second away."""
        back = max(0, self.changed_at - moment)
        return Standing(self.next_at - back, self.quiet_until - back, moment)


@dataclass(frozen=True, slots=True)
class Reservation:
    """`count` messages may leave, the first in `delay` seconds. Where none may: ask again then.

    quiet: seconds of quiet that Telegram asked for
    """

    count: int
    delay: float
    quiet: float = 0.0


def grant(
    standing: Standing, moment: int, count: int, *, rate: float, ahead: float
) -> tuple[Standing, Reservation]:
    """Give out `count` moments, 1 / rate seconds apart, the first no sooner than in `ahead` seconds."""
    standing = standing.seen_at(moment)
    soonest = moment + round(ahead * _SECOND)
    begin = max(standing.next_at, soonest)
    quiet = max(0, standing.quiet_until - moment)
    if quiet:
        return standing, Reservation(0, quiet / _SECOND, quiet / _SECOND)
    if (wait := begin - soonest - _HORIZON) > 0:
        return standing, Reservation(0, wait / _SECOND)
    next_at = begin + round(count * _SECOND / rate)
    return Standing(next_at, standing.quiet_until, moment), Reservation(count, (begin - moment) / _SECOND)


def reserve(db: Session, name: str, count: int, *, rate: float, ahead: float = 0.0) -> Reservation:
    """Moments at which `count` messages may leave, 1 / rate seconds apart: no other worker has the same."""
    standing, moment = _lock(db, name)
    standing, reservation = grant(standing, moment, count, rate=rate, ahead=ahead)
    _store(db, name, standing)
    return reservation


def hold(db: Session, name: str, seconds: float) -> None:
    """Telegram asked for quiet: nothing is given out before it is over, to any worker, running or not yet started."""
    standing, moment = _lock(db, name)
    standing = standing.seen_at(moment)
    quiet_until = max(standing.quiet_until, moment + round(seconds * _SECOND))
    _store(db, name, Standing(standing.next_at, quiet_until, moment))


def is_quiet(db: Session, name: str) -> bool:
    """Whether Telegram asked for quiet, and it is not over."""
    row = connection_of(db).execute(_LOOK[_is_sqlite(db)], _asked(name)).one_or_none()
    if row is None:
        return False
    standing, moment = _read(row)
    return standing.seen_at(moment).quiet_until > moment


def take_turn(db: Session, name: str, every: float) -> bool:
    """Whether what some worker does once in `every` seconds is for this one to do, now."""
    standing, moment = _lock(db, name)
    if 0 <= moment - standing.changed_at < every * _SECOND:
        return False
    _store(db, name, Standing(changed_at=moment))
    return True


def _lock(db: Session, name: str) -> tuple[Standing, int]:
    """The budget, which is ours until the transaction ends, and what the clock shows once it is."""
    connection, query = connection_of(db), _LOCK[_is_sqlite(db)]
    row = connection.execute(query, _asked(name)).one_or_none()
    if row is None:
        connection.execute(insert_into(db, SendingBudget).values(name=name).on_conflict_do_nothing())
        row = connection.execute(query, _asked(name)).one()
    return _read(row)


def _asked(name: str) -> dict[str, Any]:
    return {"budget": name, "moment": round(now().timestamp() * _SECOND)}


def _is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def _read(row: Sequence[Any]) -> tuple[Standing, int]:
    next_at, quiet_until, changed_at, moment = row
    return Standing(next_at, quiet_until, changed_at), int(moment)


def _store(db: Session, name: str, standing: Standing) -> None:
    connection_of(db).execute(
        _STORE,
        {
            "budget": name,
            "next": standing.next_at,
            "quiet": standing.quiet_until,
            "changed": standing.changed_at,
        },
    )


_budget = Table.metadata.tables[SendingBudget.__tablename__]
_columns = _budget.c.next_at, _budget.c.quiet_until, _budget.c.changed_at
_found = select(*_columns).where(_budget.c.name == bindparam("budget"))
# Apart from the clock, which is looked at once the row is ours.
_mine = _found.with_for_update().cte("mine")
_CLOCK = {
    True: bindparam("moment", type_=BigInteger()),  # that of SQLite is the clock of the process
    False: func.floor(extract("epoch", func.clock_timestamp()) * _SECOND),
}
_LOCK = {sqlite: select(_mine, clock) for sqlite, clock in _CLOCK.items()}
_LOOK = {sqlite: _found.add_columns(clock) for sqlite, clock in _CLOCK.items()}
_STORE = (
    update(_budget)
    .where(_budget.c.name == bindparam("budget"))
    .values(next_at=bindparam("next"), quiet_until=bindparam("quiet"), changed_at=bindparam("changed"))
)
