"""The web: console and webhook over a chat."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from api.application import create_app
from api.services import Services
from bot.preview import Preview
from bot.samples import Samples
from bot.way_in import WayIn
from rimay.chat import Chat
from rimay.watch import Watch, watch_over
from rimay.wording_endpoint import wording_of

_log = logging.getLogger("rimay.web")


class Server(uvicorn.Server):
    """Listens, and when it is told to stop says so to its streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, watch: Watch) -> None:
        super().__init__(config)
        self._app, self._watch = app, watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Nothing new is taken; what has begun is finished."""
        _log.info("stops")
        self._watch.readiness.draining = True
        self._app.state.leaving.set()
        await super().shutdown(sockets)


def compose(chat: Chat, end: Callable[[], None], watch: Watch | None = None) -> FastAPI:
    """The console over a chat, which runs with it.

    end:   ends the process, where another may have taken its place
    watch: watches over the process, if anything does
    """
    installation = chat.installation
    watch = watch or watch_over(installation, "serve")

    async def give_way() -> None:
        await chat.jobs.lost.wait()
        end()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with chat.running():
            watching = asyncio.create_task(give_way())
            watch.readiness.receives = chat.receives
            watch.readiness.started = True
            yield
            watching.cancel()
        await installation.database.dispose()

    services = Services(
        database=installation.database,
        translator=installation.translator,
        settings=installation.settings,
        vault=installation.vault,
        deliver=chat.jobs.deliver,
        simulator=chat.simulator,
        webhook=chat.webhook,
        preview=Preview(installation.translator, installation.settings.zone),
        speaker=chat.house.speaker,
        samples=Samples(installation.translator, installation.settings),
        readiness=watch.readiness.reasons,
        metrics=watch.metrics.exposition,
        wording=wording_of(installation.settings),
        entry_address=None if chat.simulator else WayIn(chat.bot.bot).address,
    )
    return create_app(services, lifespan=lifespan)
