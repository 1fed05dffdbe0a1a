"""Orders come twice, or are taken back and given again, while a broadcast is under way."""

import asyncio

from dbos import DBOSClient

from bot.enqueueing import CHUNKS, VERSION, Enqueuer
from core.courses import pause_broadcast, resume_broadcast
from tests.faults.town import Town


async def test_chunks_that_are_enqueued_again_and_again_are_sent_once(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(20)
        await asyncio.to_thread(enqueue_again, town.jobs_url, chunks=2, times=3)
        await town.until_over()
        await town.until_idle()
        assert await worker.stop() == 0

    assert await town.in_doubt() == set()
    await town.check()


async def test_a_broadcast_that_is_paused_stops_and_one_that_is_resumed_goes_on(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(100)
        await town.database.run(pause_broadcast, 1, account_id=None)
        await town.until_steady()
        paused = await town.progress()
        assert (paused.sending, paused.new > 0) == (0, True)

        await town.database.run(resume_broadcast, 1, account_id=None)
        enqueuer = Enqueuer(town.jobs_url)
        await enqueuer.deliver(1)
        enqueuer.close()
        await town.until_over()
        assert await worker.stop() == 0

    assert await town.in_doubt() == set()
    await town.check()


def enqueue_again(jobs_url: str, *, chunks: int, times: int) -> None:
    """Ask for each chunk under other names, which nothing keeps from running beside the first."""
    client = DBOSClient(system_database_url=jobs_url)
    for chunk in list(range(chunks)) * times:
        client.enqueue(
            {"queue_name": CHUNKS, "workflow_name": "carry_chunk", "app_version": VERSION}, 1, chunk
        )
    client.destroy()
