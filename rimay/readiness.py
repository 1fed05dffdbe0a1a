"""Whether this process can do its work, and if not, why: for supervisors and balancers, so the reasons are codes."""

import asyncio
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.database import Database
from migrations.schema import Standing, standing

_PATIENCE = 2.0


class Readiness:
    """Set as the process starts and stops; the database is asked each time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.started = False
        self.draining = False
        self.receives: Callable[[], bool] = lambda: True
        """Whether updates can still come in; a process into which none come has nothing to set."""

    async def reasons(self) -> tuple[str, ...]:
        """Why work should go elsewhere: nothing where it is welcome."""
        found = []
        if not self.started:
            found.append("starting")
        if self.draining:
            found.append("draining")
        elif self.started and not self.receives():
            found.append("updates")
        try:
            async with asyncio.timeout(_PATIENCE):
                where = await self._database.read(_standing)
        except (SQLAlchemyError, TimeoutError):
            return (*found, "database")
        if where is Standing.BEHIND:
            found.append("schema")
        return tuple(found)


def _standing(db: Session) -> Standing:
    return standing(db.connection())
