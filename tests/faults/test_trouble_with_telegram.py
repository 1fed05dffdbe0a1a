"""The network breaks, Telegram fails, falls silent or asks for patience: nobody is forgotten or told twice."""

import asyncio

from tests.faults.town import BATCH, Town

OUTAGE = 2.0


async def test_who_only_telegram_knows_about_is_in_doubt_and_nobody_else(town: Town) -> None:
    await town.settle_in()
    await town.api.tell("fail", how="refuse", every=40, times=4, status=500)
    await town.api.tell("fail", how="refuse", every=45, times=3, status=502)
    await town.api.tell("fail", how="lose", every=50, times=3)
    await town.api.tell("fail", how="stall", every=110, times=1, seconds=20)
    async with town.worker() as worker:
        await town.until_over()
        assert await worker.stop() == 0, "it waits for answers, but not for ever"

    unknown = await town.api.unknown()
    assert len(unknown) == 11
    assert await town.in_doubt() == unknown
    await town.check()


async def test_when_the_network_is_cut_what_did_not_leave_is_sent_later(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(100)
        await town.api.tell("cut", seconds=OUTAGE)
        assert (await town.progress()).new > 0
        await town.until_over()
        assert await worker.stop() == 0

    assert await town.api.unknown() <= await town.in_doubt()
    await town.check()


async def test_while_telegram_answers_nobody_hardly_anybody_comes_to_be_in_doubt(town: Town) -> None:
    await town.settle_in()
    async with town.worker() as worker:
        await town.until_arrived(50)
        await town.api.tell("fail", how="refuse", status=502)
        await asyncio.sleep(OUTAGE)
        asked = len(await town.api.unknown())
        await town.api.tell("heal")
        assert (await town.progress()).new > 0
        await town.until_over()
        assert await worker.stop() == 0

    chunks = {row.chunk for row in await town.rows()}
    assert 0 < asked <= BATCH * len(chunks)
    assert await town.in_doubt() == await town.api.unknown()
    assert len(await town.in_doubt()) == asked, "who waited meanwhile got it afterwards"
    await town.check()


async def test_when_telegram_asks_for_patience_it_gets_it_from_all_workers(town: Town) -> None:
    await town.settle_in()
    await town.api.tell("fail", how="patience", every=100, times=1, seconds=2)
    await town.api.tell("fail", how="patience", times=12, seconds=1)
    async with town.workers() as workers:
        await town.until_over()
        assert {await worker.stop() for worker in workers} == {0}

    assert await town.in_doubt() == set()
    assert (await town.api.report()).impatient <= BATCH
    await town.check()
