"""Telegram counts: 30 messages in a second, or 1,000 where broadcasts are paid for, from all workers together."""

from tests.faults.town import Town

FREE_CEILING, PAID_CEILING = 30, 1000


async def test_the_free_pace_never_passes_thirty_in_a_second(town: Town) -> None:
    await town.settle_in(45, broadcasts=2)  # which two workers carry at once
    async with town.workers({"RIMAY_MESSAGES_PER_SECOND": "25"}) as workers:
        await town.until_over(broadcasts=2)
        assert {await worker.stop() for worker in workers} == {0}

    await town.check(broadcasts=2, ceiling=FREE_CEILING)


async def test_the_paid_pace_never_passes_a_thousand_in_a_second(town: Town) -> None:
    await town.settle_in(2000)
    paid = {"RIMAY_MESSAGES_PER_SECOND": "950", "RIMAY_PAID_BROADCAST": "yes"}
    async with town.workers(paid) as workers:
        await town.until_over()
        assert {await worker.stop() for worker in workers} == {0}

    await town.check(ceiling=PAID_CEILING)


async def test_two_broadcasts_at_once_reach_each_person_a_second_apart(town: Town) -> None:
    await town.settle_in(100, broadcasts=2)
    async with town.worker() as worker:
        await town.until_over(broadcasts=2)
        assert await worker.stop() == 0

    report = await town.api.report()
    assert report.closest is not None
    assert report.closest + report.stall >= 0.9, "Telegram takes one message a second for one chat"
    await town.check(broadcasts=2)
