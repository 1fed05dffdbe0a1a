"""The worker: carries broadcasts, keeps the timetable, and makes analyses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot.delivery import Courier
from bot.jobs import Jobs
from bot.way_out import WayOut, connected, way_out
from core.claims import Restraint
from core.observation import Observer
from deliberation.relevance import still_wanted
from rimay.analysing import Analyst
from rimay.coding_work import Coder
from rimay.composition import Installation
from rimay.timetable import Timetable


def build_jobs(installation: Installation, bot: WayOut, observer: Observer | None = None) -> Jobs:
    """The durable jobs of this process, which leave by this bot."""
    settings = installation.settings
    courier = Courier(
        bot=bot,
        database=installation.database,
        vault=installation.vault,
        translator=installation.translator,
        settings=settings,
        restraint=Restraint(settings.messages_per_week, partial(still_wanted, zone=settings.zone)),
        observer=observer,
    )
    timetable = Timetable(
        installation.database, settings.zone, settings.disclosure_threshold, settings.quiet_hours
    )
    analyst = Analyst(installation.database, settings.disclosure_threshold)
    coder = Coder(installation.database)
    return Jobs(
        settings.jobs_url,
        courier,
        installation.database,
        calendar=timetable.keep,
        analyse=analyst.look,
        code=coder.look,
    )


class Worker:
    """A process that does nothing else. Any number may run."""

    def __init__(self, installation: Installation, observer: Observer | None = None) -> None:
        self._bot = way_out(installation.settings)
        self.jobs = build_jobs(installation, self._bot, observer)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Broadcasts are carried while the block runs; at its end what is in flight is finished."""
        async with connected(self._bot):
            await self.jobs.start()
            try:
                yield
            finally:
                await self.jobs.stop()
