"""The lottery of a pool, computed beside the web: in a thread, one at a time, so that pages and chat go on."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from deliberation.assemblies.draw_pools import Pool, prepare_draw
from deliberation.lottery.draw import Prepared
from deliberation.lottery.infeasible import Infeasible, explain
from deliberation.maths.lottery.pool import NoPanel

_at_once = BoundedSemaphore(1)


class LotteryBusy(Exception):
    """Another lottery is computed in this process."""


class _Left(Exception):
    """Whoever asked has gone."""


@dataclass(slots=True)
class LotteryWork:
    """How far a lottery is. Whoever is told ends it by leaving: nothing was stored."""

    pool: Pool
    done: int = 0
    total: int = 0
    left: bool = field(default=False)

    async def result(self) -> Prepared | Infeasible:
        """The lottery, or why there is none. Raises LotteryBusy."""
        if not _at_once.acquire(blocking=False):
            raise LotteryBusy
        # The thread gives its turn back itself: it may go on a little after whoever asked has left.
        work = asyncio.get_running_loop().run_in_executor(None, self._compute)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            self.left = True
            with suppress(_Left):
                await work
            raise

    def _compute(self) -> Prepared | Infeasible:
        try:
            return prepare_draw(self.pool, self._follow)
        except NoPanel:
            return self._explain()
        finally:
            _at_once.release()

    def _explain(self) -> Infeasible:
        counted, size = self.pool.counted, self.pool.panel_size
        if counted.people:
            return explain(counted.quotas, counted.people, size)
        nobody = [{"seats": size, "people": 0, "households": 0}]
        return {"infeasible": {"conflict": nobody, "smallest": True, "cheapest_fix": [], "invite": []}}

    def _follow(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.left:
            raise _Left
