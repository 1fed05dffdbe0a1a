"""Workers die in the middle of a chunk, and others go on: nobody is forgotten, nobody is told twice."""

import pytest

from tests.faults.town import BATCH, CEILING, Town

CROWD = 600
on_sqlite = pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)


@on_sqlite
async def test_a_worker_killed_in_mid_chunk_is_followed_by_one_that_finishes_the_rest(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(100)
        await worker.kill()
        killed = await town.progress()
        assert killed.new > 0, "in the middle"

    async with town.worker() as replacement:
        await town.until_over()
        assert await replacement.stop() == 0

    over = await town.progress()
    assert over.sending == killed.sending, "what is in doubt stays so: a person decides"
    await town.check()


@on_postgresql
async def test_of_two_workers_one_is_killed_and_the_other_goes_on_with_the_work_of_both(town: Town) -> None:
    await town.settle_in(CROWD)
    async with town.worker() as victim, town.worker() as survivor:
        await town.until_arrived(150)
        await victim.kill()
        await town.until_over()
        assert await survivor.stop() == 0

    await town.check()


@on_postgresql
async def test_a_replacement_finds_what_all_workers_before_it_left_behind(town: Town) -> None:
    await town.settle_in(CROWD)
    async with town.worker() as first, town.worker() as second:
        await town.until_arrived(150)
        await first.kill()
        await second.kill()
    assert (await town.progress()).new > 0

    async with town.worker() as replacement:
        await town.until_over()
        assert await replacement.stop() == 0

    await town.check()


@on_sqlite
async def test_a_worker_that_is_asked_to_stop_ends_its_batch_and_leaves_nothing_in_doubt(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(100)
        assert await worker.stop() == 0
    stopped = await town.progress()
    assert stopped.sending == 0
    assert 0 < stopped.new < stopped.total - 100 + BATCH

    async with town.worker() as worker:
        await town.until_over()
        assert await worker.stop() == 0

    assert await town.in_doubt() == set()
    await town.check()


@on_postgresql
async def test_scaling_down_hands_over_to_who_stays(town: Town) -> None:
    await town.settle_in(CROWD)
    async with town.worker() as leaving, town.worker() as staying:
        await town.until_arrived(150)
        assert await leaving.stop() == 0
        assert (await town.progress()).new > 0
        await town.until_over()
        assert await staying.stop() == 0

    assert await town.in_doubt() == set()
    await town.check(ceiling=CEILING)
