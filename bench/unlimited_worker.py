"""A worker whose pace is beyond its reach, for `bench.delivery`: `python -m bench.unlimited_worker worker`."""

import asyncio
import signal
from dataclasses import replace

from core.settings import read_settings
from rimay.composition import open_installation
from rimay.worker import Worker

BEYOND_REACH = 10_000


async def work() -> None:
    """Carry what there is, until told to stop."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    installation = open_installation(replace(read_settings(), messages_per_second=BEYOND_REACH))
    async with Worker(installation).running():
        await told.wait()
    await installation.database.dispose()


if __name__ == "__main__":
    asyncio.run(work())
