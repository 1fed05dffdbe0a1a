"""Analyses are made: what is due is found, worked out in a process of its own, and stored.

    python -m rimay.analysing

works one out: a task in at its standard input, findings out at its standard output. It has no database and no key.
"""

import asyncio
import logging
import os
import pickle
import sys
from contextlib import suppress

from core.budget import take_turn
from core.clock import ticks
from core.database import Database
from core.errors import RimayError
from deliberation.opinions.analyses import TooFewNew, begin_analysis, read_task, store_analysis
from deliberation.opinions.findings import Findings, Task, find
from deliberation.opinions.worth import list_due

_LEASE = 60.0
"""Seconds after which another worker takes an analysis over whose worker says nothing any more."""
_TRIES = 3
_LOWER = 10
"""By how much the process that works it out comes after all others."""

_log = logging.getLogger("rimay.analyses")


class AnalysisUnderWay(RimayError):
    """Another process makes one just now."""

    code = "analysis_under_way"


class Analyst:
    """Makes the analyses that are due, one at a time. Any number of workers may look: each analysis is made once.

    Who dies leaves a number that is taken and has no analysis; after a minute another worker makes it.
    """

    def __init__(self, database: Database, threshold: int) -> None:
        self._database = database
        self._threshold = threshold

    async def look(self) -> None:
        """Make what is due by now."""
        for deliberation_id in await self._database.read(list_due, self._threshold):
            if await self._take(deliberation_id, _LEASE):
                with suppress(TooFewNew):  # somebody has just begun to vote: others are waited for
                    await self.make(deliberation_id)

    async def make_now(self, deliberation_id: int) -> int:
        """Make one whether or not it is worth it; its number.

        Raises NotFound, Conflict, TooFewNew and AnalysisUnderWay.
        """
        if (
            not await self._take(deliberation_id, _LEASE)
            or (number := await self.make(deliberation_id)) is None
        ):
            raise AnalysisUnderWay
        return number

    async def make(self, deliberation_id: int) -> int | None:
        """Make the next one, or one that was begun; its number. None where a twin was first.

        Raises NotFound, Conflict for a draft, and TooFewNew.
        """
        number = await self._database.run(begin_analysis, deliberation_id, newcomers=self._threshold)
        begun_at = ticks()
        for _ in range(_TRIES):
            begun = await self._database.read(read_task, deliberation_id, number, self._threshold)
            findings = await self._work_out(begun.task, deliberation_id)
            if await self._database.run(store_analysis, begun, findings):
                _log.info(
                    "deliberation %d, analysis %d: %d votes in %.1f s",
                    deliberation_id,
                    number,
                    len(begun.task.votes),
                    ticks() - begun_at,
                )
                return number
        return None

    async def _work_out(self, task: Task, deliberation_id: int) -> Findings:
        work = asyncio.create_task(work_out_apart(task))
        try:
            while not (await asyncio.wait([work], timeout=_LEASE / 3))[0]:
                await self._take(deliberation_id, 0.0)
            return await work
        finally:
            work.cancel()
            await asyncio.gather(
                work, return_exceptions=True
            )  # the other process is gone when this one goes on

    async def _take(self, deliberation_id: int, lease: float) -> bool:
        """Say that this worker makes it, unless another said so within the last seconds."""
        return await self._database.run(take_turn, f"analysis-{deliberation_id}", lease)


async def work_out_apart(task: Task) -> Findings:
    """In a process of its own, which comes after all others. Who waits for it no more ends it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rimay.analysing", stdin=pipe, stdout=pipe
    )
    try:
        answer, _ = await process.communicate(pickle.dumps(task))
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
        raise
    if process.returncode:
        raise ChildProcessError(process.returncode)
    findings: Findings = pickle.loads(answer)
    return findings


def main() -> None:
    """Read a task, work it out, write the findings."""
    os.nice(_LOWER)
    task: Task = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(find(task)))


if __name__ == "__main__":
    main()
