"""Clocks are put forward and back by hours, that of a worker and that of the database: the pace stays what it was."""

from pathlib import Path

from tests.faults.town import Town
from tests.faults.wall_clock import WallClock


async def test_clocks_that_jump_change_nothing_of_the_pace_and_stop_nothing(
    town: Town, tmp_path: Path
) -> None:
    await town.settle_in()
    clock = WallClock(tmp_path / "wall")
    async with town.worker(command=clock.command) as worker:
        for arrived, hours in ((40, 3), (80, -3), (120, 0)):
            await town.until_arrived(arrived)
            clock.put(hours)
        for arrived, hours in ((160, 3), (200, -6), (240, 3)):
            await town.until_arrived(arrived)
            await town.put_clock_of_budget(hours)
        await town.until_over()
        assert await worker.stop() == 0

    assert await town.in_doubt() == set()
    await town.check()
