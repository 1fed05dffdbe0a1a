"""`rimay worker`: carries the broadcasts, and nothing else."""

import asyncio
import signal

import typer

from bot.jobs_slot import check_free
from migrations.schema import upgrade
from rimay.composition import Installation, open_installation
from rimay.logbook import keep_log
from rimay.metrics_port import metrics_port
from rimay.reporting import LANGUAGE
from rimay.watch import watch_over
from rimay.worker import Worker


def worker() -> None:
    """Lleva los envíos. Con PostgreSQL pueden ser varios a la vez; con SQLite, uno solo.

    Al recibir SIGTERM termina lo que está en camino y deja el resto a los demás.
    """
    installation = open_installation()
    keep_log(installation.settings.upkeep.log_form, "worker")
    upgrade(installation.database.engine)
    asyncio.run(check_free(installation.settings.jobs_url))
    try:
        status = asyncio.run(_work(installation))
    except asyncio.CancelledError:  # told to stop before it had begun
        status = 0
    raise typer.Exit(status)


async def _work(installation: Installation) -> int:
    """Work until told to stop; the exit status. 1: its place was lost, and a supervisor starts it again."""
    told, watch = asyncio.Event(), watch_over(installation, "worker")
    mine = asyncio.current_task()
    assert mine is not None

    def stop() -> None:
        told.set()
        if not watch.readiness.started:  # it still waits for Telegram, and has nothing to finish
            mine.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    worker = Worker(installation, watch.metrics)
    lost = worker.jobs.lost
    async with metrics_port(installation.settings, watch), worker.running():
        watch.readiness.started = True
        _say(installation, "cli.worker_works", pace=installation.settings.messages_per_second)
        ends = [asyncio.create_task(event.wait()) for event in (told, lost)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        watch.readiness.draining = True
        _say(installation, "cli.worker_lost" if lost.is_set() else "cli.worker_stops")
    await installation.database.dispose()
    return 1 if lost.is_set() else 0


def _say(installation: Installation, key: str, **params: object) -> None:
    print(installation.translator.text(key, LANGUAGE, **params), flush=True)
