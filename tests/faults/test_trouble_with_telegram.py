"""The network breaks, Telegram fails, falls silent or asks for patience: nobody is forgotten or told twice."""

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
